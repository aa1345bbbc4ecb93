"""Pixi's failures in our words, each with the line of what to do (pixi-contract 5)."""

from __future__ import annotations

import re

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

RULES: tuple[tuple[str, str, str], ...] = (
    (r"could not find pixi.toml", "Pixi finds no manifest where {manifest} should be", "run it in the lesson's folder"),
    (r"without tool.pixi section", "{manifest} has no Pixi table", "add `[tool.pixi.workspace]` or write a pixi.toml"),
    (r"lock.?file not up-to-date", "pixi.lock does not fit {manifest}", "run `pixi lock`, look at the difference, commit it"),
    (r"not up-to-date with requested environment", "pixi.lock lacks the environment", "run `pixi lock` and commit it"),
    (r"lock-file version.*newer than supported", "pixi.lock was written by a newer Pixi", "run `pixi self-update`"),
    (r"unknown environment '", "{manifest} has no such environment", "see `pixi workspace environment list`"),
    (r"failed to parse environment name", "an environment's name may hold a-z, 0-9 and `-` only", "rename it in {manifest}"),
    (r"missing virtual packages: __cuda|unsatisfied requirements: __cuda", "the environment needs CUDA, and no GPU driver is found here",
     "run it on a machine with an NVIDIA GPU, or show the committed records"),
    (r"virtual package '__cuda", "the locked packages need CUDA, and no GPU driver is found here",
     "run it on a machine with an NVIDIA GPU, or show the committed records"),
    (r"the installed packages also require: ", "the locked packages need more than this machine has", "run it on a machine that fits"),
    (r"cannot install environment '.*does not support '|the workspace does not support '", "the environment is not made for this platform",
     "run it on a machine of its platform, or show the committed records"),
    (r"cannot run on platform '", "the installed environment is for another kind of machine", "delete its folder below .pixi/envs"),
    (r"is not part of environment", "the environment has no such platform", "see `pixi workspace platform list`"),
    (r"no platform supported by environment", "no platform of the environment fits this machine", "run it on a machine of its platform"),
    (r"pixi is running in offline mode", "packages are missing and Pixi is in offline mode", "run `pixi install` with a network first"),
    (r"error sending request for url|dns error|tcp connect error", "packages cannot be downloaded: the network does not answer",
     "check the connection or the proxy, then run it again"),
    (r"environment directory has moved", "the installed environment was moved", "delete its folder below .pixi/envs and run again"),
    (r"failed to run activation script", "an activation script of the environment failed", "run `pixi shell` to see it fail"),
)  # fmt: skip
"""(pattern of Pixi's text, our message, what to do); the first that matches counts, so that the special stands before the general."""


def explain(errors: str, manifest: str) -> tuple[str, str]:
    """Return (message, hint) for what Pixi wrote on its error output; text that no rule knows is shown as it is."""
    text = ANSI.sub("", errors)
    flat = " ".join(re.sub(r"[│├╰─▶×]+", " ", text).split())
    for pattern, message, hint in RULES:
        if re.search(pattern, flat, re.IGNORECASE):
            return message.format(manifest=manifest), hint.format(manifest=manifest)
    return f"Pixi failed: {flat[:600] or 'without a message'}", "run the same command with -v to see more"
