"""How each place that holds keys speaks of what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.problems import Severity
from site_builder.settings.keys import label
from site_builder.settings.places import KeyPath


@dataclass(frozen=True, slots=True)
class Rules:
    """How one place speaks of what is wrong in it: codes, and the word before a key's name.

    ``syntax`` is text that is not YAML, ``shape`` YAML that is no mapping, ``repeated`` a key that stands twice. ``unknown`` is a key
    that nobody defines: of the mapping itself, with its severity; in a block below it that is ``value``, an error. ``value`` is a value
    that cannot be used, ``lenient`` one of a key whose faults are warnings.
    """

    subject: str
    syntax: str
    shape: str
    repeated: str
    unknown: tuple[str, Severity]
    value: str
    lenient: str
    silent: frozenset[str] = frozenset()

    def called(self, path: KeyPath) -> str:
        """Return how a message names a key."""
        return f"{self.subject}`{label(path)}`"
