"""The hash-pinned files name everything: each requirement of each wheel, for each supported Python and system."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from tools.pins import FOLDER, ROOTS, TARGETS, Metadata, Pin, Walk, examine, read_pins, roots

EACH = pytest.mark.parametrize("name", ROOTS)
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
    assert len(pins) > 100
    needed = {target: Walk(pins, METADATA, target).run(wanted).needed for target in TARGETS}
    for pin in pins:
        rest = tuple(other for other in pins if other is not pin)
        target = next(target for target in TARGETS if pin.text in needed[target])
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


@EACH
def test_two_files_never_disagree_about_a_release(name: str) -> None:
    versions = {(pin.name, str(pin.requirement.marker)): pin.version for pin in pins_of("all.txt")}
    assert all(versions.get((pin.name, str(pin.requirement.marker)), pin.version) == pin.version for pin in pins_of(name))


def test_a_line_without_a_digest_is_no_pin() -> None:
    with pytest.raises(ValueError, match="not a pin with a digest: six==1"):
        read_pins("six==1\n")
    with pytest.raises(ValueError, match="not a pin"):
        read_pins("six>=1 \\\n    --hash=sha256:00\n")


def installing_lines() -> list[tuple[str, str]]:
    """Return every command of this repository's own that installs Python packages."""
    paths = [ROOT / "Makefile", ROOT / ".ci/run", *(ROOT / ".github").rglob("*.y*ml"), *(ROOT / "docs").glob("*.md")]
    paths += [path for path in (ROOT / "site_builder/containers").rglob("*") if path.suffix in (".py", ".j2")]
    found = []
    for path in filter(Path.is_file, paths):  # a source distribution lacks some
        text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
        found += [
            (path.relative_to(ROOT).as_posix(), line) for line in text.splitlines() if re.search(r"\bpip3? (?:install|download)\b", line)
        ]
    return found


def test_what_this_repository_installs_is_never_resolved() -> None:
    """Documentation may show people how to add a package of their own (`PYTHON -m pip install ...`)."""
    for path, line in installing_lines():
        by_people = path.startswith("docs/") and re.search(r"pip install (?:…|\.\.\.|pandas|<)", line)
        assert by_people or "--no-deps" in line, f"{path}: {line}"


@pytest.mark.parametrize("name", ["pip-oldest", "pip-newest", "uv"])
def test_the_installers_are_pinned_too(name: str) -> None:
    (pin,) = read_pins((FOLDER / f"installers/{name}.txt").read_text(encoding="utf-8"))
    assert pin.name == name.partition("-")[0]
    assert name != "pip-oldest" or pin.version == "22.3"
