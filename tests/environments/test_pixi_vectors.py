"""Every failing answer of a real Pixi 0.77.0 in our words.

The answers themselves are not part of this repository: without them these tests are skipped, and `test_pixi_errors` has the rules in
texts of our own. ``LESSON_PIXI_VECTORS`` names a folder with ``pixi-*.jsonl``, one call a line: case, arguments, exit, stdout, stderr.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from site_builder.environments.pixi_errors import LOCK, because, explain

ROOT = Path(__file__).parents[2]

RELOCK = "run `pixi lock` and commit it"
UPDATE = "run `pixi self-update`"
STALE = ("pixi.lock does not match pixi.toml", LOCK)
SCRIPT = (
    "an activation script of the environment failed: act.sh ended with status 3: no licence file",
    "correct the script; `pixi shell` shows it fail",
)
DIGEST = (
    "pyzmq-27.3.0-0.conda is not the package that is locked: its digest is 0eaea174284dd9a36684fde8cf72773431995c56da2c223b7668a4333b3ded4c,"
    f" the lock says {'0' * 64}; nothing was installed",
    "find out why before you use that channel; if it is right, run `pixi clean cache` and `pixi lock`",
)
NEWER = ("pixi.lock was written by a newer Pixi", UPDATE)
KILLED = ("Pixi was ended by signal 9 (SIGKILL)", "run it again: an interrupted installation is completed")
OFFLINE = ("packages are missing and Pixi is in offline mode", "run `pixi install` with a network first")
NETWORK = ("packages cannot be downloaded: {} does not answer", "check the network or the proxy, then run it again")
AGAIN = "restore it from Git, or delete it and run `pixi lock`"


def no_answer(host: str) -> tuple[str, str]:
    return NETWORK[0].format(host), NETWORK[1]


def no_program(name: str) -> tuple[str, str]:
    return f"the environment has no program `{name}`", "add the package that has it to pixi.toml"


SENTENCES: dict[str, tuple[str, str] | tuple[str, str, str]] = {
    "activation-script-fails-hook": SCRIPT,
    "activation-script-fails-run": SCRIPT,
    "damaged-run-after-install": (
        "the environment cannot import ipykernel.kernelapp: it lacks files, or the package",
        "run `pixi reinstall`; if that does not help, add the package to pixi.toml",
    ),
    **{f"digest-wrong-install{end}": DIGEST for end in ("", "-1", "-2", "-3", "-cached")},
    "env-missing-frozen": ("pixi.lock lacks the environment", LOCK),
    "env-missing-locked": STALE,
    "impossible-lock-check": (
        "the requirements of environment `plots` cannot be met: No candidates were found for numpy >=99.",
        "correct them in pixi.toml, then run `pixi lock`",
    ),
    "impossible-locked": STALE,
    "install-bad-env": ("an environment's name may contain only a-z, 0-9 and `-`", "rename it in pixi.toml"),
    "install-locked-no-lock": STALE,
    "install-unknown-env": ("pixi.toml has no environment `nope`", "see `pixi workspace environment list`"),
    "killed-install": KILLED,
    "list-gpu-no-platform": ("no platform of the environment fits this machine", "name one: `pixi list --platform NAME`"),
    "lock-garbled-locked": (
        "pixi.lock cannot be read: did not find expected node content at line 3 column 1, while parsing a flow node",
        AGAIN,
    ),
    "lock-merge-marks": (  # where the file itself is at hand, its marks are named first (`test_pixi_errors`)
        "pixi.lock cannot be read: could not find expected ':' at line 18 column 1, while scanning a simple key at line 17 column 1",
        AGAIN,
    ),
    "lock-newer-frozen": NEWER,
    "lock-newer-locked": NEWER,
    "manifest-broken": ("expected a right bracket, found a newline", "correct pixi.toml there", "1:11"),
    "manifest-unknown-key": ("'nmae' was not expected here", "did you mean 'name'?", "3:1"),
    "network-dns-install": no_answer("conda.anaconda.org"),
    "network-offline-install": OFFLINE,
    "network-refused-install": no_answer("mirror.test"),
    "network-refused-solve": no_answer("mirror.test"),
    "no-manifest": ("Pixi found no manifest: it looked for pixi.toml", "run it in the lesson's folder"),
    "package-gone-from-channel": (
        "the channel no longer has cffi-2.1.1-py313h7807e50_1.conda",
        "run `pixi lock` to take a build that it has, and commit the lock",
    ),
    "platform-only-mac-locked": STALE,
    "platform-table-with-subdir": (
        "'subdir' was not expected here",
        "write `platform`, which every release of Pixi reads, or require Pixi 0.85 with `requires-pixi`",
        "4:52",
    ),
    "requires-newer": ("pixi.toml requires Pixi >=0.85", UPDATE, "3:18"),
    "run-as-is-missing-prefix": no_program("python"),
    "run-exit-3": ("Pixi ended with status 3 and without a message", "run the same command with -v to see more"),
    "run-not-found": no_program("nosuchprogram"),
    "run-signal": KILLED,
    "stale-install-locked": STALE,
    "stale-install-locked-other-environment": STALE,
    "stale-install-locked-v": (
        "pixi.lock does not match pixi.toml: environment `default` on linux-64: nothing locked satisfies `numpy *`",
        RELOCK,
    ),
    "stale-lock-check-dry": STALE,
    "stale-lock-check-offline": OFFLINE,
    "unknown-flag": ("this Pixi does not know the option `--nosuch`", UPDATE),
}
"""Case -> our message, our hint, and the place in the manifest where Pixi names one."""


ITSELF = frozenset(
    ("install-unknown-env", "no-manifest", "run-as-is-missing-prefix", "run-exit-3", "run-not-found", "run-signal", "unknown-flag")
)
"""The failures that the stand-in of these tests finds itself; others it repeats, from the text and with the status that a test gives it."""

NOT_CALLED = frozenset(("environment-list", "export-environment", "export-explicit", "platform-list", "tree"))
"""Calls that the builder never makes; what it writes in their place has tests of its own."""

OF_THE_PROGRAM = frozenset(("damaged-run", "damaged-run-after-install"))
"""Calls that show what Python does in a damaged environment, not what Pixi does."""

SETTINGS: dict[str, dict[str, Any]] = {"run-ok": {"variables": {"OWN": "default"}}}
"""What a case changes in the workspace besides what its answer says."""


@pytest.fixture(scope="module")
def vectors() -> dict[str, dict[str, Any]]:
    """Return the answers by their case."""
    folder = Path(os.environ.get("LESSON_PIXI_VECTORS") or ROOT.parent / "shared" / "pixi-vectors")
    lines = [line for path in sorted(folder.glob("pixi-*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    if not lines:
        pytest.skip("no answers of a real Pixi here: set LESSON_PIXI_VECTORS")
    return {row["case"]: row for row in map(json.loads, lines)}


@pytest.mark.parametrize("case", SENTENCES)
def test_every_failure_is_told_with_what_to_do(vectors: dict[str, dict[str, Any]], case: str) -> None:
    row = vectors[case]
    found = because(explain(row["stderr"], "pixi.toml", row["exit"]), row["stderr"])
    message, hint, *place = SENTENCES[case]
    assert (found.message, found.hint) == (message, hint)
    assert (f"{found.line}:{found.column}" if found.line else "") == "".join(place)
    assert "HOME=" not in found.message


def test_no_failure_is_left_out(vectors: dict[str, dict[str, Any]]) -> None:
    assert {case for case, row in vectors.items() if row["exit"]} == set(SENTENCES)


def test_the_stand_in_answers_as_pixi_does(vectors: dict[str, dict[str, Any]], pixi) -> None:
    """The same exit status and streams, no field that Pixi lacks, and the same sentences where we read them, for every call that we make."""
    replayed = {case: row for case, row in vectors.items() if case not in NOT_CALLED | OF_THE_PROGRAM}
    assert len(replayed) == len(vectors) - len(NOT_CALLED | OF_THE_PROGRAM)
    wrong = {case: found for case, row in replayed.items() if (found := differences(case, row, pixi))}
    assert not wrong


def differences(case: str, row: dict[str, Any], pixi) -> list[str]:
    """Return how the stand-in's answer to a call differs from the real one."""
    arguments, exit_status = row["arguments"], row["exit"]
    name = arguments[arguments.index("-e") + 1] if "-e" in arguments else "default"
    repeats = exit_status and case not in ITSELF
    set_up(pixi, case, row, {arguments[0]: row["stderr"]} if repeats else {})
    if arguments[0] == "run" and case != "run-as-is-missing-prefix" and not repeats:
        ask("install", "-e", name, "--manifest-path", str(pixi.manifest))
    done = ask(*arguments, variables=row["variables"])
    said = "\n".join(line for line in done.stderr.splitlines() if "stand-in" not in line).strip()
    found = [f"exit status {done.returncode}, not {exit_status}: {done.stderr}"] if done.returncode != exit_status else []
    if (exit_status or arguments[0] in ("install", "reinstall")) and first(said) != first(row["stderr"]):
        found.append(f"{first(said)!r}, not {first(row['stderr'])!r}")
    if row["stdout"].lstrip().startswith(("{", "[")):
        found += unknown(json.loads(done.stdout), json.loads(row["stdout"]))
    elif arguments[0] != "lock":  # its lists of changes are for people
        expected = re.sub(r"<lab>/\S+?/\.pixi/envs/(\w+)", lambda match: str(pixi.prefix(match[1])), row["stdout"]).strip()
        found += [f"{done.stdout!r}, not {expected!r}"] if done.stdout.strip() != expected else []
    return found


def set_up(pixi, case: str, row: dict[str, Any], fail: dict[str, str]) -> None:
    """Give the stand-in the workspace of a case, rebuilt from its name and answer."""
    shutil.rmtree(pixi.prefix("default").parent, ignore_errors=True)
    names = {name: {"prefix": str(pixi.prefix(name)), "packages": ["python", "ipykernel"]} for name in ("default", "plots", "gpu")}
    manifest = None if "nowhere" in " ".join(row["arguments"]) else str(pixi.manifest)
    pixi.set(environments=names, version=row["pixi"], manifest=manifest, fail=fail, status=row["exit"], variables={})
    pixi.set(**SETTINGS.get(case, {}))


def ask(*arguments: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Call the stand-in."""
    environment = os.environ | (variables or {})
    return subprocess.run(["pixi", *arguments], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment)


def first(text: str) -> str:
    """Return the first line of a text."""
    return (text.strip().splitlines() or [""])[0]


def unknown(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Return the fields of an answer that the real one does not have, or has of another type; variables have no fixed names."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and not where.endswith(("environment_variables", "environment")):
        return [
            found for key, value in ours.items()
            for found in (unknown(value, theirs[key], f"{where}/{key}") if key in theirs else [f"{where}/{key}"])
        ]  # fmt: skip
    if isinstance(ours, list) and isinstance(theirs, list):
        return [found for value in ours[:1] for found in (unknown(value, theirs[0], where) if theirs else [])]
    return [] if ours is None or theirs is None or isinstance(ours, type(theirs)) else [f"{where}: {type(theirs).__name__}"]
