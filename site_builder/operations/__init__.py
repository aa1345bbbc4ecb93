"""What commands do besides building a site: check, verify, watch, export, manage records and environments."""
