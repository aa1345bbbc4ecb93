"""What Git prints that is another thing for everybody."""

from __future__ import annotations

import pytest

from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.fences import Exchange, Typed
from site_builder.verification.typed.findings import FenceVerdict
from site_builder.verification.typed.git import first_branch
from site_builder.verification.typed.likeness import likeness

LOG = """commit f22b25e3233b4645dabd0d81e651fe074bd8e73b (HEAD -> main)
Author: Ada <ada@example.org>
Date:   Thu Aug 22 09:51:46 2013 -0400

    {}"""
OTHER = """commit 97d68af56d635d7c6582ffb7bd5b6ea3a6551f96
Author: Learner <learner@example.org>
Date:   Mon Nov 30 07:54:38 2026 +0000

    {}"""


@pytest.mark.parametrize(
    ("typed", "branch"),
    [
        ("On branch master\nnothing", "master"), ("[main (root-commit) f22b25e] A", "main"), ("commit f (HEAD -> master)", "master"),
        ("nothing of the kind", "main"),
    ],
)  # fmt: skip
def test_the_first_branch_is_the_one_that_a_lesson_shows(typed: str, branch: str) -> None:
    assert first_branch([Exchange("bash", "git status", 1, (Typed("output", typed, 4),))]) == branch


def test_the_first_branch_is_the_one_that_a_lesson_sets() -> None:
    own = Exchange("bash", "git config --global init.defaultBranch trunk", 1)
    assert first_branch([Exchange("bash", "git push origin master", 9), own]) == "trunk"


@pytest.mark.parametrize(
    ("code", "typed", "printed", "same"),
    [
        ("git log", LOG.format("A"), OTHER.format("A"), True), ("git log", LOG.format("A"), OTHER.format("B"), False),
        ("git log --oneline", "f22b25e (HEAD -> main) A", "97d68af A", True), ("git log --oneline", "f22b25e A", "97d68af B", False),
        ("git commit", "[main f22b25e] A\n 1 file changed", "[main 005937f] A\n 1 file changed", True),
        ("git commit", "[main f22b25e] A\n 1 file changed", "[main 005937f] A\n 2 files changed", False),
        ("git init", "Initialized empty Git repository in /Users/a/b/.git/", "Initialized empty Git repository in /tmp/b/.git/", True),
        ("git diff", "index df0654a..315bf3a 100644\n+a", "index b5426e1..0bfdbcb 100644\n+a", True),
        ("git diff", "index df0654a..315bf3a 100644\n+a", "index b5426e1..0bfdbcb 100644\n+b", False),
        ("git add a", "", "warning: in the working copy of 'a', LF will be replaced by CRLF the next time Git touches it", True),
        ("git status", "On branch main", "On branch trunk", False), ("cat a", "1234567", "7654321", False),
    ],
)  # fmt: skip
def test_hashes_people_and_days_do_not_count(code: str, typed: str, printed: str, *, same: bool) -> None:
    found = likeness(typed, printed, code, "bash", Normalisers()).verdict
    assert (found in (FenceVerdict.SAME, FenceVerdict.SPACING)) is same
