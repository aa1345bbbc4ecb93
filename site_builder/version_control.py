"""The one place where Git is asked about a lesson: it reads the repository and runs no program that its configuration names.

A repository brings a configuration of its own (`.git/config`), which can name programs that Git starts as it works: a monitor of the file
system, filters, drivers for differences, a pager (https://git-scm.com/docs/git-config). Whoever checks a lesson has not looked into it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from site_builder import processes

SETTINGS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.editor=true", "core.askPass=true", "core.sshCommand=false",
    "core.alternateRefsCommand=true", "core.gitProxy=", "core.attributesFile=/dev/null", "core.quotePath=off", "diff.external=",
    "log.showSignature=false", "gpg.program=false", "gpg.ssh.program=false", "gpg.x509.program=false", "credential.helper=",
    "protocol.allow=never", "uploadpack.packObjectsHook=", "submodule.recurse=false", "maintenance.auto=false", "gc.auto=0",
    "fetch.recurseSubmodules=no",
)  # fmt: skip
"""What goes before the repository's own settings: each can name a program, or let one be asked for."""

VARIABLES: Mapping[str, str] = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "GIT_NO_LAZY_FETCH": "1",
    "GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "GIT_EDITOR": "true", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ALLOW_PROTOCOL": "",
}  # fmt: skip
NAMING = ("GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_TRACE", "GIT_TRACE2", "GIT_CONFIG_PARAMETERS")
"""Variables that name a program, or a place to write to."""

NO_DRIVERS: Mapping[str, tuple[str, ...]] = {"diff": ("--no-ext-diff", "--no-textconv"), "log": ("--no-ext-diff", "--no-textconv")}
"""Drivers for differences have names of the repository's choice, so that no setting turns them off."""


def repository_of(folder: Path) -> Path | None:
    """Return the folder of the repository, or of the work tree, that a folder lies in; None where there is none. No program is asked."""
    here = Path(os.path.abspath(folder))  # noqa: PTH100  links stay as they are: the paths of a repository do not follow them
    return next((each for each in (here, *here.parents) if os.path.lexists(each / ".git")), None)


def git(root: Path, command: str, *arguments: str) -> processes.Outcome:
    """Run a command of Git that only reads, in a folder, without any program that the repository's configuration names.

    Filters (`filter.NAME.clean`) have names of the repository's choice as well: they are switched off by name.
    """
    filters = _filters(root) if command in ("diff", "status") else ()
    return _run(root, (*SETTINGS, *(f"{name}=" for name in filters)), command, *NO_DRIVERS.get(command, ()), *arguments)


def _filters(root: Path) -> tuple[str, ...]:
    """Return the settings of a repository that name a filter."""
    listed = _run(root, SETTINGS, "config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$")
    return tuple(name for name in dict.fromkeys(listed.output.split("\0")) if name) if not listed.status else ()


def _run(root: Path, settings: tuple[str, ...], command: str, *arguments: str) -> processes.Outcome:
    environment = {name: value for name, value in os.environ.items() if name not in NAMING} | dict(VARIABLES)
    options = (part for setting in settings for part in ("-c", setting))
    return processes.run(("git", "--no-pager", *options, command, *arguments), folder=root, environment=environment)
