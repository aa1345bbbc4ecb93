"""The four forms of tables that pandoc reads."""
