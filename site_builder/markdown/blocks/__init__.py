"""The rules that read blocks: containers and what has no blocks in it."""
