"""Problems in sources and links."""
