"""Check that this folder is complete and that this machine is ready for the course.

    pixi run check-setup                      installs the environments `default` and `ml`, and checks both
    python episodes/files/check_setup.py      checks with any Python, without installing
    python episodes/files/check_setup.py torch sklearn      checks only that these modules can be imported

One line is printed for each check. The exit status is 1 if one of them failed.
"""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2]
MODULES = ("numpy", "matplotlib", "rattler", "yaml", "zstandard", "ipykernel")
Finding = tuple[bool, str]


def answer(*command: str) -> str:
    """Return the first line that a command prints, empty if it is missing or fails."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.partition("\n")[0].strip() if done.returncode == 0 else ""


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to compare it with another."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


def files() -> Iterator[Finding]:
    """Compare the files with the list that came with them."""
    listing = FOLDER / "workspace.json"
    if not listing.is_file():
        yield (FOLDER / "pixi.lock").is_file(), f"manifest and lock file in {FOLDER.name} (no list of files to compare with)"
        return
    told = json.loads(listing.read_text(encoding="utf-8"))
    missing = [name for name in told["files"] if not (FOLDER / name).is_file()]
    present = {name: digest for name, digest in told["files"].items() if name not in missing}
    changed = [name for name, digest in present.items() if hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != digest]
    yield not missing, f"version {told['version']}: {len(told['files'])} files" + (f"; missing: {', '.join(missing)}" if missing else "")
    locked = [name for name in changed if name in ("pixi.toml", "pixi.lock")]
    yield not locked, f"the lock file is the course's{'; changed: ' + ', '.join(locked) if locked else ''}"
    if mine := sorted(set(changed) - set(locked)):
        yield True, f"you have changed {', '.join(mine)}"


def programs() -> Iterator[Finding]:
    """Look for Pixi in the version that the manifest asks for, and for Git."""
    manifest = tomllib.loads((FOLDER / "pixi.toml").read_text(encoding="utf-8"))
    wanted = manifest["workspace"]["requires-pixi"]
    found = answer("pixi", "--version")
    enough = bool(found) and numbers(found) >= numbers(wanted)
    yield enough, f"Pixi {wanted}: {found or 'not found; install it, and open a new terminal'}"
    git = answer("git", "--version")
    yield bool(git), f"Git: {git or 'not found'}"
    gpu = answer("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    yield True, f"NVIDIA GPU: {gpu or 'none, and the course needs none'}"


def modules(names: tuple[str, ...]) -> Iterator[Finding]:
    """Look for modules in the environment that runs this."""
    for name in names:
        yield importlib.util.find_spec(name) is not None, f"module {name}"


def main(names: tuple[str, ...]) -> int:
    """Print what was found, and return 1 if a check failed."""
    print(f"Python {sys.version.partition(' ')[0]} in {sys.prefix}")
    findings = [*modules(names)] if names else [*files(), *programs(), *modules(MODULES)]
    for good, text in findings:
        print(f"{'ok        ' if good else 'look again'} {text}")
    return int(not all(good for good, _ in findings))


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
