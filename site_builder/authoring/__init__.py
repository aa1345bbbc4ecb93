"""What makes a new lesson or a new episode: only files that are not there are written, and settings grow by one entry."""
