"""Importing this module prepares a process for rendering: the fork server of `site_builder.render.mkdocs` does so once."""

from site_builder.render.warming import warm

warm()
