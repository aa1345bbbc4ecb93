"""Outputs that somebody typed or pasted below code that is only shown: which belong to which code, and whether they are right. Pure."""
