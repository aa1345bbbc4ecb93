"""What Git prints: the name of the first branch is a setting, and hashes, authors and dates are those of one commit by one person. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from site_builder.verification.typed.fences import Exchange

USES = re.compile(r"\bgit\b")
SETS_BRANCH = re.compile(r"init\.defaultBranch[ =]+['\"]?([\w./-]+)", re.IGNORECASE)
SHOWS_BRANCH = re.compile(
    r"^On branch (main|master)$|^\[(main|master) |\borigin[ /](main|master)\b|\bHEAD -> (main|master)\b", re.MULTILINE
)
MAIN = "main"
"""The name of the first branch where a lesson shows none; Git's own has been `master` until version 3."""
CHANGES = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"^(Author|Commit|AuthorDate|CommitDate|Date|Merge):.*$", r"\1:"),
        (r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b(?:\.{2,3}\b[0-9a-f]{7,40}\b)?", "<hash>"),
        (r" \((?:HEAD|tag:|origin/)[^()\n]*\)", ""),
        (r"(?<=Git repository in ).*$", "<folder>"),
        (r"^warning: .*LF will be replaced by (?:CR)?LF.*\n?(?:^The file will have its original line endings.*\n?)?", ""),
        (r"(?:^|(?<=\| )|(?<=, ))\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?) ago", "<time> ago"),
    )
)  # fmt: skip


def first_branch(exchanges: Iterable[Exchange]) -> str:
    """Return the name of the branch with which a new repository begins in a lesson: the one that it sets, or else shows most often."""
    shown = Counter[str]()
    for exchange in exchanges:
        if found := SETS_BRANCH.search(exchange.code):
            return found[1]
        for text in (exchange.code, *(item.text for item in exchange.typed)):
            shown.update(name for names in SHOWS_BRANCH.findall(text) for name in names if name)
    return shown.most_common(1)[0][0] if shown else MAIN


def settings(branch: str) -> str:
    """Return what a shell runs so that its repositories begin with a branch."""
    return f"export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=init.defaultBranch GIT_CONFIG_VALUE_0={branch}"


def same_for_all(text: str) -> str:
    """Return what Git printed without what is another thing for everybody."""
    for pattern, replacement in CHANGES:
        text = pattern.sub(replacement, text)
    return text
