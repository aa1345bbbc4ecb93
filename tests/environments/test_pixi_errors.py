"""Each failure that Pixi reports (docs/environments.md) in our words, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.pixi_errors import ACTIVATION, DIGEST, LOCK, RULES, Concern, because, explain, in_conflict, unavailable
from site_builder.environments.workspace.lock import open_lock
from site_builder.errors import EnvironmentUnavailable

GPU = "run it on a machine with an NVIDIA GPU, or show the committed records"
PLATFORM = "run it on one of its platforms, or show the committed records"
UPDATE = "run `pixi self-update`"

ROWS = {
    "no manifest": (
        "could not find pixi.toml or pyproject.toml which is configured to use pixi",
        "Pixi found no manifest: it looked for pixi.toml", "run it in the lesson's folder",
    ),
    "pyproject.toml without a table": (
        "pyproject.toml without tool.pixi section", "pixi.toml has no Pixi table", "add `[tool.pixi.workspace]` or write a pixi.toml",
    ),
    "requires-pixi": ("this project requires pixi '>=0.90'", "pixi.toml requires Pixi >=0.90", UPDATE),
    "lock out of date": ("lock file not up-to-date with the workspace", "pixi.lock does not match pixi.toml", LOCK),
    "lock out of date, older text": ("lock-file not up-to-date with the workspace", "pixi.lock does not match pixi.toml", LOCK),
    "environment missing in the lock": (
        "lock file not up-to-date with requested environment: 'cuda'", "pixi.lock lacks the environment", LOCK,
    ),
    "lock of a newer Pixi": (
        "Lock-file version 9 is newer than supported (7)", "pixi.lock was written by a newer Pixi", UPDATE,
    ),
    "unknown environment": (
        "unknown environment 'gpu' in /lesson/pixi.toml", "pixi.toml has no environment `gpu`", "see `pixi workspace environment list`",
    ),
    "bad environment name": (
        "Failed to parse environment name 'My Env'", "an environment's name may contain only a-z, 0-9 and `-`", "rename it in pixi.toml",
    ),
    "platform not declared": (
        "Cannot install environment 'ml' because it does not support 'osx-64'", "the environment does not support this platform", PLATFORM,
    ),
    "platform not declared, default environment": (
        "The workspace does not support 'osx-64'", "the environment does not support this platform", PLATFORM,
    ),
    "CUDA declared": (
        "Cannot install environment 'cuda'\n  ╰─▶ it does not support 'linux-64': missing virtual packages: __cuda\n  help: CONDA_OVERRIDE_CUDA=12",
        "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU,
    ),
    "CUDA declared, unsatisfied": (
        "Cannot install environment 'cuda' does not support 'linux-64'. Unsatisfied requirements: __cuda >=12",
        "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU,
    ),
    "CUDA and more": (
        "Cannot install environment 'cuda'\n  ╰─▶ it does not support 'linux-64': missing virtual packages: __glibc >=2.39, __cuda >=12",
        "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU,
    ),
    "packages need CUDA, not declared": (
        "The installed packages also require: __glibc >=2.34, __cuda >=12.9",
        "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU,
    ),
    "packages need CUDA": (
        "Virtual package '__cuda >=12' does not match any of the available virtual packages on your machine",
        "the locked packages need CUDA, and this machine has no NVIDIA driver that supports it", GPU,
    ),
    "packages need more": (
        "The installed packages also require: __glibc >=2.34", "the locked packages need more than this machine has: __glibc >=2.34",
        PLATFORM,
    ),
    "prefix of another machine": (
        "environment 'ml' cannot run on platform 'linux-64'", "the installed environment is for another type of machine",
        "delete its folder and install it again",
    ),
    "platform not in the environment": (
        "platform 'win-64' is not part of environment 'ml'", "the environment has no such platform", "see `pixi workspace platform list`",
    ),
    "list on an unfit machine": (
        "no platform supported by environment 'cuda'", "no platform of the environment fits this machine",
        "name one: `pixi list --platform NAME`",
    ),
    "offline": (
        "failed to fetch numpy\n  help: pixi is running in offline mode", "packages are missing and Pixi is in offline mode",
        "run `pixi install` with a network first",
    ),
    "moved folder": (
        "the environment directory has moved from /a to /b", "the installed environment was moved",
        "delete its folder below .pixi/envs and install it again",
    ),
    "activation script": (
        "Failed to run activation script:\n  ╰─▶ setup.sh: line 3: boom", "an activation script of the environment failed: setup.sh: line 3: boom",
        ACTIVATION,
    ),
    "activation script without output": (
        "Failed to run activation script", "an activation script of the environment failed: Pixi gives no details", ACTIVATION,
    ),
    "manifest of a missing file": (
        "unable to canonicalize '/lesson/pixi.toml'\n  ╰─▶ No such file or directory (os error 2)",
        "Pixi found no manifest: it looked for pixi.toml", "run it in the lesson's folder",
    ),
    "package gone": (
        "failed to fetch a b-1-0.conda\n  ╰─▶ HTTP status client error (404 Not Found) for url (https://user:pw@conda.example.org/noarch/a%20b-1-0.conda)",
        "the channel no longer has a b-1-0.conda", "run `pixi lock` to take a build that it has, and commit the lock",
    ),
    "package refused": (
        "HTTP status client error (401 Unauthorized) for url (https://conda.example.org/noarch/a.conda)",
        "conda.example.org refuses the download with status 401", "log in with `pixi auth login`, then run it again",
    ),
    "channel broken": (
        "HTTP status server error (503 Service Unavailable) for url (https://conda.example.org/noarch/a.conda)",
        "conda.example.org fails with status 503", "run it again later",
    ),
    "wrong digest": (
        "failed to fetch a\n  ╰─▶ hash mismatch when extracting https://conda.example.org/a-1.conda to /cache/x: expected 00, got 0eae, total size 9 bytes",
        "a-1.conda is not the package that is locked: its digest is 0eae, the lock says 00; nothing was installed", DIGEST,
    ),
    "requirements that cannot be met": (
        "failed to solve requirements of environment 'plots' for platform 'linux-64'\n  ╰─▶ Cannot solve the request because of: No candidates for x >=99.",
        "the requirements of environment `plots` cannot be met: No candidates for x >=99.", "correct them in pixi.toml, then run `pixi lock`",
    ),
    "lock that is no YAML": (
        "Failed to load lock file from `/lesson/pixi.lock`\n  ╰─▶ did not find expected node content at line 3 column 1",
        "pixi.lock cannot be read: did not find expected node content at line 3 column 1", "restore it from Git, or delete it and run `pixi lock`",
    ),
}  # fmt: skip


def words(found) -> tuple[str, str]:
    return found.message, found.hint


@pytest.mark.parametrize(("text", "message", "hint"), ROWS.values(), ids=ROWS.keys())
def test_every_failure_is_told_in_our_words_with_what_to_do(text: str, message: str, hint: str) -> None:
    noise = "\x1b[33m WARN\x1b[0m unknown environment 'x' is only a warning here\n✔ solved\n"
    assert words(explain(f"{noise}\x1b[31mError:\x1b[0m   × {text}\n", "pixi.toml")) == (message, hint)
    assert explain(f"Error:   × {text.upper() if 'activation' not in text and chr(39) not in text else text}", "pixi.toml").hint == hint


@pytest.mark.parametrize(
    "text",
    [
        "failed to solve requirements of environment 'default' for platform 'linux-64'\n  ├─▶ Request failed after 3 retries\n"
        "  ├─▶ error sending request for url (https://user:secret@conda.example.org/t/token/repodata.json.zst)\n  ╰─▶ dns error: no such host",
        "failed to fetch\n  ├─▶ client error (Connect) https://user:secret@conda.example.org/t/token/a.conda\n",
        "failed to fetch https://conda.example.org:8443/x\n  ╰─▶ tcp connect error: Connection refused",
    ],
)
def test_a_network_failure_says_the_host_and_no_secret(text: str) -> None:
    message, hint = words(explain(f"Error:   × {text}", "pixi.toml"))
    assert message == "packages cannot be downloaded: conda.example.org does not answer"
    assert hint == "check the network or the proxy, then run it again"


@pytest.mark.parametrize("text", ["Request failed after 3 retries", "dns error at http:///nowhere"])
def test_a_network_failure_without_an_address_is_one_all_the_same(text: str) -> None:
    assert explain(text, "pixi.toml").message == "packages cannot be downloaded: the network does not answer"


def test_text_that_no_rule_knows_is_shown_without_frames_and_colours() -> None:
    text = "Error:   \x1b[31m×\x1b[0m something new\n   ├─▶ and its cause\n   ╰─▶ and another"
    assert words(explain(text, "pixi.toml")) == (
        "Pixi failed: something new and its cause and another",
        "run the same command with -v to see more",
    )


def test_no_text_at_all_is_said() -> None:
    assert explain("\n", "pixi.toml", 3).message == "Pixi ended with status 3 and without a message"
    assert explain("", "pixi.toml", -9).message == "Pixi was ended by signal 9 (SIGKILL)"
    assert explain("", "pixi.toml", -199).message == "Pixi was ended by signal 199"


@given(st.text())
def test_any_text_gives_one_line_with_what_to_do(text: str) -> None:
    message, hint = words(explain(text, "pixi.toml"))
    assert message
    assert hint
    assert "\n" not in message
    assert "\x1b[" not in message


def test_every_rule_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "environments.md").read_text(encoding="utf-8")
    shown = {"manifest": "pixi.toml", "detail": "…", "more": "…", "file": "the file", "host": "the host"}
    for rule in RULES:
        assert f"| {rule.message.format(**shown)} | {rule.hint.format(**shown)} |" in text


EXCERPT = """Error:   × Unexpected keys, expected only 'name', 'version', 'channels'
   ╭─[/home/a/lesson/pixi.toml:3:1]
 2 │ name = "x"
 3 │ chanels = []
   · ───┬───
   ·    ╰── 'chanels' was not expected here
   ╰────
  help: Did you mean 'channels'?
"""


@pytest.mark.parametrize(
    ("text", "message", "hint", "place"),
    [
        (EXCERPT, "'chanels' was not expected here", "did you mean 'channels'?", (3, 1)),
        (EXCERPT.partition("  help")[0], "'chanels' was not expected here", "correct pixi.toml there", (3, 1)),
        (
            EXCERPT.replace("'chanels' was", "'subdir' was"), "'subdir' was not expected here",
            "write `platform`, which every release of Pixi reads, or require Pixi 0.85 with `requires-pixi`", (3, 1),
        ),
        (
            "Error:   × expected a right bracket, found a newline\n   ╭─[/l/pixi.toml:1:11]\n 1 │ ╭─▶ [workspace\n 2 │ ╰─▶ name\n   ╰────\n",
            "expected a right bracket, found a newline", "correct pixi.toml there", (1, 11),
        ),
        (
            "Error:   × this project requires pixi '>=0.85', but you have pixi 0.77.0\n   ╭─[C:\\l\\pixi.toml:3:18]\n   ·   ╰── this is not met\n",
            "pixi.toml requires Pixi >=0.85", "run `pixi self-update`", (3, 18),
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_manifest_is_at_its_place_and_lists_no_keys(text: str, message: str, hint: str, place: tuple[int, int]) -> None:
    found = explain(text, "pixi.toml")
    assert (*words(found), (found.line, found.column)) == (message, hint, place)
    problem = unavailable(found, "pixi.toml").problems[0]
    assert str(problem.location) == f"pixi.toml:{place[0]}:{place[1]}"


SCRIPT = """Error:   × Failed to run activation script for Default. Status: exit status: 3. Stdout: TOKEN=secret1
  │ more=. Stderr: secret2 HOME=/home/a ____RATTLER_ENV_START____
  │ hello
  │ . Stderr: first line
  │ no licence file
  │ . Script: /usr/bin/env -0
  │ echo ____RATTLER_ENV_START____
  │ export API=secret3
  │ . "/home/a/lesson/set up.sh"
  │ export OWN=1
"""


def test_a_failing_activation_script_says_its_own_words_and_no_variable() -> None:
    said = explain(SCRIPT, "pixi.toml").message
    assert said == "an activation script of the environment failed: set up.sh ended with status 3: first line no licence file"
    silent = explain(SCRIPT.replace("first line\n  │ no licence file", ""), "pixi.toml").message
    assert silent == "an activation script of the environment failed: set up.sh ended with status 3: it printed no error"
    cut = explain(SCRIPT.partition("____")[0], "pixi.toml").message
    assert "secret1" not in cut


REASONS = """ INFO pixi_core::lock_file::outdated: the dependencies of environment 'a' for platform linux-64 are out of date because the requirement 'x >=2' could not be satisfied (required by '<environment>')
 INFO pixi_core::lock_file::outdated: environment 'b' is out of date because it does not exist in the lock file.
 INFO pixi_core::lock_file::outdated: something else changed
 INFO pixi_core::lock_file::outdated: environment 'c' is out of date because it does not exist in the lock file.
Error:   × lock file not up-to-date with the workspace
"""


def test_a_lock_that_does_not_match_says_why() -> None:
    found = because(explain(REASONS, "pixi.toml"), REASONS)
    assert found.message == (
        "pixi.lock does not match pixi.toml: environment `a` on linux-64: nothing locked satisfies `x >=2`; environment `b` is not locked;"
        " something else changed and 1 more"
    )
    assert found.hint == "run `pixi lock` and commit it"
    assert str(unavailable(found, "pixi.toml").problems[0].location) == "pixi.lock"


def test_the_marks_of_a_merge_are_named_with_their_line(tmp_path: Path) -> None:
    lock = tmp_path / "pixi.lock"
    lock.write_text("version: 7\nenvironments:\n<<<<<<< HEAD\n  a: {}\n=======\n  b: {}\n>>>>>>> other\n")
    with pytest.raises(EnvironmentUnavailable) as caught:
        open_lock(lock)
    assert caught.value.message == "pixi.lock has the marks of a merge conflict"
    assert "`pixi lock`, which fails as long as the marks are there" in caught.value.hint
    assert str(caught.value.problems[0].location) == "pixi.lock:3"
    lock.write_text("version: 7\nenvironments: {}\npackages: []\n")
    assert in_conflict(lock) is None


def test_what_is_about_the_machine_has_no_place_in_the_lesson() -> None:
    assert explain("Error:   × tcp connect error", "pixi.toml").concern is Concern.NETWORK
    assert unavailable(explain("Error:   × tcp connect error", "pixi.toml"), "pixi.toml").problems == ()
