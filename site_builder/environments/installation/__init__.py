"""Environments on disk: installing locked packages, prefixes, activation."""
