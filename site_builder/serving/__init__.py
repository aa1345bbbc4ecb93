"""A web server for the preview of a site: pages that follow their sources, and what is wrong with them. It knows nothing of lessons."""
