"""Every problem code is explained, and means one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = re.compile(r'"(LS\d{3})"')


def test_every_code_is_in_the_documentation_and_none_else() -> None:
    used = {code for path in (ROOT / "site_builder").rglob("*.py") for code in CODE.findall(path.read_text())}
    assert used == set(
        re.findall(r"^\| \[(LS\d{3})\]\(problem-examples\.md#ls\d{3}\) \|", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE)
    )


def test_no_two_folders_share_a_code() -> None:
    owners = defaultdict(set)
    for path in (ROOT / "site_builder").rglob("*.py"):
        for code in CODE.findall(path.read_text()):
            owners[code].add(path.parent.name)
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}
