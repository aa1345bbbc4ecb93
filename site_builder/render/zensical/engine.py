"""The Zensical engine: a program that renders a whole staged folder (https://zensical.org/docs/usage/build/)."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from site_builder import files, processes
from site_builder.errors import EnvironmentUnavailable, MachineError
from site_builder.problems import Report
from site_builder.render.base import CONFIGURATION, Rendering, complaint, versions
from site_builder.render.loaded import package_folder, scripts_below
from site_builder.render.staged import digests_of_whole, settings_of
from site_builder.render.zensical.ignored import ignored
from site_builder.terminal import plain
from site_builder.weave.staged_content import Content

PACKAGES = ("zensical", "Markdown", "pymdown-extensions", "Pygments")
"""What a page's bytes depend on beside the staged folder."""

SITE = "site"
"""Where Zensical puts the site: its program takes no folder, so this is `site_dir` of every staged folder."""

SECONDS = 600
"""Far more than the largest lesson takes."""

COMPLAINT = re.compile(r"^(?:Warning|Error): ", re.MULTILINE)
FAILURE = re.compile(r"^(?:[\w.]*(?:Error|Exception)|Error): (.+)", re.MULTILINE)
DRAWING = re.compile("[\u2500-\u257f]")
COUNT = re.compile(r"^(?:No|\d+) issues? found$", re.MULTILINE)


class ZensicalEngine:
    """Renders views side by side, each by a run of the program; each run renders all pages of its view."""

    title = "Zensical"
    incremental = False

    def __init__(self) -> None:
        """Start nothing."""
        self._threads = ThreadPoolExecutor(2)

    @property
    def version(self) -> str:
        """Zensical and what it renders with, by version."""
        return versions(PACKAGES)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of Zensical's own theme, which descends from Material."""
        return tuple(scripts_below(package_folder("zensical") / "templates"))

    def prepare(self) -> None:
        """See whether it is there: the program needs the builder's Markdown extension, so it is the one beside the builder."""
        if importlib.util.find_spec("zensical") is None:
            hint = f"{Path(sys.executable).name} -m pip install 'lesson-site-builder[zensical]', or build with --engine mkdocs"
            raise EnvironmentUnavailable("the site engine Zensical is not installed", hint=hint)

    def render(self, folder: Path, target: Path) -> Rendering:
        """Begin to run the program."""
        return _Rendering(self._threads.submit(_render, folder, target))

    def page_digests(self, folder: Path, contents: Mapping[str, Content]) -> Mapping[str, str]:
        """Any file may depend on all of them: nothing is known of how Zensical goes about it."""
        return digests_of_whole(folder, contents, self.version)

    def update(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str] = ()) -> Rendering:
        """Begin to render the whole view in place of what is there."""
        return _Rendering(self._threads.submit(_render_again, folder, target))

    def close(self) -> None:
        """Wait for programs that still run; those that have not begun never do."""
        self._threads.shutdown(cancel_futures=True)


class _Rendering:
    """A run of the program."""

    def __init__(self, future: Future[Report]) -> None:
        self._future = future

    def result(self) -> Report:
        return self._future.result()


def _render_again(folder: Path, target: Path) -> Report:
    files.remove_folder(folder / SITE)
    files.remove_folder(target)
    return _render(folder, target)


def _render(folder: Path, target: Path) -> Report:
    """Run the program and move what it made to its place."""
    package = str(Path(__file__).parents[3])
    paths = os.pathsep.join((package, *filter(None, [os.environ.get("PYTHONPATH")])))
    environment = {**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1"}
    command = (sys.executable, "-m", "zensical", "build", "--config-file", CONFIGURATION)
    outcome = processes.run(command, environment=environment, folder=folder, timeout=SECONDS)
    said = plain(outcome.errors)
    if outcome.status or not files.is_folder(folder / SITE):
        failed = reason(said) or f"exit status {outcome.status}"
        raise MachineError(f"Zensical cannot build the site: {failed}", hint="see mkdocs.yml of the lesson")
    files.move_folder(folder / SITE, target)
    return Report((*ignored(settings_of(folder)), *(complaint(ZensicalEngine.title, message) for message in complaints(said))))


def reason(said: str) -> str:
    """Return why the program failed: the last line that names an error, else the last line."""
    found = FAILURE.findall(said)
    lines = said.strip().splitlines()
    return str(found[-1]) if found else lines[-1].strip() if lines else ""


def complaints(said: str) -> list[str]:
    """Return what the program complained about, each in one line: what and where, without the drawing around it."""
    text = COUNT.sub("", said).strip()
    starts = [found.start() for found in COMPLAINT.finditer(text)]
    parts = [text[start:end] for start, end in zip(starts, (*starts[1:], None), strict=True)] if starts else [text] if text else []
    return [" ".join(DRAWING.sub(" ", COMPLAINT.sub("", part, count=1)).split()) for part in parts]
