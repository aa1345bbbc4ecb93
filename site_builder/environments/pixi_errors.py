"""Pixi's failures in our words, each with a hint; patterns are parts of the messages of Pixi 0.71 to 0.77."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from site_builder import terminal

FRAME = re.compile(r"[│├╰╭╮╯┬─▶×]+")
"""The lines and arrows that Pixi draws around causes and excerpts."""

GPU = "run it on a machine with an NVIDIA GPU, or show the committed records"
PLATFORM = "run it on one of its platforms, or show the committed records"
LOCK = "run `pixi lock` and commit it; `pixi install --locked -v` shows the reason, which may be in any environment of the workspace"

NETWORK = (
    r"error sending request for url|dns error|tcp connect error|client error \(connect\)|request failed after \d+ retries",
    "packages cannot be downloaded: {host} does not answer",
    "check the network or the proxy, then run it again",
)

RULES: tuple[tuple[str, str, str], ...] = (
    (r"could not find pixi.toml", "Pixi found no manifest: it looked for {manifest}", "run it in the lesson's folder"),
    (r"without tool.pixi section", "{manifest} has no Pixi table", "add `[tool.pixi.workspace]` or write a pixi.toml"),
    (r"requires pixi '(?P<detail>[^']*)'", "{manifest} requires Pixi {detail}", "run `pixi self-update`"),
    (r"not up-to-date with requested environment", "pixi.lock lacks the environment", LOCK),
    (r"lock.?file not up-to-date", "pixi.lock does not match {manifest}", LOCK),
    (r"lock.?file version.*newer than supported", "pixi.lock was written by a newer Pixi", "run `pixi self-update`"),
    (r"unknown environment '(?P<detail>[^']*)'", "{manifest} has no environment `{detail}`", "see `pixi workspace environment list`"),
    (r"failed to parse environment name", "an environment's name may contain only a-z, 0-9 and `-`", "rename it in {manifest}"),
    (r"(missing virtual packages|unsatisfied requirements|installed packages also require): .{0,200}?__cuda",
     "the environment needs CUDA, and this machine has no NVIDIA driver that supports it", GPU),
    (r"virtual package '__cuda", "the locked packages need CUDA, and this machine has no NVIDIA driver that supports it", GPU),
    (r"the installed packages also require: (?P<detail>.{1,200})", "the locked packages need more than this machine has: {detail}",
     PLATFORM),
    (r"cannot install environment '.*does not support '|the workspace does not support '", "the environment does not support this platform",
     PLATFORM),
    (r"cannot run on platform '", "the installed environment is for another type of machine", "delete its folder and install it again"),
    (r"is not part of environment", "the environment has no such platform", "see `pixi workspace platform list`"),
    (r"no platform supported by environment", "no platform of the environment fits this machine", "name one: `pixi list --platform NAME`"),
    (r"pixi is running in offline mode", "packages are missing and Pixi is in offline mode", "run `pixi install` with a network first"),
    NETWORK,
    (r"environment directory has moved", "the installed environment was moved", "delete its folder below .pixi/envs and install it again"),
    (r"failed to run activation script(?P<detail>.{0,600})", "an activation script of the environment failed: {detail}",
     "run `pixi shell` to see it fail"),
)  # fmt: skip
"""(pattern of Pixi's text, our message, what to do); the first match counts, so the specific come before the general."""


def explain(errors: str, manifest: str) -> tuple[str, str]:
    """Return (message, hint) for what Pixi wrote to standard error; unknown text is shown as it is, on one line."""
    text = terminal.plain(errors)
    said = re.split(r"^\s*Error:", text, maxsplit=1, flags=re.MULTILINE)[-1]  # progress and warnings come before it
    flat = " ".join(FRAME.sub(" ", said).split())
    for pattern, message, hint in RULES:
        found = re.search(pattern, flat, re.IGNORECASE)
        if found:
            detail = found.groupdict().get("detail", "").strip(" :") or "Pixi gives no details"
            words = {"manifest": manifest, "detail": detail, "host": _host(flat)}
            return message.format(**words), hint.format(**words)
    return f"Pixi failed: {flat[:600] or 'without a message'}", "run the same command with -v to see more"


def explain_network(text: str) -> tuple[str, str] | None:
    """Return (message, hint) for a network failure of any program; else None."""
    found = re.search(NETWORK[0], text, re.IGNORECASE)
    return (NETWORK[1].format(host=_host(text)), NETWORK[2]) if found else None


def _host(text: str) -> str:
    """Return the host of the first address, without path and credentials."""
    found = re.search(r"https?://[^\s)'\"]+", text)
    return (urlsplit(found[0]).hostname if found else None) or "the network"
