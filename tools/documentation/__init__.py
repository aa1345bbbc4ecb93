"""The documentation: its sessions are played, its reference is generated, and its pages become a site."""
