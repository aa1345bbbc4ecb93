"""What a command passes to the pipeline, and what a build returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from site_builder.execute.limits import Limits
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.pipeline.watched import NOBODY, Watched
from site_builder.problems import Problem, Report

if TYPE_CHECKING:
    from site_builder.environments.installation.outstanding import InstallationWatcher
    from site_builder.execute.base import Event
    from site_builder.execute.local.server_process import ServerProcess
    from site_builder.pipeline.several import Shared

OnProgress = Callable[[str], None]
"""Receives one line of progress."""

STAGE = "stage."
"""Prefix of the folders in which builds stage the site engine's input."""


ENVIRONMENTS = "LESSON_ENVIRONMENTS_FOLDER"
"""The variable that names a folder of environments which lessons share."""


def shared_environments() -> Path | None:
    """Return the folder of environments that lessons share on this machine, None without one."""
    named = os.environ.get(ENVIRONMENTS)
    return Path(named) if named else None


RECORDS = "LESSON_SHARED_RECORDS"
"""The variable that names a folder or bucket of records which machines share."""


def shared_records() -> str | None:
    """Return the address of records that machines share, None without one."""
    return os.environ.get(RECORDS) or None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run of an episode is: cells, and seconds that it took before; None if it never ran."""

    cells: int
    seconds: float | None


class RunWatcher(Protocol):
    """Shows how a run goes on."""

    def begins(self, episodes: Mapping[str, Expected]) -> None:
        """Hear which episodes will run, by name."""
        ...

    def hears(self, event: Event) -> None:
        """Hear of a start, of cells that are done, or of an end."""
        ...

    def ends(self) -> None:
        """Hear that the run is over."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a command.

    ``environments`` names the provider; ``strict`` makes warnings fail; ``workers`` episodes run at once; ``force`` renders again what has
    not changed; without ``fork`` every kernel is started; ``limits`` bound what cells may do. ``ahead`` is a fork server's process
    that was started in case it will be used. ``engine`` names the site engine; empty, it is the one of the settings. ``locked`` refuses
    results that were made with a machine's own packages. With ``keep_going`` the cells after a failed one run too, so that all failures of
    an episode are told at once. ``watcher`` shows how the installation of an environment goes on,
    ``run_watcher`` how episodes do. ``offline`` code has no network, where
    the system can see to that. Environments that were installed without Pixi are in ``environments_folder``, if one is given.
    ``elsewhere`` are capabilities of the machines to which episodes are sent. Code works in the lesson's scratch folder, or in ``scratch``;
    if the run is ``endable``, a termination ends the cells that run and leaves what is done. ``kept`` has what earlier builds made of
    equal pages. What is ``watched`` while a preview is made is shown before the rest of it. Lessons that one process builds have ``shared``
    servers and engines. Episodes without a complete record look for one at the address ``shared_records``; with ``share`` new ones are
    put there.
    """

    environments: str = "auto"
    strict: bool = False
    workers: int | None = None
    force: bool = False
    fork: bool = True
    limits: Limits = Limits()
    ahead: ServerProcess | None = None
    engine: str = ""
    locked: bool = False
    keep_going: bool = False
    watcher: InstallationWatcher | None = None
    run_watcher: RunWatcher | None = None
    offline: bool = False
    kept: KeptResults = NOTHING_KEPT
    environments_folder: Path | None = field(default_factory=shared_environments)
    elsewhere: frozenset[str] = frozenset()
    scratch: Path | None = None
    endable: bool = False
    watched: Watched = NOBODY
    shared: Shared | None = None
    shared_records: str | None = field(default_factory=shared_records)
    share: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """A build's outcome: where the site is, whether it changed, how many pages it has, and the warnings to show.

    ``kept`` warns of files in the site that somebody had changed and that were renamed. ``tally`` says where the results come from.
    """

    site: Path
    changed: bool
    pages: int
    ran: int
    report: Report
    kept: tuple[Problem, ...] = ()
    tally: str = ""
