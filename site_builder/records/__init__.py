"""What happened: executed notebooks with key, provenance and digest."""
