"""Two runs of one output differ in the names that libraries draw at random, and are compared without them."""

from __future__ import annotations

import pytest

from site_builder.outputs.numbering import numbered
from site_builder.outputs.registry import plain_text

RUNS = {
    "a styled table of pandas": '<style>#T_{0}_row0_col0 {{ color: red }}</style><table id="T_{0}"><td id="T_{0}_row0_col0">1</td></table>',
    "an id that counts": '<div id="sk-container-id-{1}"><input type="checkbox" id="sk-estimator-id-{1}"><label for="sk-estimator-id-{1}">a</label></div>',
    "a word": '<style>#{2} td {{ color: red }}</style><table id="{2}"><td headers="{2}-x">1</td></table>',
    "a UUID": '<div data-model="{3}"><b>{3}</b></div>',
    "a digest": "<div class='map_{4}'>{4}</div>",
}  # fmt: skip
FIRST = ("18d12", "1", "aeliodpoas", "0f7c2a1e-5f0b-4c1d-9a2b-3c4d5e6f7081", "0123456789abcdef0123456789abcdef")
SECOND = ("a0c84", "7", "qwertyuiop", "ffffffff-5f0b-4c1d-9a2b-3c4d5e6f7081", "fedcba98765432100123456789abcdef")


@pytest.mark.parametrize("name", RUNS)
def test_random_names_are_no_difference(name: str) -> None:
    first, second = (plain_text({"text/html": RUNS[name].format(*names)}) for names in (FIRST, SECOND))
    assert first == second


def test_what_a_reader_sees_is_compared() -> None:
    one, two = (plain_text({"text/html": f"<table><td>{number}</td></table>"}) for number in (1, 2))
    assert one != two
    assert plain_text({"text/html": "<p onclick='a()'>1</p><script>1</script>"}) == plain_text({"text/html": "<p>1</p>"})


def test_equal_names_stay_equal_and_different_ones_different() -> None:
    assert numbered('<i id="a">a b</i><i id="b" aria-labelledby="a"></i>') == (
        '<i id="<name 1>"><name 1> <name 2></i><i id="<name 2>" aria-labelledby="<name 1>"></i>'
    )
