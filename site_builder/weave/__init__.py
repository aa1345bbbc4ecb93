"""Documents and records become pages."""
