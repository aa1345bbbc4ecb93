"""The servers of R of a run: one for each environment, state of its library, and set of packages that its documents share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path

from site_builder import files
from site_builder.environments import r
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.knitr.server import RServer
from site_builder.execute.local.knitr.sharing import Part, certain_packages, may_fork, shared_packages
from site_builder.execute.local.scratch_environment import installs
from site_builder.execute.local.server_process import HAS_REAPER
from site_builder.execute.local.working_folder import server_variables
from site_builder.markdown.rmarkdown import divide

QUIET = {
    "R_BROWSER": "false", "R_PDFVIEWER": "false", "R_TESTS": "", "EDITOR": "true", "VISUAL": "true", "PAGER": "cat", "LANGUAGE": "en",
    "LC_ALL": "C.UTF-8", "R_CLI_NUM_COLORS": "1", "R_GC_MEM_GROW": "3",
}  # fmt: skip
"""Variables by which R waits for nobody, speaks English, writes UTF-8, and enlarges its memory in large steps, since drawing needs much.

The last one is gone before a document begins (driver.R).
"""

CAN_FORK = HAS_REAPER and hasattr(os, "pidfd_open")

Key = tuple[object, ...]


class RServers:
    """Returns the server of a document; those that need a fresh R have none.

    A server takes longer to be ready than an R to start. So the first document of each, which is the longest, does not wait for it and has
    a fresh R beside it; a document that would be alone starts none, except where documents run again and again (`start`).
    """

    def __init__(self, scratch: Path, *, fork: bool = True) -> None:
        """Serve one run; without ``fork`` there is no server at all."""
        self._scratch, self._fork = scratch, fork and CAN_FORK
        self._servers: dict[Key, RServer] = {}
        self._of: dict[str, RServer | None] = {}
        self._first: set[str] = set()
        self._repeated = False

    def start(self, assignments: Iterable[Assignment]) -> None:
        """Start the servers of these jobs, in their order; the documents of an environment share what they load.

        A second call says that documents run more than once.
        """
        able = [each for each in assignments if self.may_fork(each)]
        environments = {each.job.slug: self._environment(each) for each in able}
        self._of.clear()
        shared: dict[Hashable, frozenset[str]] = {}
        for environment in dict.fromkeys(environments.values()):
            those = [each for each in able if environments[each.job.slug] == environment]
            shared |= shared_packages({each.job.slug: certain_packages(_parts(each)) for each in those})
        groups: dict[Key, list[Assignment]] = {}
        for each in able:
            groups.setdefault((*environments[each.job.slug], shared[each.job.slug]), []).append(each)
        self._first = {those[0].job.slug for key, those in groups.items() if key not in self._servers}
        for those in groups.values():
            if len(those) > 1 or self._repeated:
                for each in those:
                    self._of[each.job.slug] = self._server(each, environments[each.job.slug], shared[each.job.slug])
        self._repeated = True

    def other_documents(self) -> None:
        """Note that the documents to come are others: each of them runs once."""
        self._repeated = False

    async def of(self, assignment: Assignment) -> RServer | None:
        """Return the server that forks a job's R when it is ready, or None if a fresh R has to run it."""
        server = self._of.get(assignment.job.slug)
        if server is None or assignment.job.slug in self._first or not self.may_fork(assignment):
            return None
        if await server.ready():
            return server
        plain = self._server(assignment, self._environment(assignment), frozenset())
        return plain if plain is not None and plain is not server and await plain.ready() else None

    async def turn(self, assignment: Assignment) -> None:
        """Wait until a job may be started: the first one for a server at once, the others when that is ready."""
        server = self._of.get(assignment.job.slug)
        if server is not None and assignment.job.slug not in self._first:
            await server.ready()

    def may_fork(self, assignment: Assignment) -> bool:
        """Tell whether a job's R may be forked, and may fork: nothing in its document could tell."""
        job = assignment.job
        if not self._fork or job.knit is None or assignment.activation.image or job.accelerated or job.offline or installs(job.cells):
            return False
        given = (*job.inputs, *job.received, *assignment.received)
        return may_fork(_parts(assignment)) and not any(Path(file.path).name in (".Renviron", ".Rprofile") for file in given)

    def _environment(self, assignment: Assignment) -> Key:
        used = assignment.activation
        library = used.packages.digest if used.locked else r.library_digest()
        return (library, tuple(sorted(self._variables(assignment).items())))

    def _variables(self, assignment: Assignment) -> dict[str, str]:
        home = str(files.make_folder(self._scratch / "home-of-r"))
        own = {"HOME": home, "USERPROFILE": home, "IPYTHONDIR": home}
        return {**server_variables(assignment.activation.variables, self._scratch), **assignment.job.variables, **QUIET, **own}

    def _server(self, assignment: Assignment, environment: Key, packages: frozenset[str]) -> RServer | None:
        key = (*environment, packages)
        if key not in self._servers:
            variables = self._variables(assignment)
            program = shutil.which("Rscript", path=variables.get("PATH"))
            if program is None:
                return None
            try:
                self._servers[key] = RServer(program, variables, self._scratch / "home-of-r", sorted(packages))
            except OSError:  # R, which cannot be started either, says why
                return None
        return self._servers[key]

    async def stop(self) -> None:
        """End all servers and everything they forked."""
        servers = [*self._servers.values()]
        self._servers.clear()
        self._of.clear()
        for server in servers:
            await server.stop()


def differing(variables: Mapping[str, str], shared: Mapping[str, str]) -> dict[str, str]:
    """Return those variables of a document that its server does not have, or has with another value; R's own switches stay."""
    return {name: value for name, value in variables.items() if name not in QUIET and shared.get(name) != value}


def _parts(assignment: Assignment) -> tuple[Part, ...]:
    assert assignment.job.knit is not None
    return divide(assignment.job.knit.text)
