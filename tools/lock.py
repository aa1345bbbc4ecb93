"""Compile the hash-pinned requirement files anew: ``make requirements``.

    python tools/lock.py [--upgrade]

It needs a network. The resolver is the uv that `requirements/installers/uv.txt` pins; this is the only place where anything is
resolved. Releases stay as they are unless `pyproject.toml` asks for others, or ``--upgrade`` is given. Then it writes
`requirements/metadata.json`, what each wheel requires, and says what is incomplete. Exit status: 1 where a file is incomplete.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.pins import CONTENTS, FOLDER, ROOT, TARGETS, Metadata, Pin, Target, Walk, examine, fits, read_pins, roots, targets
from tools.wheel_metadata import described, metadata_of

HEADER = """\
# Compiled by `make requirements`; not to be changed by hand. It names everything and is installed without a resolver.
# About {size} MB to download on Linux.
# To build from source would fetch what builds it, which nothing pins.
--only-binary :all:
"""
PROCESSOR = "records-cpu.txt"
"""Made of records.txt and torch-cpu.txt, not compiled."""
WORLD = {"gallery": "the gallery of outputs", "bucket": "the bucket of shared records", "bills": "the comparison of bills of materials"}
"""What single parts of `make test-world` install, for Linux alone, by the name of the file; no set-up does."""
APART = ("bucket",)
"""Those that need other releases than `all.txt` has: botocore keeps to python-dateutil 2."""

LINUX = Target("3.13.9", "Linux", "x86_64")
COMMON = (
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--only-binary",
    ":all:",
    "--no-annotate",
    "--no-header",
    "--no-emit-index-url",
)


def compile_file(uv: Path, output: Path, *arguments: str) -> None:
    """Let uv write a file of pins."""
    subprocess.run([uv, "pip", "compile", *COMMON, "--generate-hashes", "--output-file", output, *arguments], cwd=ROOT, check=True)


def wanted(name: str) -> list[str]:
    """Return the arguments for uv that say what a file has to satisfy, and which releases come first."""
    content = CONTENTS[name]
    project = [] if content.extras is None else ["pyproject.toml", *(word for extra in content.extras for word in ("--extra", extra))]
    sources = [f"requirements/{source}" for source in content.sources]
    if content.oldest:
        return ["--resolution", "lowest-direct", *project, *sources]
    same = [] if name == "all.txt" else ["--constraints", "requirements/all.txt"]
    return [*same, *project, *sources]


def forget_direct(name: str, path: Path) -> None:
    """Take the lines of what the project itself asks for out of a file: uv keeps the releases that it finds there."""
    direct = {canonicalize_name(Requirement(text).name) for text in roots(name)}
    kept = [pin.text for pin in read_pins(path.read_text(encoding="utf-8")) if pin.name not in direct] if path.is_file() else []
    path.write_text("".join(f"{text}\n" for text in kept), encoding="utf-8", newline="\n")


def wheels(uv: Path, file: Path) -> dict[str, dict[str, int]]:
    """Return the addresses and sizes (bytes) of the wheels of each pinned release that some target can install."""
    with tempfile.TemporaryDirectory() as name:
        output = Path(name) / "pylock.toml"
        subprocess.run([uv, "pip", "compile", *COMMON, "--no-deps", "--format", "pylock.toml", "--output-file", output, file], check=True)
        packages = tomllib.loads(output.read_text(encoding="utf-8"))["packages"]
    found = {}
    for package in packages:
        found[f"{package['name']}=={package['version']}"] = {
            wheel["url"]: wheel.get("size", 0)
            for wheel in package.get("wheels", ())
            if any(fits(file_name(wheel["url"]), target) for target in TARGETS)
        }
    return found


def file_name(address: str) -> str:
    """Return the name of the wheel at an address."""
    return urllib.request.url2pathname(address.rpartition("/")[2])


def collect(releases: dict[str, list[str]], known: Metadata) -> Metadata:
    """Return what all these wheels require; a wheel that is known already is not fetched, since a release never changes."""
    old = {wheel: variant for variants in known.releases.values() for variant in variants for wheel in variant["wheels"]}
    addresses = [address for group in releases.values() for address in group if file_name(address) not in old]
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        fetched = dict(zip(map(file_name, addresses), map(described, pool.map(metadata_of, addresses)), strict=True))
    result: dict[str, list[dict[str, Any]]] = {}
    for key in sorted(releases):
        variants: dict[str, dict[str, Any]] = {}
        for wheel in sorted(map(file_name, releases[key])):
            content = fetched.get(wheel) or {name: old[wheel][name] for name in ("python", "requires")}
            variants.setdefault(json.dumps(content), {**content, "wheels": []})["wheels"].append(wheel)
        result[key] = list(variants.values())
    return Metadata(result)


def write(path: Path, pins: tuple[Pin, ...], sizes: dict[str, dict[str, int]]) -> None:
    """Write a file of pins, and how much there is to download."""
    here = [pin for pin in pins if pin.requirement.marker is None or pin.requirement.marker.evaluate(LINUX.environment)]
    groups = [[size for address, size in sizes.get(pin.key, {}).items() if fits(file_name(address), LINUX)] for pin in here]
    megabytes = sum(max(group, default=0) for group in groups) / 1e6
    path.write_text(HEADER.format(size=round(megabytes)) + "".join(f"{pin.text}\n" for pin in pins), encoding="utf-8", newline="\n")


def write_metadata(path: Path, metadata: Metadata) -> None:
    """Write what the wheels require, one wheel or requirement a line."""
    text = json.dumps({key: metadata.releases[key] for key in sorted(metadata.releases)}, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def pruned(name: str, pins: tuple[Pin, ...], metadata: Metadata) -> tuple[Pin, ...]:
    """Return the pins that some target needs: uv also names what only PyPy or a browser's Python would."""
    needed = set().union(*(Walk(pins, metadata, target).run(roots(name)).needed for target in targets(name)))
    return tuple(pin for pin in pins if pin.text in needed)


def for_the_processor(pins: tuple[Pin, ...], metadata: Metadata) -> tuple[tuple[Pin, ...], Metadata]:
    """Return the pins with PyTorch's build for the processor on Linux, and its metadata: those of the ordinary build without CUDA."""
    (plain,) = [pin for pin in pins if pin.name == "torch"]
    (cpu,) = read_pins((FOLDER / "torch-cpu.txt").read_text(encoding="utf-8"))
    marker = f"({plain.requirement.marker}) and sys_platform != 'linux'" if plain.requirement.marker else "sys_platform != 'linux'"
    kept = read_pins(f"torch=={plain.version} ; {marker} \\{plain.text.partition(chr(92))[2]}")
    variant = next(item for item in metadata.releases[plain.key] if any("macosx" in wheel for wheel in item["wheels"]))
    requires = [text for text in variant["requires"] if "platform_system" not in text and "sys_platform" not in text]
    names = [
        f"torch-{cpu.version}-cp3{minor}-cp3{minor}-manylinux_2_28_{machine}.whl"
        for minor in range(11, 15)
        for machine in ("x86_64", "aarch64")
    ]
    own = {"python": variant["python"], "requires": requires, "wheels": names}
    rest = tuple(pin for pin in pins if pin.name != "torch")
    together = sorted((*rest, *kept, cpu), key=lambda pin: (pin.name, pin.text))
    return tuple(together), Metadata({**metadata.releases, cpu.key: [own]})


def compile_part(uv: Path, name: str, *more: str) -> None:
    """Compile what a part of `make test-world` imports, which runs on Linux, with the oldest Python that the project supports or newer."""
    place = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:")
    form = ("--quiet", "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--output-file", FOLDER / f"{name}.txt")
    same = () if name in APART else ("--constraints", "requirements/all.txt")
    arguments = (*place, *form, *same, f"requirements/{name}.in")
    subprocess.run([uv, "pip", "compile", *more, *arguments], cwd=ROOT, check=True)
    file = FOLDER / f"{name}.txt"
    head = f"# Compiled by `make requirements`; not to be changed by hand. For Linux, and {WORLD[name]} in `make test-world`."
    file.write_text(f"{head}\n--only-binary :all:\n{file.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Compile all files, and return 1 where one is incomplete."""
    parser = argparse.ArgumentParser(description="Compile the hash-pinned requirement files anew.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest releases")
    more = ("--upgrade",) if parser.parse_args(arguments).upgrade else ()
    store = FOLDER / "metadata.json"
    known = Metadata.read(store) if store.is_file() else Metadata({})
    with tempfile.TemporaryDirectory() as name:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", name]
        subprocess.run([*install, "--requirement", FOLDER / "installers/uv.txt"], check=True)
        uv = Path(name) / "bin" / "uv"
        files = {name: FOLDER / name for name in CONTENTS if name != PROCESSOR}
        for file, path in files.items():
            if CONTENTS[file].oldest:
                forget_direct(file, path)
            compile_file(uv, path, *more, *wanted(file))
        for part in WORLD:
            compile_part(uv, part, *more)
        found = {key: group for path in files.values() for key, group in wheels(uv, path).items()}
        metadata = collect({key: list(group) for key, group in found.items()}, known)
        write_metadata(store, metadata)
        for tool in ("pip-newest", "uv") if more else ():
            source = Path(name) / f"{tool}.in"
            source.write_text(tool.partition("-")[0] + "\n", encoding="utf-8")
            compile_file(uv, FOLDER / "installers" / f"{tool}.txt", *more, str(source))
    pins = {file: pruned(file, read_pins(path.read_text(encoding="utf-8")), metadata) for file, path in files.items()}
    processor, metadata = for_the_processor(pins["records.txt"], metadata)
    pins[PROCESSOR] = pruned(PROCESSOR, processor, metadata)
    for file, content in pins.items():
        write(FOLDER / file, content, found)
    keys = {pin.key for content in pins.values() for pin in content}
    write_metadata(store, Metadata({key: metadata.releases[key] for key in keys}))
    faults = [f"{file}: {fault}" for file, content in pins.items() for fault in examine(file, content, metadata)[0]]
    print("\n".join(faults) or f"complete for {len(TARGETS)} Pythons and systems")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
