"""The hash-pinned files name everything: each requirement of each wheel, for each supported Python and system."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT
from tools.pins import CONTENTS, FOLDER, TARGETS, Metadata, Pin, Walk, examine, read_pins, roots, targets

EACH = pytest.mark.parametrize("name", CONTENTS)
METADATA = Metadata.read()


def pins_of(name: str) -> tuple[Pin, ...]:
    return read_pins((FOLDER / name).read_text(encoding="utf-8"))


@EACH
def test_every_requirement_is_pinned_fits_and_has_a_wheel_everywhere_and_no_line_is_idle(name: str) -> None:
    faults, idle = examine(name, pins_of(name), METADATA)
    assert faults == []
    assert idle == []


@EACH
def test_no_line_can_be_taken_out(name: str) -> None:
    """Literally: for each line there is a target on which the rest is incomplete, and the fault names what is missing."""
    pins, wanted = pins_of(name), roots(name)
    assert len(pins) >= len({Requirement(text).name for text in wanted}) > 0
    needed = {target: Walk(pins, METADATA, target).run(wanted).needed for target in targets(name)}
    for pin in pins:
        rest = tuple(other for other in pins if other is not pin)
        target = next(target for target in needed if pin.text in needed[target])
        faults = Walk(rest, METADATA, target).run(wanted).faults
        assert any("which no line pins" in fault and canonicalize_name(pin.name) in canonicalize_name(fault) for fault in faults), pin.key


def test_an_extra_a_marker_a_version_and_a_wheel_are_all_looked_at() -> None:
    pins = pins_of("all.txt")
    by_name = {pin.name: pin for pin in pins}
    (toml,) = [text for item in METADATA.releases[by_name["pytest-cov"].key] for text in item["requires"] if "coverage[" in text]
    assert Requirement(toml).extras == {"toml"}
    windows = next(target for target in TARGETS if target.system == "Windows")
    assert windows.environment["sys_platform"] == "win32"
    without = tuple(pin for pin in pins if pin.name != "colorama")
    assert any("colorama" in fault for fault in Walk(without, METADATA, windows).run(roots("all.txt")).faults)
    linux = next(target for target in TARGETS if target.system == "Linux")
    wrong = read_pins(by_name["click"].text.replace(by_name["click"].version, "8.0"))
    faults = Walk((*(pin for pin in pins if pin.name != "click"), *wrong), METADATA, linux).run(roots("all.txt")).faults
    assert any("the line says 8.0" in fault for fault in faults)
    assert any("click==8.0 has no wheel" in fault for fault in faults)


def test_what_is_kept_about_the_wheels_is_what_the_installed_ones_say() -> None:
    """For this platform: the kept requirements are those of the packages that are really installed."""
    checked = 0
    for pin in pins_of("all.txt"):
        try:
            found = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if found.version == pin.version:
            variants = [sorted(item["requires"]) for item in METADATA.releases[pin.key]]
            assert sorted(found.requires or []) in variants, pin.key
            checked += 1
    if checked < 50:
        pytest.skip("this Python has other releases than requirements/all.txt: `make test` without Pixi checks them")


def test_every_file_of_pins_is_known() -> None:
    """So that each is compiled by `make requirements` and proved complete; `torch-cpu.txt` is part of another, and what parts of
    `make test-world` install is for Linux alone.
    """
    held = {path.name for path in FOLDER.glob("*.txt") if "--hash=" in path.read_text(encoding="utf-8")}
    assert held - {"torch-cpu.txt", "gallery.txt", "bucket.txt", "bills.txt"} == set(CONTENTS)


@EACH
def test_nothing_is_built_from_source(name: str) -> None:
    """Wherever the file is installed, and by whom: pip and uv read the option in it."""
    assert "--only-binary :all:" in (FOLDER / name).read_text(encoding="utf-8").splitlines()


@EACH
def test_two_files_never_disagree_about_a_release(name: str) -> None:
    """What is installed elsewhere is what is tested here; the file of the oldest releases disagrees on purpose."""
    versions: dict[str, set[str]] = {}
    for pin in pins_of("all.txt"):
        versions.setdefault(pin.name, set()).add(pin.version)
    same = all(pin.name not in versions or pin.version in versions[pin.name] for pin in pins_of(name))
    assert same is not CONTENTS[name].oldest


def test_the_oldest_releases_are_those_that_the_project_allows() -> None:
    """`floors.txt` is what tests/release/test_installed.py builds a lesson with."""
    tried = {pin.name: pin.version for pin in pins_of("floors.txt")}
    for text in roots("floors.txt"):
        allowed = Requirement(text)
        (floor,) = (part.version for part in allowed.specifier if part.operator == ">=")
        assert Version(tried[canonicalize_name(allowed.name)]) == Version(floor), text


def test_a_line_without_a_digest_is_no_pin() -> None:
    with pytest.raises(ValueError, match="not a pin with a digest: six==1"):
        read_pins("six==1\n")
    with pytest.raises(ValueError, match="not a pin"):
        read_pins("six>=1 \\\n    --hash=sha256:00\n")


INSTALLING = re.compile(r"\b(?:pip3? (?:install|download|wheel)|pipx (?:install|inject|run)|uvx --|uv tool|np[mx] \w)[^`;]*")
NAME = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
BY_USERS = re.compile(rf"pipx? install (?:…|\.\.\.|[\"']?{NAME}\b)|pipx inject {NAME}\b|uvx --from (?:[\"']?{NAME}\b|\./)")
"""What documents tell people to do outside this repository: install the released tool itself, or add a package of their own."""


def installing(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Return every command in these files that installs packages."""
    found = []
    for path in filter(Path.is_file, paths):  # a source distribution lacks some
        text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
        found += [(path.relative_to(ROOT).as_posix(), command) for line in text.splitlines() for command in INSTALLING.findall(line)]
    return found


def test_what_this_repository_runs_resolves_nothing() -> None:
    paths = [ROOT / "Makefile", ROOT / ".ci/run", ROOT / "Containerfile", *(ROOT / ".github").rglob("*.y*ml")]
    paths += [
        path for folder in ("containers", "release") for path in (ROOT / "site_builder" / folder).rglob("*.*") if path.suffix != ".pyc"
    ]
    found = installing(paths)
    assert len(found) > 5
    for path, command in found:
        assert "--no-deps" in command or "{wanted}" in command, f"{path}: {command}"  # `wanted`: what people are told to do


def test_documents_show_nothing_that_resolves_but_the_installation_of_the_tool() -> None:
    found = installing([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    assert len(found) > 10
    for path, command in found:
        assert "--no-deps" in command or BY_USERS.match(command), f"{path}: {command}"


@pytest.mark.parametrize("name", ["pip-oldest", "pip-newest", "uv"])
def test_the_installers_are_pinned_too(name: str) -> None:
    (pin,) = read_pins((FOLDER / f"installers/{name}.txt").read_text(encoding="utf-8"))
    assert pin.name == name.partition("-")[0]
    assert name != "pip-oldest" or pin.version == "22.3"
