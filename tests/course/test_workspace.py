"""The folder that learners download is enough: every notebook and script of every episode runs in it, and its lock has what they import."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from site_builder.environments.capabilities import PACKAGES, missing
from site_builder.exporting.notebook import ExportKind
from site_builder.exporting.requirements import MODULES
from site_builder.markdown.tree import Cell
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.takeaways import exported, takeaways
from tests.course.test_course import PRESENT, ROOT, cells, document

SLUGS = [path.stem for path in PRESENT]
NOTEBOOKS = (ExportKind.LEARNER, ExportKind.INSTRUCTOR)
"""Those with code; the one to type into has nothing to run."""
CONDA = {"sklearn": "scikit-learn", "torch": "pytorch", "rattler": "py-rattler", "yaml": "pyyaml", "matplotlib": "matplotlib-base"}
"""Name of a module -> that of its package on conda-forge, where they differ."""
UNLOCKED = {"htcondor2", "classad2"}
"""Modules that no locked environment has: HTCondor's package is not among the records that the lock is solved from. Their cells say so."""
SKIPPED = "Skipped: this machine lacks "


@cache
def planned() -> PlannedLesson:
    """Return the course as the build sees it."""
    return open_lesson(ROOT, Options("host"))


@cache
def packed() -> bytes:
    """Return the archive that the site offers."""
    found = [file for taken in takeaways(planned()).values() for file in taken.files if file.address.suffix == ".zip"]
    assert len(found) == len(SLUGS)
    assert len({file.data for file in found}) == 1
    return found[0].data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Unpack the folder, and nothing else."""
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        archive.extractall(tmp_path)
    (inside,) = tmp_path.iterdir()
    return inside


def variables(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the tools beside this Python are found, as in an activated one, and the rest of this user is not."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"HOME": str(home), "USERPROFILE": str(home), "IPYTHONDIR": str(home / "ipython"), "MPLCONFIGDIR": str(home)}
    return {**os.environ, **own, "PATH": path, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def lacking(cell: Cell) -> bool:
    """Tell whether this machine lacks what a cell requires, as the builder finds it in the environment that runs the exports."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    modules = {name: find_spec(module) is not None for name, module in MODULES.items()}
    brought = {name for name in PACKAGES if modules.get(name) or shutil.which(name, path=tools)}
    return bool(missing(cell.options.requires, {package for name in brought for package in PACKAGES[name][1]}))


def expected(slug: str, text: str) -> int:
    """Return how many cells in a text of an export say what they require and cannot have here."""
    return sum(lacking(cell) and cell.source in text for cell in cells(document(ROOT / f"episodes/{slug}.md")))


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_the_script_runs_in_the_folder_alone(slug: str, folder: Path, tmp_path: Path) -> None:
    name = f"{slug}-script.py"
    before = {path: (folder / path).read_bytes() for path in ("pixi.toml", "pixi.lock")}
    done = subprocess.run(
        [sys.executable, name], cwd=folder / "episodes", env=variables(tmp_path), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    learner = json.loads((folder / f"episodes/{slug}-learner.ipynb").read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in learner["cells"] if cell["cell_type"] == "code")
    assert done.stdout.count(SKIPPED) == expected(slug, code)
    assert {path: (folder / path).read_bytes() for path in before} == before


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("kind", NOTEBOOKS, ids=lambda kind: kind.value)
def test_the_notebook_runs_in_the_folder_alone(
    slug: str, kind: ExportKind, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = next(each for each in planned().episodes if each.slug == slug)
    text = exported(planned(), episode, kind).text
    if kind is ExportKind.LEARNER:
        assert (folder / f"episodes/{slug}-learner.ipynb").read_text(encoding="utf-8") == text
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    for name, value in variables(tmp_path).items():
        monkeypatch.setenv(name, value)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder / "episodes")}}).execute()
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    said = sum(output.get("text", "").startswith(SKIPPED) for cell in code for output in cell.outputs)
    assert said == expected(slug, "\n".join(cell.source for cell in code))


def imported(source: str) -> Iterator[str]:
    """Yield the modules at the top that code imports from outside Python's library."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        yield from (top for name in names if (top := name.partition(".")[0]) not in sys.stdlib_module_names)


def test_the_lock_has_everything_that_cells_and_scripts_import() -> None:
    lock = yaml.safe_load((ROOT / "pixi.lock").read_text(encoding="utf-8"))
    files = sorted((ROOT / "episodes/files").rglob("*.py"))
    own = {path.stem for path in files}
    for path in PRESENT:
        page = document(path)
        wanted = {name for cell in cells(page) if cell.language == "python" for name in imported(cell.source)} - own - UNLOCKED
        for name in page.front_matter.environments or ("default",):
            for platform, packages in lock["environments"][name]["packages"].items():
                there = {entry["conda"].rpartition("/")[2].rsplit("-", 2)[0] for entry in packages if "conda" in entry}
                assert {CONDA.get(module, module) for module in wanted} <= there, (path.stem, name, platform)
    every = {
        entry["conda"].rpartition("/")[2].rsplit("-", 2)[0]
        for environment in ("containers", "cuda")
        for packages in lock["environments"][environment]["packages"].values()
        for entry in packages
    }
    for path in files:
        assert {CONDA.get(name, name) for name in imported(path.read_text(encoding="utf-8"))} - own <= every, path.name


def check_setup(folder: Path, tmp_path: Path, *modules: str, pixi: str = "pixi 0.77.0") -> subprocess.CompletedProcess[str]:
    """Run the check of the folder with this Python, beside a Pixi that says its version."""
    program = tmp_path / "bin/pixi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{f'echo {pixi}' if pixi else 'exit 1'}\n", encoding="utf-8")
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, str(folder / "episodes/files/check_setup.py"), *modules]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Pixi is a shell script")
class TestCheckSetup:
    def test_it_finds_the_folder_complete(self, folder: Path, tmp_path: Path) -> None:
        done = check_setup(folder, tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        version = json.loads((folder / "workspace.json").read_text(encoding="utf-8"))["version"]
        assert f"ok         version {version}: " in done.stdout
        assert "look again" not in done.stdout

    def test_it_names_what_is_missing_and_what_was_changed(self, folder: Path, tmp_path: Path) -> None:
        (folder / "CITATION.cff").unlink()
        (folder / "episodes/files/train.sub").write_text("mine", encoding="utf-8")
        (folder / "pixi.lock").write_text("other", encoding="utf-8")
        done = check_setup(folder, tmp_path)
        assert done.returncode == 1
        assert "; missing: CITATION.cff\n" in done.stdout
        assert "look again the lock file is the course's; changed: pixi.lock\n" in done.stdout
        assert "ok         you have changed episodes/files/train.sub\n" in done.stdout

    @pytest.mark.parametrize("pixi", ["pixi 0.9.1", "pixi 0.70.2", ""])
    def test_it_wants_the_pixi_of_the_manifest(self, folder: Path, tmp_path: Path, pixi: str) -> None:
        done = check_setup(folder, tmp_path, pixi=pixi)
        assert done.returncode == 1
        assert f"look again Pixi >=0.71: {pixi or 'not found'}" in done.stdout

    def test_it_names_a_module_that_the_environment_lacks(self, folder: Path, tmp_path: Path) -> None:
        done = check_setup(folder, tmp_path, "yaml", "no_such_module")
        assert done.returncode == 1
        assert done.stdout.splitlines()[1:] == ["ok         module yaml", "look again module no_such_module"]


def test_the_tasks_for_learners_name_the_environments_that_they_need() -> None:
    manifest = tomllib.loads((ROOT / "pixi.toml").read_text(encoding="utf-8"))
    tasks = manifest["feature"]["lesson"]["tasks"]
    assert all(task["default-environment"] in manifest["environments"] for task in tasks.values())
    assert [need["environment"] for need in tasks["check-setup"]["depends-on"]] == ["ml"]
    # JupyterLab's notebooks have one kernel, which needs the packages of all pages; a GPU has an environment of its own.
    features = [set(manifest["environments"][name]) for name in ("default", "ml", tasks["lab"]["default-environment"])]
    assert features[0] < features[1] < features[2]
