"""Each failure that Pixi reports (docs/environments.md) in our words, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.pixi_errors import LOCK, RULES, explain

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
        "run `pixi shell` to see it fail",
    ),
    "activation script without output": (
        "Failed to run activation script", "an activation script of the environment failed: Pixi gives no details",
        "run `pixi shell` to see it fail",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint"), ROWS.values(), ids=ROWS.keys())
def test_every_failure_is_told_in_our_words_with_what_to_do(text: str, message: str, hint: str) -> None:
    noise = "\x1b[33m WARN\x1b[0m unknown environment 'x' is only a warning here\n✔ solved\n"
    assert explain(f"{noise}\x1b[31mError:\x1b[0m   × {text}\n", "pixi.toml") == (message, hint)
    assert explain(f"Error:   × {text.upper() if 'activation' not in text and chr(39) not in text else text}", "pixi.toml")[1] == hint


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
    message, hint = explain(f"Error:   × {text}", "pixi.toml")
    assert message == "packages cannot be downloaded: conda.example.org does not answer"
    assert hint == "check the network or the proxy, then run it again"


@pytest.mark.parametrize("text", ["Request failed after 3 retries", "dns error at http:///nowhere"])
def test_a_network_failure_without_an_address_is_one_all_the_same(text: str) -> None:
    assert explain(text, "pixi.toml")[0] == "packages cannot be downloaded: the network does not answer"


def test_text_that_no_rule_knows_is_shown_without_frames_and_colours() -> None:
    text = "Error:   \x1b[31m×\x1b[0m expected `=`\n   ╭─[pixi.toml:3:5]\n 3 │ name lesson\n   ·      ┬\n   ╰────"
    assert explain(text, "pixi.toml") == (
        "Pixi failed: expected `=` [pixi.toml:3:5] 3 name lesson ·",
        "run the same command with -v to see more",
    )


def test_no_text_at_all_is_said() -> None:
    assert explain("\n", "pixi.toml")[0] == "Pixi failed: without a message"


@given(st.text())
def test_any_text_gives_one_line_with_what_to_do(text: str) -> None:
    message, hint = explain(text, "pixi.toml")
    assert message
    assert hint
    assert "\n" not in message
    assert "\x1b[" not in message


def test_every_rule_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "environments.md").read_text(encoding="utf-8")
    words = {"manifest": "pixi.toml", "detail": "…", "host": "the host"}
    for _, message, hint in RULES:
        assert f"| {message.format(**words)} | {hint.format(**words)} |" in text
