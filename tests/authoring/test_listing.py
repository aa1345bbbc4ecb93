"""An entry in the settings' list: everything else stays, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.authoring.listing import with_entry
from site_builder.settings.yaml_reading import read_yaml

CONFIG = ("episodes",)
MKDOCS = ("extra", "lesson", "episodes")


def insertion(before: str, after: str) -> str:
    """Return what was inserted at one place; fails if anything else changed."""
    start = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))
    rest = before[start:]
    while rest and not after.endswith(rest):  # the inserted text may begin like what follows it
        start -= 1
        rest = before[start:]
    assert after.startswith(before[:start]) and after.endswith(rest), (before, after)
    return after[start : len(after) - len(rest)]


@pytest.mark.parametrize(
    ("text", "after", "changed"),
    [
        ("episodes:\n- a.md\n- b.md\n", 0, "episodes:\n- a.md\n- n.md\n- b.md\n"),
        ("episodes:\n  - a.md # first\n  # about b\n  - b.md\n", 0, "episodes:\n  - a.md # first\n  - n.md\n  # about b\n  - b.md\n"),
        ("episodes:\n  -   'a.md'\n  -   b.md", 1, "episodes:\n  -   'a.md'\n  -   b.md\n  -   n.md"),
        ("episodes: [a.md, b.md] # both\ntitle: x\n", 0, "episodes: [a.md, n.md, b.md] # both\ntitle: x\n"),
        ("episodes: [\n  a.md, # one\n  b.md,\n]\n", 1, "episodes: [\n  a.md, # one\n  b.md, n.md,\n]\n"),
        ("title: x\r\nepisodes:\r\n- a.md\r\n- b.md\r\n", 0, "title: x\r\nepisodes:\r\n- a.md\r\n- n.md\r\n- b.md\r\n"),
        ("episodes:\n- a.md\n- b.md\n\n# learners\nlearners:\n", 1, "episodes:\n- a.md\n- b.md\n- n.md\n\n# learners\nlearners:\n"),
        ("episodes:\n\n- a.md\n\n- b.md\n", 0, "episodes:\n\n- a.md\n- n.md\n\n- b.md\n"),
        ("title: x # y\nepisodes: # none yet\nlearners:\n", 0,
         "title: x # y\nepisodes: # none yet\n- a.md\n- n.md\n- b.md\nlearners:\n"),
        ("title: x\n\n# the end\n", 0, "title: x\nepisodes:\n- a.md\n- n.md\n- b.md\n\n# the end\n"),
        ("title: |\n  long\n  text\n", 1, "title: |\n  long\n  text\nepisodes:\n- a.md\n- b.md\n- n.md\n"),
        ("episodes: []\n", 0, "episodes: [a.md, n.md, b.md]\n"),
        ("{title: x}\n", 0, "{episodes: [a.md, n.md, b.md], title: x}\n"),
        ("", 1, "episodes:\n- a.md\n- b.md\n- n.md\n"),
        ("# only a remark", 1, "# only a remark\nepisodes:\n- a.md\n- b.md\n- n.md"),
        ("---\ntitle: x\n...\n", 1, "---\ntitle: x\nepisodes:\n- a.md\n- b.md\n- n.md\n...\n"),
    ],
)  # fmt: skip
def test_an_entry_is_inserted_in_the_layout_of_the_list(text: str, after: int, changed: str) -> None:
    assert with_entry(text, CONFIG, ["a.md", "b.md"], "n.md", after) == changed


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("site_name: x\nextra:\n  lesson:\n    lang: de\n    episodes:\n      - a.md\n      - b.md # last\nplugins: []\n",
         "site_name: x\nextra:\n  lesson:\n    lang: de\n    episodes:\n      - a.md\n      - n.md\n      - b.md # last\nplugins: []\n"),
        ("site_name: x\nextra:\n  lesson:\n    lang: de\n\nplugins: []\n",
         "site_name: x\nextra:\n  lesson:\n    lang: de\n    episodes:\n    - a.md\n    - n.md\n    - b.md\n\nplugins: []\n"),
        ("site_name: x\nextra:\n  lesson:\nplugins: []\n",
         "site_name: x\nextra:\n  lesson:\n    episodes:\n    - a.md\n    - n.md\n    - b.md\nplugins: []\n"),
        ("site_name: x\nextra:\n  other: 1\n",
         "site_name: x\nextra:\n  other: 1\n  lesson:\n    episodes:\n    - a.md\n    - n.md\n    - b.md\n"),
        ("site_name: x\n", "site_name: x\nextra:\n  lesson:\n    episodes:\n    - a.md\n    - n.md\n    - b.md\n"),
        ("extra: {lesson: {lang: de}}\n", "extra: {lesson: {episodes: [a.md, n.md, b.md], lang: de}}\n"),
        ("extra: {a: !ENV B}\n", "extra: {lesson: {episodes: [a.md, n.md, b.md]}, a: !ENV B}\n"),
    ],
)  # fmt: skip
def test_the_list_below_mkdocs_extra(text: str, changed: str) -> None:
    assert with_entry(text, MKDOCS, ["a.md", "b.md"], "n.md", 0) == changed


@pytest.mark.parametrize(
    "text",
    [
        "all: &all [a.md, b.md]\nepisodes: *all\n",  # the entry would be in both
        "episodes: &all\n- a.md\n- b.md\nlearners: *all\n",
        "episodes: a.md\n",
        "episodes: {a: b}\n",
        "- a.md\n",
        "title: [\n",
        "episodes:\n- &x a.md\n- *x\n",  # the second one's text is elsewhere
        "a: 1\n---\nb: 2\n",
    ],
)
def test_what_cannot_be_edited_alone_is_left_to_a_person(text: str) -> None:
    assert with_entry(text, CONFIG, ["a.md", "b.md"], "n.md", 1) is None


NAMES = st.lists(st.from_regex(r"[a-zä-ü0-9]{1,8}\.(md|Rmd)", fullmatch=True), min_size=1, max_size=5, unique=True)
REMARK = st.sampled_from(["", " # remark", "  # ümläut: [x]", " #"])
BETWEEN = st.sampled_from(["", "\n", "# a line\n", "   # indented - x\n", "\n\n# two\n"])
QUOTES = st.sampled_from(["", "'", '"'])
OTHER = st.sampled_from(
    ["title: x\n", "title: 'a: b' # c\n", "workshop:\n  days:\n  - first: a.md\n", "desc: >-\n  folded\n  text\n", "k: {a: [1, 2]}\n", ""]
)


@st.composite
def settings(draw: st.DrawFn, nested: bool = False) -> tuple[str, Sequence[str]]:
    """Return a settings file in one of many layouts, with the names in its list."""
    names = draw(NAMES)
    indent = "    " if nested else ""
    if draw(st.booleans()):
        deeper = indent + draw(st.sampled_from(["", "  ", "     "]))
        gap = draw(st.sampled_from([" ", "   "]))
        lines = []
        for name in names:
            quote = draw(QUOTES)
            lines.append(f"{deeper}-{gap}{quote}{name}{quote}{draw(REMARK)}\n{draw(BETWEEN)}")
        text = f"{indent}episodes:{draw(REMARK)}\n{draw(BETWEEN)}{''.join(lines)}"
    else:
        joint = draw(st.sampled_from([", ", ",", f",\n{indent}  ", f" , # x\n{indent}   "]))
        text = f"{indent}episodes: [{joint.join(names)}]{draw(REMARK)}\n"
    if nested:
        text = f"extra:{draw(REMARK)}\n  lesson:\n{text}"
    text = (
        draw(BETWEEN)
        + draw(OTHER)
        + draw(BETWEEN)
        + text
        + draw(BETWEEN)
        + draw(OTHER).replace("title", "other").replace("k:", "l:").replace("desc", "description").replace("workshop", "more")
    )
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), names


@given(st.data(), st.booleans())
def test_everything_else_is_byte_for_byte_equal(data: st.DataObject, nested: bool) -> None:
    text, names = data.draw(settings(nested))
    after = data.draw(st.integers(0, len(names) - 1))
    changed = with_entry(text, MKDOCS if nested else CONFIG, names, "the-new-one.md", after)
    assert changed is not None
    assert insertion(text, changed).strip(" \r\n,-") == "the-new-one.md"
    before, now = read_yaml(text).value, read_yaml(changed).value
    listed = now["extra"]["lesson"] if nested else now
    assert listed["episodes"] == [*names[: after + 1], "the-new-one.md", *names[after + 1 :]]
    listed["episodes"] = list(names)
    assert now == before


@given(st.text(max_size=60), st.integers(0, 1))
@example("episodes:\n- a.md\n- b.md\x85\n", 0)
@example("\u2028episodes: [a.md, b.md]", 0)
def test_any_text_is_edited_rightly_or_not_at_all(text: str, after: int) -> None:
    changed = with_entry(text, CONFIG, ["a.md", "b.md"], "n.md", after)
    if changed is not None:
        insertion(text, changed)
        assert "n.md" in read_yaml(changed).value["episodes"]


def test_the_settings_of_yaml_1_1_are_compared_by_value() -> None:
    text = "created: 2024-01-01\nepisodes: [a.md, b.md]\n"
    changed = with_entry(text, CONFIG, ["a.md", "b.md"], "n.md", 1)
    assert changed is not None
    assert yaml.safe_load(changed)["created"] == yaml.safe_load(text)["created"]
