"""A staged folder becomes a site."""
