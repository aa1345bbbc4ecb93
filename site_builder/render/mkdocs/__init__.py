"""MkDocs with Material: the default engine."""
