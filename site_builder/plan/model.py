"""What a build would do for each episode, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from site_builder.environments.base import PackageSet
from site_builder.records.model import EpisodeRecord, KeyParts

if TYPE_CHECKING:
    from site_builder.markdown.tree import Cell, Expression


class Action(Enum):
    """Run, show an equal record (reuse), show one made elsewhere (borrow), or show the code without results (skip)."""

    RUN = "run"
    REUSE = "reuse"
    BORROW = "borrow"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Request:
    """An episode as it would run here: its cells, key parts, packages, and the cells that this machine can run.

    ``obstacle`` says why the episode cannot run here at all; empty if it can. ``locked`` tells whether ``packages`` are the lock's.
    ``environments`` are those that it names, of which ``environment`` is the one for this machine.
    ``needs`` names the episodes whose files its cells read. ``present`` has today's digests of the files that records say were read
    (`Provenance.read`); one that is not there has none.
    """

    slug: str
    path: PurePosixPath
    environment: str
    cells: tuple[Cell | Expression, ...]
    parts: KeyParts
    packages: PackageSet
    locked: bool
    runnable: frozenset[str]
    obstacle: str = ""
    needs: tuple[str, ...] = ()
    present: Mapping[str, str] = field(default_factory=dict)
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One episode's action with its reason; ``record`` is what would be shown (none for run and skip)."""

    request: Request
    action: Action
    reason: str
    record: EpisodeRecord | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the lesson's order."""

    steps: tuple[Step, ...] = ()

    def of(self, action: Action) -> tuple[Step, ...]:
        """Return the steps of one action."""
        return tuple(step for step in self.steps if step.action is action)
