"""What a reader types of a block of code that shows a session: without prompts, without what was printed. Pure."""
