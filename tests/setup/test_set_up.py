"""Set-up installs what is pinned whatever the index offers, mends what is broken, loses nothing, and says in one line what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.conftest import PINNED, Project, bare
from tests.setup.index import Index, damaged, make_wheel, newer, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def moved(project: Project, tmp_path: Path) -> Iterator[tuple[Index, str]]:
    """Yield an index that has moved on: newer releases of three pins, one pin withdrawn."""
    index = Index()
    wheels = sorted(project.wheels.iterdir())
    index.add(*wheels)
    index.yank("withdrawn")
    index.add(*(newer(wheel, tmp_path / "newer", "99.0") for wheel in wheels if wheel.name.startswith(("measure", "setuptools", "tables"))))
    with serving(index) as address:
        yield index, address


def the_error(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that says what is wrong: there is no other error, no traceback, and no page of warnings."""
    lines = done.stderr.splitlines()
    assert done.returncode == 3, done.stderr
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert lines[-1] == errors[0]
    assert "Traceback" not in done.stderr
    assert "WARNING" not in done.stderr
    assert len(lines) <= 4
    return errors[0]


def test_newer_and_withdrawn_releases_change_nothing_and_what_happens_is_said(project: Project, moved: tuple[Index, str]) -> None:
    done = project.set_up(PIP_INDEX_URL=moved[1])
    assert done.returncode == 0, done.stderr
    assert project.installed() == PINNED
    first, second, *_, last = done.stderr.splitlines()
    assert re.fullmatch(r"\.venv: making it with Python [\d.]+ and pip, since it is not there yet", first)
    assert re.fullmatch(r"\.venv: some 5 packages, about 1 MB to download; about 10 s, longer on a slow network", second)
    assert re.fullmatch(r"\.venv: ready after \d+ s", last)
    again = project.set_up(PIP_INDEX_URL="http://127.0.0.1:9/")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_the_index_does_offer_what_would_break_a_resolver(project: Project, moved: tuple[Index, str]) -> None:
    """The trap is real: the same pip, left to resolve, goes wrong on the same index."""
    assert project.set_up(WHEELS=str(project.wheels)).returncode == 0
    command = [project.python, "-m", "pip", "install", "--force-reinstall", "--require-hashes", "-r", "requirements/all.txt"]
    done = subprocess.run(
        command,
        cwd=project.root,
        env=bare(project.root.parent / "home", {"PIP_INDEX_URL": moved[1]}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "In --require-hashes mode, all requirements must have their versions pinned" in done.stderr


def test_a_wrong_digest_ends_it_in_one_line_and_nothing_of_the_file_is_used(
    project: Project, moved: tuple[Index, str], tmp_path: Path
) -> None:
    index, address = moved
    index.add(damaged(next(project.wheels.glob("tables-*")), tmp_path / "damaged"))
    done = project.set_up(PIP_INDEX_URL=address)
    line = the_error(done)
    assert "tables==1.5: the file that came is not the one whose digest requirements/all.txt names" in line
    assert ".lesson/set-up-venv.log has all" in line
    assert not project.root.joinpath(".venv/.set-up.json").exists()
    assert list(project.root.rglob("not_what_was_pinned.py")) == []
    index.add(*project.wheels.glob("tables-*"))
    assert project.set_up(PIP_INDEX_URL=address).returncode == 0
    assert project.installed() == PINNED


def test_pins_without_digests_are_not_installed(project: Project) -> None:
    """Also not where no line has one: pip asks for digests by itself only if some line has one."""
    pins = project.root / "requirements/all.txt"
    pins.write_text(re.sub(r" \\\n +--hash=\S+", "", pins.read_text(encoding="utf-8")), encoding="utf-8")
    done = project.set_up(WHEELS=str(project.wheels))
    assert "measure==1.0 has no digest in requirements/all.txt" in the_error(done)
    assert not project.root.joinpath(".venv/.set-up.json").exists()


def test_without_a_network_a_folder_of_wheels_will_do_and_a_missing_one_is_named(project: Project) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple/", "PIP_RETRIES": "0"}
    line = the_error(project.set_up(**nowhere))
    assert "the package index cannot be reached or has no measure==1.0 at all" in line
    assert "WHEELS=FOLDER" in line
    assert "the package index cannot be reached: connect" in the_error(
        project.set_up(PIP_INDEX_URL="http://127.0.0.1:9/simple/", PIP_RETRIES="1")
    )
    assert project.set_up(WHEELS=str(project.wheels), **nowhere).returncode == 0
    assert project.installed() == PINNED
    shutil.rmtree(project.root / ".venv")
    next(project.wheels.glob("plugin-*")).unlink()
    line = the_error(project.set_up(WHEELS=str(project.wheels), **nowhere))
    assert f"plugin==2.0 is not in the folder {project.wheels}" in line
    assert "make wheels" in line
    assert "the folder of wheels /nowhere is not there" in the_error(project.set_up(WHEELS="/nowhere"))


def test_a_folder_of_wheels_is_filled_from_the_index(project: Project, moved: tuple[Index, str], tmp_path: Path) -> None:
    assert project.set_up(PIP_INDEX_URL=moved[1]).returncode == 0
    done = project.set_up("--download", str(tmp_path / "filled"), PIP_INDEX_URL=moved[1])
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "filled").iterdir()} == {path.name for path in project.wheels.iterdir()}


def test_settings_of_a_user_that_would_install_something_else_are_not_obeyed(
    project: Project, moved: tuple[Index, str], tmp_path: Path
) -> None:
    (tmp_path / "constraints.txt").write_text("tables==1.0\n", encoding="utf-8")
    make_wheel(tmp_path / "path", "measure", "0.1")
    with_settings = {
        "PIP_CONSTRAINT": str(tmp_path / "constraints.txt"),
        "PIP_TARGET": str(tmp_path / "elsewhere"),
        "PIP_USER": "1",
        "PYTHONPATH": str(tmp_path / "path"),
        "PYTHONHOME": "/nowhere",
    }
    environment = {name: value for name, value in with_settings.items() if name != "PYTHONHOME"}
    done = project.set_up(PIP_INDEX_URL=moved[1], **environment)
    assert done.returncode == 0, done.stderr
    assert project.installed() == PINNED


@pytest.mark.parametrize("harm", ["stamp", "package", "python", "moved", "killed", "pins"])
def test_what_is_half_made_broken_moved_or_old_is_made_again(project: Project, harm: str) -> None:
    wheels = {"WHEELS": str(project.wheels)}
    assert project.set_up(**wheels).returncode == 0
    folder, expected, reason = project.root / ".venv", dict(PINNED), ""
    if harm == "stamp":
        (folder / ".set-up.json").rename(folder / ".set-up-begun")
        reason = "it is only half made"
    elif harm == "package":
        shutil.rmtree(next(folder.glob("lib*/**/plugin-2.0.dist-info")))
        reason = "plugin is missing in it"
    elif harm == "python":
        project.python.unlink()
        project.python.symlink_to("/nowhere/python3")
        reason = "its Python does not start any more"
    elif harm == "moved":
        shutil.move(project.root, project.root.with_name("elsewhere"))
        project = Project(project.root.with_name("elsewhere"), project.wheels)
        reason = f"it was made for {folder}"
    elif harm == "killed":
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / ".set-up-begun").touch()
        (folder / "lib").mkdir()
        reason = "it is only half made"
    elif harm == "pins":
        kept = [wheel for wheel in project.wheels.iterdir() if not wheel.name.startswith("withdrawn")]
        project.pin(kept)
        expected.pop("withdrawn")
        reason = "all.txt has changed"
    done = project.set_up(**wheels)
    assert done.returncode == 0, done.stderr
    assert reason in done.stderr
    assert project.installed() == expected
    assert [path.name for path in project.root.glob(".venv*")] == [".venv"]
    assert project.set_up(**wheels).stderr == ""


def test_an_interruption_is_mended_by_the_next_run(project: Project) -> None:
    command = [sys.executable, str(project.root / "tools/set_up")]
    environment = bare(project.root.parent / "home", {"WHEELS": str(project.wheels)})
    with subprocess.Popen(command, cwd=project.root, env=environment, stderr=subprocess.PIPE, text=True) as running:
        while not (project.root / ".venv/pyvenv.cfg").is_file():
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        assert running.stderr.read().splitlines()[-1] == "interrupted: the next run begins again"
    assert running.returncode == 130
    with subprocess.Popen(command, cwd=project.root, env=environment, stderr=subprocess.DEVNULL) as running:
        while not (project.root / ".venv/pyvenv.cfg").is_file():
            time.sleep(0.02)
        running.kill()
    done = project.set_up(WHEELS=str(project.wheels))
    assert "it is only half made" in done.stderr
    assert project.installed() == PINNED


def test_an_environment_that_cannot_be_renewed_stays_as_it_was(project: Project) -> None:
    assert project.set_up(WHEELS=str(project.wheels)).returncode == 0
    before = json.loads((project.root / ".venv/.set-up.json").read_text(encoding="utf-8"))
    project.pin([*project.wheels.iterdir(), make_wheel(project.root.parent / "other", "later", "1.0")])
    the_error(project.set_up(WHEELS=str(project.wheels)))
    assert json.loads((project.root / ".venv/.set-up.json").read_text(encoding="utf-8")) == before
    assert project.installed() == PINNED
    assert [path.name for path in project.root.glob(".venv*")] == [".venv"]


def test_what_somebody_else_made_or_added_is_not_lost(project: Project, tmp_path: Path) -> None:
    (project.root / ".venv").mkdir()
    (project.root / ".venv/notes.txt").write_text("mine", encoding="utf-8")
    done = project.set_up(WHEELS=str(project.wheels))
    assert done.returncode == 0, done.stderr
    assert (project.root / ".venv.kept/notes.txt").read_text(encoding="utf-8") == "mine"
    assert done.stderr.splitlines()[-1] == ".venv: what was there before and was not made by this program is now .venv.kept"
    own = make_wheel(tmp_path / "own", "pandas", "3.0")
    subprocess.run([project.python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(own)], check=True)
    assert project.set_up().stderr == ""
    project.pin(wheel for wheel in project.wheels.iterdir() if not wheel.name.startswith("plugin"))
    done = project.set_up(WHEELS=str(project.wheels))
    assert done.stderr.splitlines()[-1] == ".venv: you had put in besides, and may put in again: pandas==3.0"


def test_an_environment_made_by_hand_as_the_documentation_says_is_taken_as_it_is(project: Project) -> None:
    install = [project.python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    commands = [
        [sys.executable, "-m", "venv", ".venv"],
        [*install, "--find-links", project.wheels, "--require-hashes", "-r", "requirements/all.txt"],
    ]
    for command in commands:
        subprocess.run(command, cwd=project.root, env=bare(project.root.parent / "home"), check=True)
    (project.root / ".venv/mine.txt").touch()
    shutil.copytree(project.root / ".venv", project.root / "without-the-project", symlinks=True)
    last = [*install, "--no-build-isolation", "--editable", "."]
    subprocess.run(last, cwd=project.root, env=bare(project.root.parent / "home"), check=True)
    assert project.set_up().stderr == ".venv: made by hand and complete, so it stays\n"
    assert (project.root / ".venv/mine.txt").is_file()
    assert project.set_up().stderr == ""
    shutil.rmtree(project.root / ".venv")
    (project.root / "without-the-project").rename(project.root / ".venv")
    assert "is now .venv.kept" in project.set_up(WHEELS=str(project.wheels)).stderr


def test_a_link_to_another_disk_is_followed(project: Project, tmp_path: Path) -> None:
    (project.root / ".venv").symlink_to(tmp_path / "large/venv")
    for _ in range(2):
        assert project.set_up(WHEELS=str(project.wheels)).returncode == 0
        assert (project.root / ".venv").is_symlink()
        assert project.installed() == PINNED
        (tmp_path / "large/venv/.set-up.json").unlink()
        (tmp_path / "large/venv/.set-up-begun").touch()


def test_a_changed_project_alone_is_installed_again_without_an_index(project: Project) -> None:
    assert project.set_up(WHEELS=str(project.wheels)).returncode == 0
    (project.root / "pyproject.toml").open("a").write("# changed\n")
    done = project.set_up(PIP_INDEX_URL="http://127.0.0.1:9/")
    assert done.stderr == ".venv: installing the command `lesson` again, since pyproject.toml has changed\n"
    assert done.returncode == 0
    assert project.set_up().stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="stand-ins are shell scripts")
def test_an_old_python_says_what_it_lacks(project: Project, tmp_path: Path) -> None:
    """Every old Python of this machine can read the first file; a new one reads it as an old one would."""
    source = (project.root / "tools/set_up/__main__.py").read_text(encoding="utf-8")
    program = (
        "import sys; sys.version_info = (3, 9, 2); exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'), {'__name__': '__main__'})"
    )
    path = project.root / "tools/set_up/__main__.py"
    done = subprocess.run([sys.executable, "-c", program, str(path)], env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "is Python 3.9.2; install one and repeat the command with PYTHON=python3.13" in done.stderr
    newer_one = tmp_path / "python3.14"
    newer_one.write_text("#!/bin/sh\n", encoding="utf-8")
    newer_one.chmod(0o755)
    (tmp_path / "python3.15").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")  # a version manager's, of a version that is not chosen
    (tmp_path / "python3.15").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.stderr.endswith("; repeat the command with PYTHON=python3.14\n")
    for name in ("python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10"):
        candidates = [shutil.which(name), *map(str, Path.home().glob(f".pyenv/versions/{name[6:]}.*/bin/{name}"))]
        for found in filter(None, candidates):
            if subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
                done = project.set_up(python=found)
                assert done.returncode == 3, (found, done.stderr)
                assert re.fullmatch(
                    r"error: Python 3\.11 or newer is needed, and \S+ is Python [\d.]+; .*PYTHON=python3\.\d+\n", done.stderr
                )
    assert not re.search(r"\bf[\"']|:=|->", source)


def in_a_world_of_its_own(project: Project, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run set-up after a script has mounted something, which no other process sees; ``$1`` is an empty folder."""
    folder = project.root.parent / "mounted"
    folder.mkdir()
    program = [sys.executable, str(project.root / "tools/set_up"), *(option.replace("$1", str(folder)) for option in options)]
    command = ["unshare", "-m", "sh", "-c", f'{script} && shift && exec "$@"', "sh", str(folder), *program]
    environment = bare(project.root.parent / "home", {"WHEELS": str(project.wheels)})
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine mounts nothing, even for root")
    return done


only_root = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount something on Linux")


@only_root
def test_a_python_without_its_module_for_environments_says_so(project: Project) -> None:
    """As on Debian without python3-venv: `ensurepip` is missing."""
    module = Path(os.__file__).parent / "ensurepip"
    line = the_error(in_a_world_of_its_own(project, f"mount --bind \"$1\" '{module}'"))
    assert "apt-get install python3-venv" in line
    assert "INSTALLER=uv" in line


@only_root
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("size=64k", "the disk or your quota is full"),  # while the environment is begun
        ("size=6m", "the disk or your quota is full"),  # while pip is put in
        ("size=60m,ro", "may not be written"),
    ],
)
def test_a_full_disk_and_one_that_may_not_be_written(project: Project, options: str, words: str) -> None:
    done = in_a_world_of_its_own(project, f'mount -t tmpfs -o {options} none "$1"', "--venv", "$1/.venv")
    assert words in the_error(done)


@only_root
def test_a_checkout_that_may_not_be_written(project: Project) -> None:
    done = in_a_world_of_its_own(project, f"mount --bind '{project.root}' '{project.root}' && mount -o remount,ro,bind '{project.root}'")
    assert "may not be written: work in a copy that belongs to you" in the_error(done)


def test_uv_that_is_not_there_is_named(project: Project) -> None:
    assert "uv is not on PATH" in the_error(project.set_up("--installer", "uv", PATH=os.path.dirname(sys.executable)))  # noqa: PTH120


def test_two_at_once_wait_for_each_other(project: Project) -> None:
    command = [sys.executable, str(project.root / "tools/set_up")]
    environment = bare(project.root.parent / "home", {"WHEELS": str(project.wheels)})
    both = [subprocess.Popen(command, cwd=project.root, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    texts = [program.communicate(timeout=120)[1] for program in both]
    assert [program.returncode for program in both] == [0, 0], texts
    assert sum("ready after" in text for text in texts) == 1
    assert project.installed() == PINNED


def test_the_environments_python_takes_over(project: Project) -> None:
    """As Pixi's tasks and the workflows ask for; its words are its own, and so is its exit status."""
    asked = "import plugin, sys; print(sys.prefix, sys.argv[1:]); sys.exit(7)"
    for said in (True, False):
        done = project.set_up("--run", "-c", asked, "--venv", "other", WHEELS=str(project.wheels))
        assert done.returncode == 7 and bool(done.stderr) is said
        assert done.stdout == f"{project.root / '.venv'} ['--venv', 'other']\n"
    project.pin([])
    (project.root / "requirements/all.txt").write_text("nosuch==1 --hash=sha256:00\n", encoding="utf-8")
    done = project.set_up("--run", "-c", asked, WHEELS=str(project.wheels))
    assert done.returncode == 3 and done.stdout == "" and "error:" in done.stderr
