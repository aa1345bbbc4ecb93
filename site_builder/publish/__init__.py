"""What leaves the builder, and what it may replace: sites as whole folders, and files that commands write."""
