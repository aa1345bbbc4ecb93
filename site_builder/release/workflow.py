"""The GitHub workflow of a lesson: a call of the builder's workflow, pinned by commit, or a complete one if it has no known address."""

from __future__ import annotations

import textwrap
from pathlib import Path

from site_builder.release.facts import HOST, Release

COMPLETE = Path(__file__).with_name("lesson.yml")
WIDTH = 138
CALL = """\
name: Lesson
on: {{ push: {{ branches: [main] }}, pull_request: , workflow_dispatch: }}
permissions: {{}}
jobs:
  lesson:
    name: Lesson
    permissions: {{ contents: read, pages: write, id-token: write, attestations: write }} # only the jobs that publish get those to write
    uses: {repository}/.github/workflows/lesson.yml@{commit} # v{version}
"""


def workflow(release: Release, version: str) -> str:
    """Return the text of ``.github/workflows/lesson.yml`` for a lesson that the builder of this release and version builds.

    It builds and checks, keeps records between runs, keeps the site of a pull request as an artifact, and deploys to Pages. Without a
    GitHub address and a commit to call it is the complete workflow, whose first lines explain why.
    """
    found = HOST.fullmatch(release.address)
    if found and release.commit:
        return CALL.format(repository=found[1], commit=release.commit, version=version)
    return COMPLETE.read_text(encoding="utf-8").replace("# @reason@", _comment(_reason(release)))


def _reason(release: Release) -> str:
    if not release.address:
        lacking = "has no address of a repository whose workflow it could call"
    elif not HOST.fullmatch(release.address):
        lacking = f"lives at {release.address}, and GitHub can only call workflows on GitHub"
    else:
        lacking = "was not installed from a release, so there is no commit to pin"
    return (
        f"It is complete because the builder that wrote it {lacking}. "
        "It needs `lesson-requirements.txt` in the lesson, which pins the builder and all its dependencies; "
        "docs/pinning.md of the builder says how to make it."
    )


def _comment(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False)
