"""Send a lesson's episodes to a scheduler, ask how far they are, and bring their records home."""
