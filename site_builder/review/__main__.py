"""``python -m site_builder.review``: comment on the pull request whose build has just ended, as a workflow on ``workflow_run`` does.

Which pull request that is, GitHub says by the commit that was built, never the artifact.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from site_builder.fetching.forge import Forge, ForgeRefused
from site_builder.review.archive import LARGEST, Refused, read_member
from site_builder.review.comment import MARKER, comment
from site_builder.review.guarded import LABEL, MAINTAINERS, guarded

ARTIFACT, REPORT = "changes", "changes.json"
AUTHOR = "github-actions[bot]"
"""Who comments with the token of a workflow."""


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Read the event that started the workflow, and comment; return the exit code."""
    with Path(environment["GITHUB_EVENT_PATH"]).open(encoding="utf-8") as file:
        run = json.load(file)["workflow_run"]
    forge = Forge(environment["GITHUB_API_URL"], environment["GITHUB_REPOSITORY"], environment["GITHUB_TOKEN"])
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    try:
        print(_comment(forge, run, f"{server}/{forge.repository}/actions/runs/{int(run['id'])}"))
    except (Refused, ForgeRefused) as error:
        print(f"::error::{str(error)!r}", file=sys.stderr)
        return 1
    return 0


def _comment(forge: Forge, run: Mapping[str, Any], address: str) -> str:
    """Comment on what a run left, and say in a line what was done."""
    if run["event"] != "pull_request" or not run.get("head_repository"):
        return "the run was not that of a pull request"
    number = forge.pull_request(run["head_repository"]["owner"]["login"], run["head_branch"], run["head_sha"])
    if number is None:
        return "no open pull request has this commit as its newest"
    if waits := _waits(forge, number, run["head_sha"]):
        return waits
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "artifact.zip"
        if not forge.artifact(int(run["id"]), ARTIFACT, place, LARGEST):
            return f"the run has no artifact {ARTIFACT!r} of at most {LARGEST} bytes"
        told = comment(read_member(place, REPORT), address)
    known = forge.comment_of(number, MARKER, AUTHOR)
    if not told.changes and known is None:
        return "nothing changes"
    forge.comment(number, known, told.text)
    return f"commented on pull request {number}"


def _waits(forge: Forge, number: int, commit: str) -> str:
    """Return why nothing may be told of a pull request yet, empty if it may: what decides its build is a maintainer's to judge."""
    changed = forge.changed_files(number)
    decisive = guarded(changed or ())
    if (changed is not None and not decisive) or forge.approved(number, commit, MAINTAINERS):
        return ""
    forge.label(number, LABEL)
    files = "a file that decides" if len(decisive) == 1 else f"{len(decisive)} files that decide"
    what = f"{files} what its build runs" if decisive else "more files than GitHub lists"
    return f"pull request {number} changes {what}: when a maintainer has approved this commit, run this job again"


if __name__ == "__main__":
    sys.exit(main())
