"""How the faults of each kind of mapping are reported: settings, front matter, cell options."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.problems import Severity
from site_builder.settings.keys import label
from site_builder.settings.places import KeyPath


@dataclass(frozen=True, slots=True)
class Rules:
    """How the faults of one kind of mapping are reported: the codes, and the word before a key's name.

    ``syntax`` is text that is not YAML, ``shape`` YAML that is not a mapping, ``repeated`` a key that occurs twice. ``unknown`` is an
    undefined key of the mapping itself, with its severity; in a block below it, an undefined key is reported as ``value``, an error.
    ``value`` is a value that cannot be used, ``lenient`` a value of a key whose faults are warnings.
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
