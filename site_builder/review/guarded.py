"""Which changes of a pull request need a maintainer before it is commented on: those that decide what its build runs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

GUARDED = re.compile(
    r"\.github/|site_builder/|requirements/|(?:.*/)?(?:pixi\.(?:toml|lock)|pyproject\.toml|lesson-requirements\.txt|mkdocs\.ya?ml)$",
    re.IGNORECASE,
)
"""Workflows, the builder, what is installed, and the settings that can name plugins and hooks; a lesson may lie in a folder."""

LABEL = "needs-maintainer"
"""The label of a pull request with such a change that no maintainer has approved."""

MAINTAINERS = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
"""How GitHub calls those who may write to a repository, or belong to its organization (`author_association`)."""


def guarded(names: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that need a maintainer."""
    return tuple(name for name in names if GUARDED.match(name))
