"""``requires-lesson``: the versions of the builder that a lesson is made for (PEP 440 version specifiers).

https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from site_builder.errors import ConfigError
from site_builder.problems import Location, Problem, Severity
from site_builder.release.facts import install_commands

KEY = "requires-lesson"
LIKENESS = 0.85
"""How near a key must come to `KEY` to be taken for it: `requires_lesson` and `require-lesson` do, `lesson` does not."""


def check_builder(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int], installed: str) -> tuple[Problem, ...]:
    """Compare the installed version with the one that the settings ask for; return what is wrong with how they ask.

    A pre-release that is installed counts where PEP 440 orders it into the range: 1.0rc1 fits ``>=1.0rc1``, and neither ``>=1.0``
    nor ``<1.0``.

    Raises:
        ConfigError: another version is wanted; its problem names the line, both versions and how to install the wanted one.
    """
    if values.get(KEY) is None:
        return tuple(_misspelt(values, path, lines))
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # only for lessons that ask
    from packaging.version import Version

    place, value = Location(path, lines.get(KEY, 0)), values[KEY]
    try:
        wanted = SpecifierSet(value if isinstance(value, str) and value.strip() else "?")
    except InvalidSpecifier:
        return (Problem("LS005", f"`{KEY}` is no version specifier: {value!r}", place, f'write, in quotes, `{KEY}: ">=1.2,<2"`'),)
    if wanted.contains(Version(installed), prereleases=True):
        return ()
    message = f"this lesson needs lesson {value.strip()}, and {installed} is installed"
    problem = Problem("LS006", message, place, install_commands(value))
    raise ConfigError("another version of lesson is needed", problems=(problem,))


def _misspelt(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]) -> list[Problem]:
    near = difflib.get_close_matches(KEY, [key for key in values if key != KEY], n=1, cutoff=LIKENESS)
    hint = f"write `{KEY}`"
    return [Problem("LS005", f"`{key}` is not read", Location(path, lines.get(key, 0)), hint, Severity.WARNING) for key in near]
