"""Is it good: problems of sources and links."""
