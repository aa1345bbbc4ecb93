"""What commands do beside building a site: check, verify, watch, export, look after records and environments."""
