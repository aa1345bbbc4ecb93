"""``requires-lesson``: the versions of the builder that a lesson is made for (PEP 440 version specifiers).

https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from site_builder.errors import ConfigError
from site_builder.problems import Location, Problem
from site_builder.release.facts import install_commands

KEY = "requires-lesson"


def check_builder(values: Mapping[str, Any], at: Callable[[str], Location], installed: str) -> tuple[Problem, ...]:
    """Compare the installed version with the one that the settings ask for; return what is wrong with how they ask.

    A pre-release that is installed counts where PEP 440 orders it into the range: 1.0rc1 fits ``>=1.0rc1``, and neither ``>=1.0``
    nor ``<1.0``.

    Raises:
        ConfigError: another version is wanted; its problem names the line, both versions and how to install the wanted one.
    """
    if values.get(KEY) is None:
        return ()
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # only for lessons that ask
    from packaging.version import Version

    place, value = at(KEY), values[KEY]
    try:
        wanted = SpecifierSet(value if isinstance(value, str) and value.strip() else "?")
    except InvalidSpecifier:
        return (Problem("LS005", f"`{KEY}` is no version specifier: {value!r}", place, f'write, in quotes, `{KEY}: ">=1.2,<2"`'),)
    if wanted.contains(Version(installed), prereleases=True):
        return ()
    message = f"this lesson needs lesson {value.strip()}, and {installed} is installed"
    problem = Problem("LS006", message, place, install_commands(value))
    raise ConfigError("another version of lesson is needed", problems=(problem,))
