"""What cells can display: one module per MIME type or close family of types, and the registry that all others use. Pure."""
