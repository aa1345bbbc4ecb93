"""Reads a lesson: its settings and its files."""
