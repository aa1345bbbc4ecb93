"""References, footnotes and terms that nothing defines."""

from __future__ import annotations

import pytest

from site_builder.check.references import check_references, check_terms
from tests.check.conftest import finder

found, terms = finder(check_references), finder(check_terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n[the other][othr] here.\n", [("LS818", 2)]),
        ("- a\n- [x *y*][z]\n", [("LS818", 2)]),
        ("| a |\n|---|\n| [x][z] |\n", [("LS818", 3)]),
        ("[x][z]\n\n[z]: https://example.org\n", []),
        ("[x][]\n\n[x]: https://example.org\n", []),
        ("[x][]\n", [("LS818", 1)]),
        ("[x][tow.md]\n", []),
        ("`[x][z]` and rows[i][j] and [1][2]\n", []),
        ("\\[x\\]\\[z\\]\n", []),
        ("```\n[x][z]\n```\n", []),
        ("A note[^gone].\n", [("LS819", 1)]),
        ("One\ntwo[^gone].\n", [("LS819", 2)]),
        ("A note[^here].\n\n[^here]: Text.\n", []),
        ("A class \\[^abc\\] and `[^abc]`.\n", []),
    ],
)
def test_what_nothing_defines_is_told_at_its_line(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_terms_without_a_glossary() -> None:
    assert terms("One\n{{ glosario.nothing }}\n") == [("LS820", 2)]
    assert terms("`{{ glosario.nothing }}`\n") == []
