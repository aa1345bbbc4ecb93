"""The rules that read what is inside text."""
