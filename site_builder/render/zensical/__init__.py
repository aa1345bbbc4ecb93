"""Zensical, by Material's authors: the same staged folder and templates, another program."""
