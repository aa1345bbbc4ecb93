"""Activation scripts that a manifest names and the lesson does not have: Pixi goes on without them and says so in passing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from site_builder import files
from site_builder.environments import machine
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable
from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, Severity


def missing_scripts(lesson: Lesson, episodes: Sequence[Episode]) -> Iterator[Problem]:
    """Yield a warning for each script that the environments of episodes with cells name for this platform and that is not there.

    A manifest that cannot be read yields nothing: what runs in its environments says why.
    """
    used = {episode.request.environment for episode in episodes if episode.request}
    path = lesson.manifest_file
    if path is None or not used or not files.is_file(path):
        return
    try:
        manifest = read_manifest(path)
    except EnvironmentUnavailable:
        return
    named = {name: environment for environment in sorted(used) for name in manifest.scripts(environment, machine.subdir())}
    lines = files.read_text(path)[0].splitlines() if named else []
    for name, environment in named.items():
        if not files.is_file(path.parent / name):
            line = next((number for number, text in enumerate(lines, 1) if name in text), 1)
            message = f"the activation script `{name}` of environment `{environment}` does not exist: cells run without it"
            hint = "correct `activation.scripts`, or add the script to the lesson"
            yield Problem("LS031", message, Location(PurePosixPath(str(lesson.manifest)), line), hint, Severity.WARNING)
