"""The test of the future: the real lock, the real wheels, and an index on this machine that has moved on since the lock was made.

It offers newer releases of several pinned packages, one of them wanted with an extra and one a build tool, has withdrawn another,
and in one test serves a package with the right name and a wrong digest. `LESSON_WHEELS` names a folder of wheels to fill the index
from (`make wheels TO=folder`); otherwise they are fetched once. `LESSON_REVISION` names another revision of this repository for the
tests of the two commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.setup.conftest import bare
from tests.setup.index import Index, damaged, make_wheel, newer, serving
from tools.pins import FOLDER, Pin, read_pins

pytestmark = pytest.mark.world("set-up")

NEWER = ("coverage", "setuptools", "click", "numpy", "filelock")
"""`coverage` is wanted with an extra, `setuptools` builds the project."""
WITHDRAWN = "jinja2"
ALTERED = "iniconfig"


def lock() -> str:
    """Return the pins of this checkout, or of the revision that is tested."""
    if revision := os.environ.get("LESSON_REVISION"):
        return subprocess.check_output(["git", "show", f"{revision}:requirements/all.txt"], cwd=ROOT, text=True)
    return (FOLDER / "all.txt").read_text(encoding="utf-8")


def here() -> dict[str, Pin]:
    """Return the pins that apply to this Python on this system."""
    pins = read_pins(lock())
    return {pin.name: pin for pin in pins if pin.requirement.marker is None or pin.requirement.marker.evaluate()}


def give_up(why: str) -> None:
    """End the test: skipped, or failed where a network is promised."""
    (pytest.fail if os.environ.get("LESSON_REQUIRE_NETWORK") else pytest.skip)(why)


@pytest.fixture(scope="session")
def wheels(request: pytest.FixtureRequest) -> Path:
    """Return a folder with the wheel of every pin, and of the installers."""
    if named := os.environ.get("LESSON_WHEELS"):
        return Path(named)
    cache = getattr(request.config, "cache", None)
    folder = Path(cache.mkdir("wheels") if cache else request.getfixturevalue("tmp_path_factory").mktemp("wheels"))
    pins = folder.with_name("wheels.txt")
    pins.write_text(lock(), encoding="utf-8")
    for file in (pins, *sorted((FOLDER / "installers").glob("*.txt"))):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
        command += ["--find-links", str(folder), "--dest", str(folder), "-r", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            give_up(f"the wheels cannot be fetched, and LESSON_WHEELS names none: {done.stderr.strip().splitlines()[-1]}")
    return folder


def wheel_of(wheels: Path, pin: Pin) -> Path:
    """Return the wheel of a pin in the folder."""
    start = f"{pin.name.replace('-', '_')}-{pin.version}-".lower()
    return next(path for path in wheels.iterdir() if path.name.lower().replace(".", "_").startswith(start.replace(".", "_")))


@pytest.fixture(scope="session")
def pinned_only(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pinned wheels and nothing else."""
    folder = tmp_path_factory.mktemp("pinned")
    for pin in here().values():
        wheel = wheel_of(wheels, pin)
        (folder / wheel.name).symlink_to(wheel)
    return folder


@pytest.fixture
def future(pinned_only: Path, tmp_path: Path) -> Iterator[tuple[Index, str]]:
    """Yield the index and its address."""
    index = Index()
    index.add(*pinned_only.iterdir())
    index.yank(WITHDRAWN)
    index.add(*(newer(wheel_of(pinned_only, here()[name]), tmp_path / "newer", "9999.0") for name in NEWER))
    with serving(index) as address:
        yield index, address


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clean clone of the last commit, or of `LESSON_REVISION`."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone of the repository")
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    revision = os.environ.get("LESSON_REVISION") or subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    subprocess.run(["git", "checkout", "--quiet", "--detach", revision], cwd=folder, check=True)
    return folder


def installed(venv: Path) -> dict[str, str]:
    """Return every package that an environment has, besides pip and this project."""
    code = "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions()), sep='\\n')"
    text = subprocess.run([venv / "bin/python", "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    found = dict(line.lower().replace("_", "-").replace(".", "-", 0).split("==") for line in text.split())
    return {name.replace(".", "-"): version for name, version in found.items() if name not in ("pip", "lesson-site-builder")}


def pinned() -> dict[str, str]:
    return {name: pin.version for name, pin in here().items()}


def plain_path(tmp_path: Path) -> str:
    """Return a PATH without Pixi, which would be used, and with this Python first."""
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys.base_prefix) / "bin/python3")
    others = [name for name in os.environ["PATH"].split(os.pathsep) if not (Path(name) / "pixi").exists()]
    return os.pathsep.join((str(folder), *others))


def test_the_two_commands_in_a_clean_clone_with_an_empty_home(clone: Path, future: tuple[Index, str], tmp_path: Path) -> None:
    environment = bare(tmp_path / "home", {"PIP_INDEX_URL": future[1], "PATH": plain_path(tmp_path)})
    done = subprocess.run(["make", "site"], cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "site/index.html").is_file()
    assert installed(clone / ".venv") == pinned()
    again = subprocess.run(["make", "site"], cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert "nothing changed" in again.stdout
    environment["PIP_INDEX_URL"] = "http://127.0.0.1:9/simple/"
    tests = subprocess.run(
        ["make", "test", "TESTS=tests/test_files.py"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert " passed" in tests.stdout


def test_without_any_network_a_folder_of_wheels_is_enough(clone: Path, pinned_only: Path, tmp_path: Path) -> None:
    """In a network of its own, where the system lets us: there is not even an interface."""
    environment = bare(
        tmp_path / "home", {"WHEELS": str(pinned_only), "PATH": plain_path(tmp_path), "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    )
    alone = ["unshare", "--net"] if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode == 0 else []
    script = (
        "ip link set lo up 2>/dev/null || python3 -c 'import fcntl, socket, struct; s = socket.socket(); "
        'fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x49))\'; make site'
    )  # kernels listen on the loopback interface
    done = subprocess.run([*alone, "sh", "-c", script], cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"from {pinned_only}, without a network" in done.stderr
    assert (clone / "site/index.html").is_file()
    assert installed(clone / ".venv") == pinned()


def set_up(venv: Path, tmp_path: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run this checkout's set-up for an environment elsewhere."""
    python = Path(sys.base_prefix) / "bin/python3"
    command = [str(python), str(ROOT / "tools/set_up"), "--venv", str(venv), *options]
    return subprocess.run(command, env=bare(tmp_path / "home", variables), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("installer", ["oldest pip", "newest pip", "uv"])
def test_every_installer_gives_exactly_what_is_pinned(installer: str, wheels: Path, future: tuple[Index, str], tmp_path: Path) -> None:
    options, variables = installer_of(installer, wheels, tmp_path)
    done = set_up(tmp_path / "venv", tmp_path, *options, **variables, PIP_INDEX_URL=future[1], UV_DEFAULT_INDEX=future[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(tmp_path / "venv") == pinned()


@pytest.mark.parametrize("installer", ["oldest pip", "newest pip", "uv"])
def test_a_wrong_digest_is_one_clear_line(installer: str, wheels: Path, future: tuple[Index, str], tmp_path: Path) -> None:
    index, address = future
    index.add(damaged(wheel_of(wheels, here()[ALTERED]), tmp_path / "damaged"))
    options, variables = installer_of(installer, wheels, tmp_path)
    done = set_up(tmp_path / "venv", tmp_path, *options, **variables, PIP_INDEX_URL=address, UV_DEFAULT_INDEX=address)
    assert done.returncode == 3, done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if not line.startswith(f"{tmp_path / 'venv'}: ") and "packages are" not in line]
    assert len(errors) == 1, done.stderr
    assert errors[0].startswith(f"error: {ALTERED}=={here()[ALTERED].version}: the file that came is not the one whose digest")
    assert list(tmp_path.glob("venv/**/not_what_was_pinned.py")) == []


@pytest.mark.parametrize("installer", ["oldest pip", "newest pip", "uv"])
def test_pins_without_digests_are_refused_by_every_installer(installer: str, wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("# About 1 MB to download on Linux.\nmeasure==1.0\ntables==1.5\n", encoding="utf-8")
    wheel = make_wheel(tmp_path / "made", "measure", "1.0").parent
    make_wheel(tmp_path / "made", "tables", "1.5")
    options, variables = installer_of(installer, wheels, tmp_path)
    done = set_up(tmp_path / "venv", tmp_path, "--requirements", str(tmp_path / "pins.txt"), *options, **variables, WHEELS=str(wheel))
    assert done.returncode == 3, done.stdout + done.stderr
    assert re.search(r"^error: measure==1\.0 has no digest in \S*pins\.txt", done.stderr, re.MULTILINE), done.stderr


def installer_of(name: str, wheels: Path, tmp_path: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the options and variables that choose an installer, which comes from the folder of wheels."""
    file = {"oldest pip": "pip-oldest", "newest pip": "pip-newest", "uv": "uv"}[name]
    (pin,) = read_pins((FOLDER / f"installers/{file}.txt").read_text(encoding="utf-8"))
    wheel = wheel_of(wheels, pin)
    if name != "uv":
        return ("--pip", str(wheel)), {}
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(tmp_path / "uv"), str(wheel)], check=True
    )
    return ("--installer", "uv"), {"PATH": os.pathsep.join((str(tmp_path / "uv/bin"), os.environ["PATH"]))}
