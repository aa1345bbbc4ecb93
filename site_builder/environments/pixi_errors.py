"""Pixi's failures in our words, each with a hint; patterns are parts of the messages of Pixi 0.71 to 0.77.

Rules whose comment says "read" are taken from Pixi's source; all others were seen in answers of a Pixi 0.77.0.
"""

from __future__ import annotations

import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from site_builder import files, terminal
from site_builder.environments.base import UNAVAILABLE
from site_builder.environments.pixi_text import activation_fault, manifest_fault, stale_reasons, unframed
from site_builder.errors import EnvironmentUnavailable, Unreachable
from site_builder.problems import Location, Problem

GPU = "run it on a machine with an NVIDIA GPU, or show the committed records"
PLATFORM = "run it on one of its platforms, or show the committed records"
LOCK = "run `pixi lock` and commit it; `pixi install --locked -v` shows the reason, which may be in any environment of the workspace"
RELOCK = "run `pixi lock` and commit it"
MERGE = "take one side or delete the file, then run `pixi lock`, which fails as long as the marks are there"
ACTIVATION = "correct the script; `pixi shell` shows it fail"
DIGEST = "find out why before you use that channel; if it is right, run `pixi clean cache` and `pixi lock`"


class Concern(Enum):
    """What a failure is about: this machine, its network, the manifest, the lock as a file, a lock that does not match, or a package that
    differs.
    """

    MACHINE = "machine"
    NETWORK = "network"
    MANIFEST = "manifest"
    LOCK = "lock"
    STALE = "stale"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of Pixi's text, our message and hint with its named groups as fields, and what the failure is about."""

    pattern: str
    message: str
    hint: str
    concern: Concern = Concern.MACHINE


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure in our words; ``line`` and ``column`` are a place in the manifest or lock, 0 if unknown."""

    message: str
    hint: str
    concern: Concern = Concern.MACHINE
    line: int = 0
    column: int = 0


DOWNLOADS = (
    Rule(r"hash mismatch when \w+ing (?P<address>\S+?)[,\s].*?expected (?P<detail>\w+), got (?P<more>\w+)",
         "{file} is not the package that is locked: its digest is {more}, the lock says {detail}; nothing was installed",
         DIGEST, Concern.DIGEST),
    Rule(r"http status client error \(40[34]\D[^)]*\) for url \((?P<address>[^)\s]+)\)", "the channel no longer has {file}",
         "run `pixi lock` to take a build that it has, and commit the lock", Concern.LOCK),
    Rule(r"http status client error \((?P<detail>\d+)[^)]*\) for url", "{host} refuses the download with status {detail}",
         "log in with `pixi auth login`, then run it again"),  # read
    Rule(r"http status server error \((?P<detail>\d+)[^)]*\) for url", "{host} fails with status {detail}", "run it again later"),  # read
    Rule(r"network access is disabled by offline mode|pixi is running in offline mode", "packages are missing and Pixi is in offline mode",
         "run `pixi install` with a network first", Concern.NETWORK),
    Rule(r"error sending request for url|dns error|tcp connect error|client error \(connect\)|request failed after \d+ retries",
         "packages cannot be downloaded: {host} does not answer", "check the network or the proxy, then run it again", Concern.NETWORK),
)  # fmt: skip
"""What goes wrong with a download, for Pixi and py-rattler alike: not every failure is the network's."""

RULES: tuple[Rule, ...] = (
    Rule(r"could not find pixi.toml|unable to canonicalize '[^']*' .*no such file", "Pixi found no manifest: it looked for {manifest}",
         "run it in the lesson's folder"),
    Rule(r"without tool.pixi section", "{manifest} has no Pixi table", "add `[tool.pixi.workspace]` or write a pixi.toml",
         Concern.MANIFEST),
    Rule(r"requires pixi '(?P<detail>[^']*)'", "{manifest} requires Pixi {detail}", "run `pixi self-update`", Concern.MANIFEST),
    Rule(r"not up-to-date with requested environment", "pixi.lock lacks the environment", LOCK, Concern.STALE),
    Rule(r"lock.?file not up-to-date", "pixi.lock does not match {manifest}", LOCK, Concern.STALE),
    Rule(r"lock.?file version.*newer than supported", "pixi.lock was written by a newer Pixi", "run `pixi self-update`", Concern.LOCK),
    Rule(r"failed to load lock file from \S+ (?P<detail>.{1,200})", "pixi.lock cannot be read: {detail}",
         "restore it from Git, or delete it and run `pixi lock`", Concern.LOCK),
    Rule(r"unknown environment '(?P<detail>[^']*)'", "{manifest} has no environment `{detail}`", "see `pixi workspace environment list`"),
    Rule(r"failed to parse environment name", "an environment's name may contain only a-z, 0-9 and `-`", "rename it in {manifest}"),
    Rule(r"(missing virtual packages|unsatisfied requirements|installed packages also require): .{0,200}?__cuda",  # read
         "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU),
    Rule(r"virtual package '__cuda", "the locked packages need CUDA, and this machine has no NVIDIA driver that supports it", GPU),  # read
    Rule(r"the installed packages also require: (?P<detail>.{1,200})",  # read
         "the locked packages need more than this machine has: {detail}", PLATFORM),
    Rule(r"cannot install environment '.*does not support '|the workspace does not support '",  # read
         "the environment does not support this platform", PLATFORM),
    Rule(r"cannot run on platform '", "the installed environment is for another type of machine",  # read
         "delete its folder and install it again"),
    Rule(r"is not part of environment", "the environment has no such platform", "see `pixi workspace platform list`"),  # read
    Rule(r"no platform supported by environment", "no platform of the environment fits this machine",
         "name one: `pixi list --platform NAME`"),
    *DOWNLOADS,
    Rule(r"failed to solve requirements of environment '(?P<more>[^']*)'.*because of: (?P<detail>.{1,400})",
         "the requirements of environment `{more}` cannot be met: {detail}", "correct them in {manifest}, then run `pixi lock`",
         Concern.MANIFEST),
    Rule(r"environment directory has moved", "the installed environment was moved",  # read
         "delete its folder below .pixi/envs and install it again"),
    Rule(r"modulenotfounderror: no module named '(?P<detail>[^']+)'",
         "the environment cannot import {detail}: it lacks files, or the package",
         "run `pixi reinstall`; if that does not help, add the package to {manifest}"),
    Rule(r"^(?P<detail>\S+): command not found", "the environment has no program `{detail}`", "add the package that has it to {manifest}"),
    Rule(r"unexpected argument '(?P<detail>[^']+)' found", "this Pixi does not know the option `{detail}`", "run `pixi self-update`"),
    Rule(r"no answer within (?P<detail>\d+ s)", "Pixi did not answer within {detail}", "run it again; `-v` shows where it waits"),  # ours
)  # fmt: skip
"""The first match counts, so the specific come before the general."""


def explain(errors: str, manifest: str, status: int = 1) -> Explanation:
    """Explain what Pixi wrote to standard error, and its exit status (negative: a signal); unknown text is shown as it is, on one line."""
    text = terminal.plain(errors)
    said = re.split(r"^\s*Error:", text, maxsplit=1, flags=re.MULTILINE)[-1]  # progress and warnings come before it
    script = activation_fault(said)
    if script is not None:
        return Explanation(f"an activation script of the environment failed: {script}", ACTIVATION, Concern.MANIFEST)
    flat, place = unframed(said), manifest_fault(said)
    for rule in RULES:
        found = re.search(rule.pattern, flat, re.IGNORECASE)
        if found:
            explained = _filled(rule, found, flat, manifest)
            return (
                explained if place is None else Explanation(explained.message, explained.hint, Concern.MANIFEST, place.line, place.column)
            )
    if place is not None:
        return Explanation(place.message, _advice(place.message, place.help, manifest), Concern.MANIFEST, place.line, place.column)
    if status < 0:
        return Explanation(f"Pixi was ended by {_signal(-status)}", "run it again: an interrupted installation is completed")
    if not flat:
        return Explanation(f"Pixi ended with status {status} and without a message", "run the same command with -v to see more")
    return Explanation(f"Pixi failed: {flat[:600]}", "run the same command with -v to see more")


def explain_download(text: str) -> Explanation | None:
    """Explain a failed download of any program; else None."""
    found = ((rule, re.search(rule.pattern, text, re.IGNORECASE)) for rule in DOWNLOADS)
    return next((_filled(rule, match, text, "") for rule, match in found if match), None)


def because(explained: Explanation, verbose: str) -> Explanation:
    """Add to a lock that does not match the reasons that ``pixi -v`` gives; without any, the lock is of another generation of Pixi."""
    reasons = stale_reasons(terminal.plain(verbose))
    if not reasons:
        return explained
    more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return Explanation(f"{explained.message}: {'; '.join(reasons[:3])}{more}", RELOCK, explained.concern)


def merge_marks(lock: Path) -> int:
    """Return the line of the first mark of a merge conflict in a lock, 0 if there is none or it cannot be read."""
    lines = lock.read_bytes().splitlines() if files.is_file(lock) else []
    return next((number for number, line in enumerate(lines, 1) if line.startswith(b"<<<<<<< ")), 0)


def in_conflict(lock: Path) -> Explanation | None:
    """Explain a lock with marks of a merge conflict; None if it has none."""
    line = merge_marks(lock)
    return Explanation(f"{lock.name} has the marks of a merge conflict", MERGE, Concern.LOCK, line) if line else None


def unavailable(explained: Explanation, manifest: str, lock: str = "pixi.lock") -> EnvironmentUnavailable:
    """Return a failure as an error; one of manifest or lock carries a problem that says where it is.

    One of the network is `Unreachable`.
    """
    if explained.concern is Concern.NETWORK:
        return Unreachable(explained.message, hint=explained.hint)
    file = {Concern.MANIFEST: manifest, Concern.LOCK: lock, Concern.STALE: lock, Concern.DIGEST: lock}.get(explained.concern)
    place = Location(PurePosixPath(file), explained.line, explained.column) if file else None
    problems = [Problem(UNAVAILABLE, explained.message, place, explained.hint)] if place else []
    return EnvironmentUnavailable(explained.message, hint=explained.hint, problems=problems)


def _filled(rule: Rule, found: re.Match[str], flat: str, manifest: str) -> Explanation:
    groups = {name: (value or "").strip(" :") for name, value in found.groupdict().items()}
    file = unquote(groups.get("address", "").rsplit("/", 1)[-1])
    words = {"manifest": manifest, "host": _host(flat), "file": file, "detail": "", "more": ""} | groups
    return Explanation(rule.message.format(**words), rule.hint.format(**words), rule.concern)


def _advice(message: str, said: str, manifest: str) -> str:
    if message.startswith("'subdir'"):
        return "write `platform`, which every release of Pixi reads, or require Pixi 0.85 with `requires-pixi`"
    return f"{said[0].lower()}{said[1:]}" if said else f"correct {manifest} there"


def _signal(number: int) -> str:
    with suppress(ValueError):
        return f"signal {number} ({signal.Signals(number).name})"
    return f"signal {number}"


def _host(text: str) -> str:
    """Return the host of the first address, without path and credentials."""
    found = re.search(r"https?://[^\s)'\"]+", text)
    return (urlsplit(found[0]).hostname if found else None) or "the network"
