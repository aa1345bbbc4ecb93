"""Remember a build's outcome and what it depended on, and detect quickly that nothing of that has changed.

In any doubt the answer is "changed", and the build then finds out itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files
from site_builder.changes.snapshot import Snapshot, results_digest, take
from site_builder.errors import MachineError
from site_builder.lesson.root import WORK
from site_builder.pipeline.model import Built, Options
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.publish.manifest import is_current, read_manifest

STATE = WORK / "state.json"

BROWSER = "browser"
"""Name of the answer whether there is a browser that draws; no cell can require it, so it is no capability."""

NETWORK = "packages"
"""Name of the answer whether environments and data could be had; a build that could not have one always tries again."""


def look(root: Path, options: Options, site: Path, further: Iterable[str] | None = None) -> Snapshot:
    """Return the digests of what a build with these options depends on; ``further`` paths are by default those of the last build.

    Raises:
        MachineError: a file cannot be read.
    """
    named = _state(root).get("further", ()) if further is None else further
    decisive = f"{options.environments} {options.strict} {options.limits!r} {options.engine} {options.locked}"
    if options.shared_records is not None:
        decisive += f" {options.shared_records} {options.share}"
    if options.environments_folder is not None:
        shared = options.environments_folder
        decisive += f" {shared} {sorted(entry.name for entry in shared.iterdir()) if files.is_folder(shared) else ''}"
    return take(root, site, decisive, [str(name) for name in named])


def recall(root: Path, present: Snapshot) -> Built | None:
    """Return the last build's outcome if its digests and requirements are unchanged and its site is complete."""
    try:
        state = _state(root)
        if state["fingerprint"] != present.digest or not _answers_alike(state["requirements"]):
            return None
        site = Path(state["site"])
        if not is_current(site, state["staged"]):
            return None
        report = Report(tuple(_problem(item) for item in state["problems"]))
        return Built(site, False, state["pages"], 0, report, tally=state["tally"])
    except (MachineError, OSError, ValueError, KeyError, TypeError):
        return None


def last_results(root: Path) -> str:
    """Return the digest of what results depended on as of the last build (`results_digest`), empty if there was none."""
    return str(_state(root).get("results", ""))


def _state(root: Path) -> dict[str, Any]:
    found = files.read_json(root / STATE)
    return found if isinstance(found, dict) else {}


def _answers_alike(requirements: dict[str, bool]) -> bool:
    if not requirements:
        return True
    from site_builder.browser import find_browser
    from site_builder.environments.capabilities import available

    if NETWORK in requirements:
        return False
    present = {name: find_browser() is not None if name == BROWSER else available(name) for name in requirements}
    return present == requirements


def remember(root: Path, present: Snapshot, built: Built, requirements: dict[str, bool], further: Iterable[str]) -> None:
    """Keep a build's outcome, and what it depended on, for `recall`.

    Raises:
        MachineError: it cannot be written.
    """
    manifest = read_manifest(built.site)
    state = {
        "fingerprint": present.digest, "site": str(built.site), "staged": manifest.staged if manifest else "", "pages": built.pages,
        "tally": built.tally,
        "results": results_digest(root), "requirements": requirements, "further": list(further),
        "problems": [_values(problem) for problem in built.report.problems],
    }  # fmt: skip
    files.write_text(root / STATE, json.dumps(state, indent=1))


def _values(problem: Problem) -> dict[str, Any]:
    place = problem.location
    return {
        "code": problem.code, "message": problem.message, "path": str(place.path), "line": place.line, "column": place.column,
        "hint": problem.hint, "severity": problem.severity.value,
    }  # fmt: skip


def _problem(values: dict[str, Any]) -> Problem:
    place = Location(PurePosixPath(values["path"]), values["line"], values["column"])
    return Problem(values["code"], values["message"], place, values["hint"], Severity(values["severity"]))
