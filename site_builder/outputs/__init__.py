"""What cells can display: one module a MIME type or a tight family of them, and the registry that everything else asks. Pure."""
