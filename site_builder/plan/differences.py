"""In what a record of equal code was made otherwise than its episode would run today, its packages apart. Pure: no clock, no disk."""

from __future__ import annotations

from collections.abc import Mapping

from site_builder.plan.model import Request
from site_builder.records.model import EpisodeRecord

NAMED_CHANGES = 3
"""How many changes of a kind (packages, cells, variables) a reason names before it counts the rest."""
OF_SETTINGS = "settings: "
"""Prefix of the variables that the lesson's settings give to every environment, among those of a key."""


def differences(request: Request, record: EpisodeRecord, launch: Mapping[str, str]) -> tuple[str, ...]:
    """Return in what a record was made otherwise: in an environment that the episode no longer names, with other variables or scripts.

    ``launch`` has today's digests of what activation adds to the record's environment on its platform
    (`site_builder.environments.workspace.launch`). A machine's own packages are not activated: only the settings' variables count there.
    """
    if record.parts.key == request.parts.key:
        return ()
    packages, locked = record.provenance.packages, record.provenance.locked
    other = record.provenance.fixed and request.environments and packages.environment not in request.environments
    named = [f"environment {packages.environment} -> {' or '.join(request.environments)}"] if other else []
    before = {name: digest for name, digest in record.parts.variables if locked or name.startswith(OF_SETTINGS)}
    own = {name: digest for name, digest in request.parts.variables if name.startswith(OF_SETTINGS)}
    return (*named, *changed_variables(before, {**(launch if locked else {}), **own}))


def changed_variables(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the differences in activation: variables of the manifest or the settings, and activation scripts."""
    names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    named = [f"{name} {'changed' if name in before and name in after else 'added' if name in after else 'removed'}" for name in names]
    more = [counted(len(names) - NAMED_CHANGES, "more variable")] if len(names) > NAMED_CHANGES else []
    return named[:NAMED_CHANGES] + more


def with_obstacle(obstacle: str, record: EpisodeRecord) -> str:
    """Return why an episode cannot run here, and what is to be said of the record that it shows instead."""
    words = record.otherwise
    return " ".join(filter(None, (obstacle, f"{words[:1].upper()}{words[1:]}" if obstacle else words)))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
