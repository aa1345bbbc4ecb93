"""Asking other hosts: whether a link leads somewhere, and for data that a lesson names.

Nothing else in the builder does, and only when somebody wants it.
"""
