"""What many tests share: a way to write a small lesson, and the real lessons where they can be found."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from site_builder.errors import SiteBuilderError
from tests.r import require_r_packages

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # a shell starts background jobs so, and programs inherit it: none could be interrupted
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # `nohup` does the same with a hang-up
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ["CI"] = ""  # in CI each problem is printed once more, as an annotation; the test of those sets it
settings.register_profile("lesson", deadline=None)  # a busy machine is not the code's fault
settings.load_profile("lesson")

ROOT = Path(__file__).parents[1]
MakeLesson = Callable[[Mapping[str, str]], Path]


pytest_plugins = ("tests.slow", "tests.world", "tests.untested", "tests.hosts")


@pytest.fixture
def make_lesson(tmp_path: Path) -> MakeLesson:
    """Return a function that writes files (path -> text) into a folder ``lesson`` below ``tmp_path`` and returns that folder.

    Called again it adds files. The folder is not the test's own, so that a test can put things outside the lesson beside it.
    """

    def make(files: Mapping[str, str]) -> Path:
        root = tmp_path / "lesson"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return make


@pytest.fixture(autouse=True, scope="session")
def working_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Code of lessons works below the folder of the tests, which is deleted with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.getbasetemp()))
        yield


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of real lessons (``<slug>/source``, ``<slug>/site``); skips where neither place has them."""
    return _lessons("corpus.tar.zst", tmp_path_factory)


@pytest.fixture(scope="session")
def r_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of real lessons in R Markdown, as `corpus` does; skips without the packages that they load."""
    require_r_packages("dplyr", "ggplot2", "tidyr")
    return _lessons("corpus-2.tar.zst", tmp_path_factory)


def _lessons(name: str, folders: pytest.TempPathFactory) -> Path:
    if named := os.environ.get("LESSON_CORPUS"):
        return Path(named)
    archive = ROOT.parent / "shared" / "corpus" / name
    if not archive.is_file():
        pytest.skip("no real lessons here: set LESSON_CORPUS")
    target = folders.mktemp("corpus")
    subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(target)], check=True)
    return target / "corpus"


def checker(name: str) -> str:
    """Return the path of a tool from the extra `checkers` or the machine; a test whose tool is missing is skipped by name."""
    program = shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if program is None:
        assert not os.environ.get("LESSON_REQUIRE_CHECKERS"), f"{name} is missing"
        pytest.skip(f"needs {name}, which the extra `checkers` brings where there is a wheel of it")
    return program


def command(lesson: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a subcommand of ``lesson`` on a lesson as a user does, in a home of its own."""
    environment = {**os.environ, "HOME": str(lesson.parent / "home"), "CI": ""}
    program = [sys.executable, "-m", "site_builder", name, "--lesson", str(lesson), *options]
    return subprocess.run(program, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


def _source_files() -> list[str]:
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [name for name in names if name and (ROOT / name).is_file()]
    (listed,) = ROOT.glob("*.egg-info/SOURCES.txt")
    return [name for name in listed.read_text(encoding="utf-8").splitlines() if ".egg-info/" not in name and name != "setup.cfg"]


@pytest.fixture(scope="session")
def source_files() -> Callable[[], list[str]]:
    """Return what names the repository's files: those that Git tracks or would add; in a source distribution, those that it lists."""
    return _source_files


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build this repository's lesson strictly in a copy of its files and return the copy; it reuses the committed records."""
    copy = tmp_path_factory.mktemp("course") / "lesson"
    for name in _source_files():
        if name.split("/")[0] not in {"tests", "site_builder", "docs"}:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    done = command(copy, "build", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Show with an error of the builder the problems that led to it: its message counts them alone."""
    value = call.excinfo.value if call.excinfo else None
    if isinstance(value, SiteBuilderError) and value.problems:
        value.add_note("\n".join(str(problem) for problem in value.problems))
