"""Importing this module prepares a process for rendering: the fork server of `site_builder.render.mkdocs.engine` does so once."""

from site_builder.garbage_collection import collect_seldom
from site_builder.render.mkdocs.warming import warm

warm()
collect_seldom()
