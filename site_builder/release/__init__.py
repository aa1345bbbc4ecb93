"""This builder as a released product: its name, its address, its commit, and what follows from them."""
