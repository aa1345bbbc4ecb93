"""Files that build an image of one locked environment."""
