"""The wheel in an empty environment outside this checkout: installed without a resolver, by uv and by the oldest pip, and used as people do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import site_builder

pytestmark = pytest.mark.world("release")

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
WINDOWS = os.name == "nt"
LESSON = {
    "config.yaml": 'title: Three files\nrequires-lesson: ">=0.1"\n',
    "index.md": "Welcome, with a formula: $E = mc^2$.\n",
    "episodes/introduction.md": """---
title: Introduction
teaching: 10
exercises: 5
---

::: questions
- Does it run?
:::

::: objectives
- See that it runs.
:::

## Running

$$ \\frac{1}{2} $$

```{python}
print(6 * 7)
```

::: challenge

## A challenge

Try it.

::: solution

Done.

:::
:::

::: keypoints
- It runs.
:::
""",
}


def programs(prefix: Path) -> Path:
    return prefix / ("Scripts" if WINDOWS else "bin")


def run(command: list[str | Path], folder: Path, *, code: int = 0) -> str:
    """Run a program in a folder, with a home of its own and without anything of this checkout; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "LESSON_", "CI"))}
    variables = {**kept, "HOME": str(folder), "USERPROFILE": str(folder), "PIP_CONFIG_FILE": os.environ.get("PIP_CONFIG_FILE", "")}
    if not variables["PIP_CONFIG_FILE"]:
        del variables["PIP_CONFIG_FILE"]
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def offline() -> list[str]:
    return ["--no-index", "--find-links", wheels] if (wheels := os.environ.get("WHEELS")) else []


def with_uv(prefix: Path, folder: Path, wheel: Path, pinned: Path, tools: Path) -> None:
    run([tools / "uv", "venv", "--quiet", "--python", sys.executable, prefix], folder)
    install: list[str | Path] = [
        tools / "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        programs(prefix) / "python",
        "--no-deps",
        *offline(),
    ]
    run([*install, "--require-hashes", "-r", pinned], folder)
    run([*install, wheel], folder)


def with_oldest_pip(prefix: Path, folder: Path, wheel: Path, pinned: Path, tools: Path) -> None:
    """CPython 3.11.0 brings pip 22.3; later Pythons need a later one, and are given the one that they bring."""
    run([sys.executable, "-m", "venv", prefix], folder)
    python = programs(prefix) / "python"
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *offline()]
    if sys.version_info < (3, 12):
        run([*install, "--require-hashes", "-r", REQUIREMENTS / "installers" / "pip-oldest.txt"], folder)
        assert "pip 22.3 " in run([python, "-m", "pip", "--version"], folder)
    run([*install, "--require-hashes", "-r", pinned], folder)
    run([*install, wheel], folder)


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheel, and a folder outside the checkout."""

    prefix: Path
    folder: Path

    def lesson(self, *arguments: str | Path, code: int = 0) -> str:
        return run([programs(self.prefix) / "lesson", *arguments], self.folder, code=code)

    def python(self, code: str) -> str:
        return run([programs(self.prefix) / "python", "-c", code], self.folder).strip()


@pytest.fixture(scope="module", params=[with_uv, with_oldest_pip], ids=["uv", "oldest-pip"])
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, distributions: tuple[Path, Path], tools: Path
) -> Installed:
    folder = tmp_path_factory.mktemp("outside")
    request.param(folder / "environment", folder, distributions[0], REQUIREMENTS / "lesson.txt", tools)
    return Installed(folder / "environment", folder)


def write_lesson(folder: Path) -> Path:
    for name, text in LESSON.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(installed: Installed) -> Path:
    """Return the site of a lesson of three files, built by the installed command."""
    lesson = write_lesson(installed.folder / "lesson")
    said = installed.lesson("build", lesson, "--environments", "host")
    assert "open it: file://" in said
    return lesson / "site"


def test_it_is_the_wheel_that_runs_and_nothing_beside_it(installed: Installed) -> None:
    where = Path(installed.python("import site_builder; print(site_builder.__file__)")).resolve()
    assert installed.prefix.resolve() in where.parents
    assert installed.lesson("--version").strip() == f"lesson, version {site_builder.__version__}"
    assert installed.python("import importlib.util; print(importlib.util.find_spec('tests'))") == "None"
    assert (
        installed.python("import site_builder, pathlib; print((pathlib.Path(site_builder.__file__).parent / 'py.typed').is_file())")
        == "True"
    )


def test_everything_that_the_wheel_needs_is_there_and_fits(installed: Installed) -> None:
    code = (
        "import importlib.metadata as m\nfrom packaging.requirements import Requirement as R\n"
        "for d in m.distributions():\n for t in d.requires or ():\n"
        "  r = R(t)\n  if not r.marker or r.marker.evaluate({'extra': ''}): assert m.version(r.name) in r.specifier, (d.name, t)\n"
        "print('fits')"
    )
    assert installed.python(code) == "fits"


def test_help_names_every_command(installed: Installed) -> None:
    said = installed.lesson("--help")
    from site_builder.commands.main import SUMMARIES

    assert all(f"  {name} " in said for name in SUMMARIES)
    assert "Usage:" in installed.lesson("build", "--help")


def test_check_reports_what_is_wrong_and_builds_nothing(installed: Installed) -> None:
    lesson = write_lesson(installed.folder / "checked")
    (lesson / "episodes" / "introduction.md").write_text("---\ntitle: A\n---\n\n[x](gone.md)\n", encoding="utf-8")
    said = installed.lesson("check", lesson, "--strict", code=1)
    assert "episodes/introduction.md:5" in said and "gone.md" in said
    assert not (lesson / "site").exists()


def test_a_lesson_for_another_version_is_refused(installed: Installed) -> None:
    lesson = write_lesson(installed.folder / "other")
    (lesson / "config.yaml").write_text('title: L\nrequires-lesson: ">=99"\n', encoding="utf-8")
    assert "LS006 config.yaml:2" in installed.lesson("build", lesson, code=2)


def test_the_doctor_knows_what_formulas_and_diagrams_need(installed: Installed) -> None:
    said = installed.lesson("doctor", write_lesson(installed.folder / "examined"))
    assert re.search(r"^ok +Formulas +latex2mathml", said, re.MULTILINE)
    assert re.search(r"^(ok +Diagrams +drawn with .|absent +Diagrams .*\n +-> install Chromium)", said, re.MULTILINE)


def test_the_workflow_is_part_of_the_wheel(installed: Installed) -> None:
    assert "jobs:" in installed.lesson("workflow")


def pages(site: Path) -> Iterator[tuple[Path, BeautifulSoup]]:
    for path in sorted(site.rglob("*.html")):
        yield path, BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


def test_the_site_holds_cells_that_ran_and_formulas_that_are_set(site: Path) -> None:
    page = dict(pages(site))[site / "introduction.html"]
    assert page.find("h1").get_text(strip=True).startswith("Introduction")
    assert "42" in page.get_text()
    assert page.find("math") and dict(pages(site))[site / "index.html"].find("math")


def test_every_link_of_the_site_leads_to_a_file_of_it(site: Path) -> None:
    """The theme's files are data of the package: a wheel that forgot them still builds."""
    missing, seen = [], 0
    for path, page in pages(site):
        for element, attribute in ((e, a) for a in ("href", "src") for e in page.find_all(attrs={a: True})):
            target = re.split(r"[?#]", str(element[attribute]))[0]
            if target and not re.match(r"[a-z]+:|//|/", target):
                seen += 1
                if not (path.parent / target).exists():
                    missing.append((path.relative_to(site), target))
    assert seen > 100 and missing == []
    assert (site / "assets").is_dir() and list(site.rglob("lesson*.css")) and list(site.rglob("lesson*.js"))


def test_the_site_opens_in_a_browser(site: Path, tmp_path: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    browser = next((found for name in names if (found := shutil.which(name))), None)
    if browser is None:
        if os.environ.get("LESSON_REQUIRE_CHROMIUM"):
            pytest.fail("Chromium is required here and not installed")
        pytest.skip("no Chromium here")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={tmp_path}"]
    command += ["--virtual-time-budget=3000", "--dump-dom", (site / "introduction.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    opened = BeautifulSoup(done.stdout, "lxml")
    assert "Introduction" in opened.title.get_text()
    assert opened.find("html")["class"] == ["js"] or opened.find(attrs={"data-md-color-scheme": True})


def test_the_oldest_versions_that_are_allowed_build_a_lesson(tmp_path: Path, distributions: tuple[Path, Path], tools: Path) -> None:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the oldest versions are tried on the oldest Python, 3.11")
    with_uv(tmp_path / "environment", tmp_path, distributions[0], REQUIREMENTS / "floors.txt", tools)
    old = Installed(tmp_path / "environment", tmp_path)
    lesson = write_lesson(tmp_path / "lesson")
    assert "open it: file://" in old.lesson("build", lesson, "--environments", "host")
    assert "<math" in (lesson / "site" / "introduction.html").read_text(encoding="utf-8")
    assert "0 errors" in old.lesson("check", lesson)


def test_the_source_distribution_runs_its_tests(tmp_path: Path, distributions: tuple[Path, Path]) -> None:
    if sys.platform != "linux":
        pytest.skip("the tests of the builder itself are run on Linux")
    with tarfile.open(distributions[1]) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow and not world", "tests/lesson", "tests/weave",
               "tests/plan", "tests/check", "tests/test_problem_codes.py", "tests/release"]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(command, cwd=unpacked, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 500
    code = "import site_builder, sys; print(site_builder.__file__)"
    where = subprocess.run([sys.executable, "-c", code], cwd=unpacked, capture_output=True, text=True, check=True).stdout
    assert unpacked in Path(where.strip()).parents


def test_the_source_distribution_is_the_repository(distributions: tuple[Path, Path], source_files: Callable[[], list[str]]) -> None:
    with tarfile.open(distributions[1]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames() if not archive.getmember(name).isdir()}
    made = {"PKG-INFO", "setup.cfg", "site_builder/release/commit.txt"}
    held = {name for name in held if not name.startswith("lesson_site_builder.egg-info/")}
    assert held - made == set(source_files()) - made
