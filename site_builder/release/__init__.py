"""What is known of this builder as something that is released: its name, its address, its commit, and what follows from them."""
