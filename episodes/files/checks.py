"""Look at what you made in this course, and say what is right and what to look at again.

    python checks.py [WHAT …] [--folder FOLDER]

WHAT is the name of a check, or day1, day2, day3 for what a project should have after that day; without one, all three days are
checked. The status is 1 if something has to be looked at again. The checks read files and run nothing. They know the rules of
this course, not whether a model is good.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

Finding = tuple[str, bool]
"""A rule, and whether it is kept."""


def audit(folder: Path) -> Iterator[Finding]:
    """Check what a project promises in files: six questions that can be answered without running anything."""
    manifest_file, lock_file = folder / "pixi.toml", folder / "pixi.lock"
    manifest = tomllib.loads(manifest_file.read_text(encoding="utf-8")) if manifest_file.is_file() else {}
    lock = lock_file.read_text(encoding="utf-8") if lock_file.is_file() else ""
    packages, digests = (len(re.findall(key, lock, re.MULTILINE)) for key in (r"^- (?:conda|pypi): \S", r"^  sha256: [0-9a-f]{64}$"))
    parts = [manifest, *manifest.get("feature", {}).values()]
    tables = [task for part in parts for task in part.get("tasks", {}).values() if isinstance(task, dict)]
    commands = [task if isinstance(task, str) else task.get("cmd", "") for part in parts for task in part.get("tasks", {}).values()]
    option = re.compile(r"""add_argument\(\s*["']--seed["']""")
    seeded = [path.name for path in folder.glob("*.py") if option.search(path.read_text(encoding="utf-8"))]
    yield "a lock file", packages > 0
    yield "every package has a digest", packages > 0 and digests >= packages
    yield "more than one platform", len(manifest.get("workspace", {}).get("platforms", [])) > 1
    yield "a task that says what it does", any("description" in task for task in tables)
    yield "tasks name the seed", all(any("--seed" in command for command in commands if name in command) for name in seeded)
    yield "a licence and how to cite", any(folder.glob("LICENSE*")) and (folder / "CITATION.cff").is_file()


def tasks(text: str) -> Iterator[Finding]:
    """Check the three tasks of a manifest: ``train``, ``show`` and ``start``."""
    found = tomllib.loads(text).get("tasks", {})
    table = {name: task if isinstance(task, dict) else {"cmd": task} for name, task in found.items()}
    waits = {name: [one if isinstance(one, str) else one.get("task") for one in task.get("depends-on", [])] for name, task in table.items()}
    yield "train, show and start are there", {"train", "show", "start"} <= table.keys()
    yield "train names its seed", "--seed" in table.get("train", {}).get("cmd", "")
    yield "show waits for train", waits.get("show") == ["train"]
    yield "start waits for show, and for nothing else", waits.get("start") == ["show"]
    yield "start has a description", bool(table.get("start", {}).get("description"))


def figures(text: str) -> Iterator[Finding]:
    """Check an environment ``figures`` that has one feature more than the default one."""
    manifest = tomllib.loads(text)
    value = manifest.get("environments", {}).get("figures", [])
    parts = value.get("features", []) if isinstance(value, dict) else value
    added = [name for part in parts for name in manifest.get("feature", {}).get(part, {}).get("dependencies", {})]
    yield "there is an environment figures", bool(parts)
    yield "one of its features brings matplotlib-base", "matplotlib-base" in added
    yield "the default environment does not have it", "matplotlib-base" not in manifest.get("dependencies", {})


def platforms(text: str) -> Iterator[Finding]:
    """Check that a workspace is for three systems, with one package for Windows alone."""
    manifest = tomllib.loads(text)
    named = {entry if isinstance(entry, str) else system_of(entry) for entry in manifest["workspace"]["platforms"]}
    wanted = manifest.get("target", {}).get("win-64", {}).get("dependencies", {})
    yield "Linux, macOS and Windows are listed", {"linux-64", "osx-arm64", "win-64"} <= named
    yield "pywin32 is for win-64", "pywin32" in wanted
    yield "pywin32 is for nobody else", "pywin32" not in manifest.get("dependencies", {})


def system_of(platform: dict[str, str]) -> str:
    """Return the system of a platform's table: new releases of Pixi call it ``subdir``, older ones ``platform``."""
    return platform.get("subdir") or platform.get("platform", "")


def pair(text: str, package: str = "numpy", highest: float = 99.0) -> Iterator[Finding]:
    """Check that two environments, one with and one without CUDA, differ in their builds alone.

    ``package`` is what both sides ask for in one range, ``highest`` the newest CUDA version that the driver supports.
    """
    manifest = tomllib.loads(text)
    declared = manifest["workspace"]["platforms"]
    drivers = {entry["name"]: float(entry["cuda"]) for entry in declared if isinstance(entry, dict) and "cuda" in entry}
    everywhere = {entry["name"] if isinstance(entry, dict) else entry for entry in declared}
    runs, asks = {}, {}
    for name, value in manifest.get("environments", {}).items():
        parts = [manifest.get("feature", {}).get(part, {}) for part in (value["features"] if isinstance(value, dict) else value)]
        runs[name] = everywhere.intersection(*(part.get("platforms", everywhere) for part in parts))
        asks[name] = {key: spec for part in parts for key, spec in part.get("dependencies", {}).items()}
    gpu = [name for name in runs if runs[name] and runs[name] <= drivers.keys()]
    specs = {name: str(spec) for side in gpu for name, spec in asks[side].items()}
    yield "nothing in the default feature", "dependencies" not in manifest
    yield "one environment runs only where a driver is", len(gpu) == 1
    yield "the default environment runs on none of these", bool(runs.get("default")) and not runs["default"] & drivers.keys()
    yield f"one range of {package} for both sides", all(asks[side].get(package) == asks.get("default", {}).get(package) for side in gpu)
    yield "the side with a driver asks for a CUDA build", any("cuda" in spec or name == "pytorch-gpu" for name, spec in specs.items())
    yield "the driver is new enough", all(version <= highest for version in drivers.values())


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile as pairs of word and rest."""
    lines = [line.strip() for line in re.sub(r"\\\n\s*", " ", text).splitlines()]
    return [(words[0], words[1]) for line in lines if not line.startswith("#") and len(words := line.split(None, 1)) == 2]


def pinned(image: str) -> bool:
    """Tell whether an image is named by digest or by a numbered tag."""
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@sha256:" in image or bool(re.match(r"v?\d", tag))


def dockerfile(text: str) -> Iterator[Finding]:
    """Check that a Dockerfile gives the same packages next year."""
    found = instructions(text)
    bases = [rest.split()[0] for word, rest in found if word == "FROM"]
    installs = [number for number, (word, rest) in enumerate(found) if word == "RUN" and "pixi install" in rest]
    first = installs[0] if installs else len(found)
    before = [rest.split()[:-1] for word, rest in found[:first] if word in ("COPY", "ADD")]
    early = [name for names in before for name in names if not name.startswith(("pixi.", "--"))]
    installing = [found[number][1] for number in installs]
    yield "every base has a version or a digest", bool(bases) and all(map(pinned, bases))
    locked = [re.search(r"pixi install [^&]*--(locked|frozen)", run) for run in installing]
    yield "Pixi installs with --locked", bool(locked) and all(locked)
    yield "only the manifest and the lock file come before that", bool(installs) and not early
    cuda = any(re.search(r"--environment cuda\b", run) for run in installing)
    yield "an environment with CUDA says CONDA_OVERRIDE_CUDA", not cuda or "CONDA_OVERRIDE_CUDA" in text


def definition(text: str) -> Iterator[Finding]:
    """Check that an Apptainer definition has two stages, what an image needs, and a test that uses the framework."""
    stages = re.split(r"^Bootstrap:", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
    last = stages[-1] if stages else ""
    test = re.search(r"^%test\n(?P<body>(?:[ \t].*\n?|\n)*)", last, re.MULTILINE)
    post = re.search(r"^%post\n(?P<body>(?:[ \t].*\n?|\n)*)", stages[0] if stages else "", re.MULTILINE)
    sections = ("%files from", "%runscript", "%test", "%labels")
    yield "two stages", len(stages) == 2
    yield "%post installs with --locked", bool(post) and "--locked" in post["body"]
    yield f"the last stage has {', '.join(sections)}", all(re.search(f"^{name}", last, re.MULTILINE) for name in sections)
    yield "%test imports torch, or runs the script that does", bool(test) and bool(re.search(r"import torch|digits\.py", test["body"]))


def facts(recipe: str) -> dict[str, str]:
    """Return what decides about the environment of an image, from a Dockerfile or a definition."""
    bases = re.findall(r"^(?:FROM|From:)\s+(\S+)", recipe, re.MULTILINE)
    install = re.search(r"pixi install (--\S+) --environment (\S+)", recipe)
    cuda = re.search(r"CONDA_OVERRIDE_CUDA=(\S+)", recipe)
    named = {"installer": bases[0], "base": bases[-1]} if bases else {}
    how = {"option": install[1], "environment": install[2]} if install else {}
    return named | how | {"CUDA": cuda[1] if cuda else "none"}


def same(one: str, two: str) -> Iterator[Finding]:
    """Check that two recipes, in either format, describe the same environment."""
    here, there = facts(one), facts(two)
    for name in ("installer", "base", "option", "environment", "CUDA"):
        left, right = here.get(name, "none"), there.get(name, "none")
        yield f"{name}: {left}" + ("" if left == right else f" and {right}"), left == right


def workflow(text: str) -> Iterator[Finding]:
    """Check the four habits that decide how much can go wrong in a workflow."""
    used = re.findall(r"uses:\s*(\S+)@(\S+)", text)
    loose = [action for action, reference in used if not re.fullmatch("[0-9a-f]{40}", reference)]
    scripts = re.findall(r"^ *(?:- )?run:\s*(?:\|\s*\n(?P<block>(?:(?: {8,}.*)?\n)+)|(?P<line>.*))", text, re.MULTILINE)
    checkouts, kept = len(re.findall("actions/checkout@", text)), len(re.findall(r"persist-credentials:\s*false", text))
    yield "permissions are named one by one", "permissions:" in text and not re.search(r"permissions:\s*(write|read)-all", text)
    yield "every action is pinned to a commit", bool(used) and not loose
    yield "no token stays in the checkout", checkouts == kept
    yield "no expression inside a script", not any("${{" in script for pieces in scripts for script in pieces)


def settings_of(text: str) -> dict[str, str]:
    """Return the settings of a submit description; ``queue`` is the rest of its queue line."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if line.startswith("queue"):
            found["queue"] = line.removeprefix("queue").strip()
        elif equals and not line.lstrip().startswith("#"):
            found[name.strip().lower()] = value.strip()
    return found


def submit(text: str) -> Iterator[Finding]:
    """Check a submit description for a training on one GPU, in a container, once for each item of a list."""
    found = settings_of(text)
    item = found.get("queue", "").split()[:1]
    name = f"$({item[0]})" if item else "$(nothing)"
    yield "it runs in a container", found.get("universe") == "container" or "container_image" in found
    yield "it asks for one GPU, by its right name", found.get("request_gpus") == "1"
    yield "it says which GPUs will do", "gpus_minimum_capability" in found or "require_gpus" in found
    sizes = [found.get(f"request_{what}", "") for what in ("memory", "disk")]
    yield "it asks for memory and disk, with units", all(re.search(r"\d\s*[MG]B?$", size) for size in sizes)
    yield "each job gets its item", name in found.get("arguments", "")
    yield "no two jobs share a result", name in found.get("transfer_output_files", "")
    yield "you can read what went wrong", {"log", "error"} <= found.keys()


def directives(text: str) -> dict[str, str]:
    """Return the options that Slurm reads: those before the first command."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#SBATCH"):
            name, _, value = line.removeprefix("#SBATCH").strip().removeprefix("--").replace(" ", "=", 1).partition("=")
            found[name] = value.strip()
        elif line.strip() and not line.startswith("#"):
            break
    return found


def minutes(time: str) -> float:
    """Return the minutes of a time limit: ``M``, ``M:S``, ``H:M:S``, with days in front as ``D-``; 0 if it cannot be read."""
    if not re.fullmatch(r"(\d+-)?\d+(:\d+){0,2}", time):
        return 0
    days, _, rest = time.rpartition("-")
    parts = [int(part) for part in rest.split(":")]
    scale = [60, 1, 1 / 60] if days or len(parts) == 3 else [1, 1 / 60]
    return 1440 * int(days or 0) + sum(unit * part for unit, part in zip(scale, parts, strict=False))


def batch(text: str) -> Iterator[Finding]:
    """Check a batch script for a training on one GPU, as an array of seeds."""
    found = directives(text)
    body = "\n".join(line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#"))
    gpu = found.get("gpus", "") or found.get("gpus-per-node", "") or found.get("gres", "")
    yield "memory, time and CPUs are asked for", {"mem", "cpus-per-task"} <= found.keys() and minutes(found.get("time", "")) > 0
    yield "one GPU is asked for", bool(re.search(r"(^|:)1$", gpu))
    yield "it is an array", "array" in found
    yield "each job has its own log", "%a" in found.get("output", "")
    yield "the script stops at the first error", "set -e" in body
    yield "each job writes its own result", bool(re.search(r"result-\$", body))
    yield "the environment is named, not inherited", bool(re.search(r"pixi run [^\n]*--environment|apptainer run", body))


FILES = {
    "tasks": ("pixi.toml", tasks),
    "figures": ("pixi.toml", figures),
    "platforms": ("pixi.toml", platforms),
    "pair": ("pixi.toml", pair),
    "dockerfile": ("Dockerfile.*", dockerfile),
    "definition": ("apptainer.*.def", definition),
    "workflow": (".github/workflows/*.yml", workflow),
    "submit": ("*.sub", submit),
    "batch": ("gpu-*.sh", batch),
}
"""The checks of files by name, and the files of a project that they look at."""

DAYS = {
    "day1": ("audit",),
    "day2": ("pair",),
    "day3": ("dockerfile", "definition", "workflow", "submit", "batch"),
}
"""What a project should have after each day."""


def report(found: Iterable[Finding]) -> None:
    """Print one line for each rule."""
    for rule, kept in found:
        print(f"{'ok' if kept else 'look again':11}{rule}")


def look(name: str, folder: Path) -> bool:
    """Report one check of a folder's files, and return whether nothing has to be looked at again."""
    if name == "audit":
        found = {"audit": list(audit(folder))}
    else:
        pattern, check = FILES[name]
        paths = [path for path in sorted(folder.glob(pattern)) if path.suffix != ".j2"]
        found = {f"{name}: {path.relative_to(folder).as_posix()}": list(check(path.read_text(encoding="utf-8"))) for path in paths}
        if not paths:
            print(f"{name}: no file {pattern} here")
    for title, findings in found.items():
        print(title)
        report(findings)
    return bool(found) and all(kept for findings in found.values() for _, kept in findings)


def main() -> int:
    """Check what was asked for, and return the status."""
    parser = argparse.ArgumentParser(description="Look at what you made in this course.")
    names = ("audit", *FILES, *DAYS)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"one or more of: {', '.join(names)}")
    parser.add_argument("--folder", type=Path, default=Path(), help="the project's folder; without it, the current one")
    chosen = parser.parse_args()
    if unknown := set(chosen.what) - set(names):
        parser.error(f"there is no check {', '.join(sorted(unknown))}; choose from {', '.join(names)}")
    wanted = [part for name in chosen.what or DAYS for part in DAYS.get(name, (name,))]
    results = [look(name, chosen.folder) for name in wanted]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
