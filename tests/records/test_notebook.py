"""A record as a file: an executed notebook that survives a round trip, and whose edits are detected."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.records.loading import RecordDamaged, load
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Provenance, Raised, Stream
from site_builder.records.notebook import dump

GOLDEN = Path(__file__).parent / "golden.ipynb"
PACKAGES = PackageSet(
    "default", "linux-64", (Package("numpy", "2.4.1", "py313_0", "c0ffee"), Package("python", "3.13.1"), Package("rich", "14", "", "beef"))
)


def example() -> EpisodeRecord:
    """A record with one of everything."""
    cells = (
        CellRecord("numbers", "python", "import numpy\nprint('é')\n1", (Stream("stdout", "é\n"), Display({"text/plain": "1"}, True)), 0.25),
        CellRecord(
            "figure", "python", "plot()", (Display({"image/png": "aGk=", "image/svg+xml": "<svg>\n</svg>", "text/html": "<b>"}),), 1.5
        ),
        CellRecord("wrong", "bash", "exit 1", (Stream("stderr", "no\n"), Raised("Exit", "1", ("line \x1b[31mone", "two"))), 0.0),
        CellRecord("gpu", "python", "train()", missing=("cuda", "pixi")),
    )
    parts = KeyParts(("c1", "c2", "c3", "c4"), (("../pixi.toml", "d1"), ("files/a.csv", "d2")), PACKAGES.digest, (("SEED", "1"),))
    provenance = Provenance(
        "lesson 0.1", "pixi", PACKAGES, True, "10c4", "Linux x86_64, Chip, 2 cores", "3.13.1", "2026-11-01T10:00:00+00:00", 2.5,
        Gpu("NVIDIA H100", "580.1", "13.0"), "abcdef",
    )  # fmt: skip
    return EpisodeRecord("one", parts, cells, provenance)


def test_a_record_is_written_as_before() -> None:
    """Committed records must stay equal byte by byte, or every lesson's history would move."""
    assert dump(example()) == GOLDEN.read_text(encoding="utf-8")


def test_a_record_comes_back_as_it_went() -> None:
    record = load(GOLDEN.read_text(encoding="utf-8"), "committed")
    assert record == example()
    assert record.origin == "committed"
    assert record.ran == {"numbers", "figure", "wrong"}
    assert record.by_identifier["gpu"].missing == ("cuda", "pixi")


def test_a_record_is_a_notebook_that_jupyter_opens_and_saves_unchanged() -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == text


# Any record at all. A package's fields contain no white space, inputs and variables are sorted and unique, as `plan.keys` makes them.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=6)
mimes = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "image/png",
        "image/svg+xml",
        "application/javascript",
        "application/json",
        "application/geo+json",
        "text/x-own",
    ]
)
outputs = (
    st.builds(Stream, st.sampled_from(["stdout", "stderr"]), texts)
    | st.builds(Display, st.dictionaries(mimes, texts, min_size=1, max_size=2), st.booleans())
    | st.builds(Raised, texts, texts, st.lists(texts, max_size=2).map(tuple))
)
seconds = st.floats(0, 1e6) | st.integers(0, 9)
cells = st.builds(
    CellRecord, words, words, texts, st.lists(outputs, max_size=2).map(tuple), seconds, st.lists(words, max_size=2).map(tuple)
)
packages = st.builds(Package, words, words | st.just(""), words | st.just(""), words | st.just(""))
package_sets = st.builds(PackageSet, words, words, st.lists(packages, max_size=3).map(tuple))
pairs = st.dictionaries(texts, texts, max_size=2).map(lambda values: tuple(sorted(values.items())))


@st.composite
def episode_records(draw: st.DrawFn) -> EpisodeRecord:
    """Any record whose key follows from its parts, as those of a build do."""
    done = tuple(draw(st.lists(cells, max_size=2)))
    environment = draw(package_sets)
    parts = KeyParts(tuple(draw(st.lists(texts, max_size=2))), draw(pairs), environment.digest, draw(pairs))
    gpu = draw(st.none() | st.builds(Gpu, texts, texts, texts))
    facts = [draw(texts) for _ in range(6)]
    provenance = Provenance(
        facts[0], facts[1], environment, draw(st.booleans()), facts[2], facts[3], facts[4], facts[5], draw(seconds), gpu, draw(texts)
    )  # fmt: skip
    return EpisodeRecord(draw(texts), parts, done, provenance)


@given(episode_records())
def test_any_record_comes_back_as_it_went(record: EpisodeRecord) -> None:
    text = dump(record)
    assert load(text) == record
    assert dump(load(text)) == text


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(episode_records())
def test_any_record_is_a_valid_notebook(record: EpisodeRecord) -> None:
    nbformat.validate(nbformat.reads(dump(record), as_version=4))


@given(st.text(max_size=8))
def test_text_that_utf8_cannot_hold_is_written_all_the_same(text: str) -> None:
    lone = "\ud83d" + text + "\ude00"
    record = replace(example(), cells=(CellRecord("a", "python", lone, (Stream("stdout", lone),)),))
    written = dump(record)
    assert load(written).cells[0].source.count("\ufffd") >= 1 if text else "😀" in written
    assert dump(load(written)) == written.encode().decode()


def test_long_and_odd_identifiers_give_cells_that_jupyter_accepts() -> None:
    odd = tuple(CellRecord(identifier, "python", "1") for identifier in ("x" * 200, "ü b", "", "a.b/c"))
    written = dump(replace(example(), cells=odd))
    notebook = nbformat.reads(written, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["x" * 58 + "-1", "--b-2", "-3", "a-b-c-4"]
    assert load(written).cells == odd


def damage(text: str) -> str:
    with pytest.raises(RecordDamaged) as caught:
        load(text)
    return str(caught.value)


@given(st.data())
def test_any_edited_character_is_noticed(data: st.DataObject) -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(list('0123456789abcdef \n\r\t"\\,:{}[]é')) | st.characters(exclude_categories=["Cs"]))
    replaced = text[:place] + other + text[place + 1 :]
    for changed in (replaced, text[:place] + other + text[place:], text[:place] + text[place + 1 :]):
        if changed != text:
            damage(changed)


@given(st.integers(0, 10_000))
def test_any_truncated_record_is_noticed(length: int) -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    if length < len(text):
        damage(text[:length])


def merge_marked(text: str) -> str:
    head, line, rest = text.partition('   "started"')
    assert line
    return f"{head}<<<<<<< ours\n{line}{rest}=======\n{line}{rest}>>>>>>> theirs\n"


@pytest.mark.parametrize(
    "text", ["", " ", "null", "[]", "3", '"text"', "{}", "[" * 100_000, '{"metadata": {"lesson": []}}', '{"metadata": 1}', "NaN", "\0"]
)
def test_what_is_no_record_is_damaged(text: str) -> None:
    assert damage(text)


def test_merge_markers_are_noticed() -> None:
    assert damage(merge_marked(GOLDEN.read_text(encoding="utf-8"))) == "it is not a record, or only part of one"


def edit(change: Any) -> str:
    """Change the golden record as JSON and write it as a notebook program would."""
    notebook = json.loads(GOLDEN.read_text(encoding="utf-8"))
    change(notebook, notebook["metadata"]["lesson"])
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda n, lesson: lesson.update(schema=2), "schema"),
        (lambda n, lesson: lesson.update(schema="1"), "schema"),
        (lambda n, lesson: lesson.pop("episode"), "episode"),
        (lambda n, lesson: lesson.update(more=1), "more"),
        (lambda n, lesson: lesson["provenance"].update(seconds="soon"), "provenance.seconds"),
        (lambda n, lesson: lesson["provenance"].update(packages=["two\nlines"]), "provenance.packages.0"),
        (lambda n, lesson: n["cells"][0]["metadata"]["lesson"].update(identifier=["x"]), "identifier"),
        (lambda n, lesson: n["cells"][0]["metadata"]["lesson"].update(seconds=10**400), "seconds"),
    ],
)
def test_content_of_another_form_is_told_by_its_place(change: Any, reason: str) -> None:
    assert damage(edit(change)) == f"unexpected content in {reason}"


@pytest.mark.parametrize(
    "change",
    [
        lambda n, lesson: lesson["key"].update(key="0" * 64),
        lambda n, lesson: lesson["key"]["inputs"].update({"files/a.csv": "other"}),
        lambda n, lesson: lesson["key"].update(environment="0" * 64),
        lambda n, lesson: lesson["provenance"].update(packages=["numpy 9.9 0 c0ffee"]),
    ],
)
def test_a_key_that_does_not_follow_from_its_parts_is_noticed(change: Any) -> None:
    assert damage(edit(change)) == "its key does not match its parts"


@pytest.mark.parametrize(
    "change",
    [
        lambda n, lesson: lesson.update(episode="two"),
        lambda n, lesson: lesson.update(digest="0" * 64),
        lambda n, lesson: n["cells"][0]["outputs"][0].update(text=["9\n"]),
        lambda n, lesson: n["cells"][0]["outputs"].pop(),
        lambda n, lesson: n["cells"].pop(),
        lambda n, lesson: n["cells"][0].update(note="added"),
        lambda n, lesson: n.update(note="added"),
        lambda n, lesson: n["metadata"].update(language_info={}),
        lambda n, lesson: n["cells"][1].update(cell_type="markdown"),
    ],
)
def test_any_edit_is_noticed(change: Any) -> None:
    assert damage(edit(change)) == "its digest does not match its content: it was edited"


@pytest.mark.parametrize(
    "change",
    [
        lambda n, lesson: n.pop("cells"),
        lambda n, lesson: n.update(cells=[1]),
        lambda n, lesson: n["cells"][0].update(source=[1]),
        lambda n, lesson: n["cells"][0].update(outputs=[{"output_type": "display_data", "data": {"text/plain": 1}}]),
        lambda n, lesson: n["cells"][0].update(outputs=[{"output_type": "display_data"}]),
    ],
)
def test_cells_of_another_form_are_damaged(change: Any) -> None:
    assert damage(edit(change)) == "it is not a record, or only part of one"


def test_a_checkout_with_windows_line_ends_is_no_edit() -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    assert load(text.replace("\n", "\r\n")) == example()
    damage(text.replace("\n", "\r\n", 1))


def test_files_that_were_not_declared_come_back() -> None:
    read = replace(example(), provenance=replace(example().provenance, undeclared=("data/x.csv", "../y")))
    assert load(dump(read)) == read
    assert json.loads(dump(read))["metadata"]["lesson"]["provenance"]["undeclared"] == ["data/x.csv", "../y"]
    assert "undeclared" not in json.loads(dump(example()))["metadata"]["lesson"]["provenance"]


def test_what_was_read_left_needed_and_loaded_comes_back() -> None:
    more = {
        "read": (("*", "ab"), ("gone.csv", "")), "left": ("a.csv",), "needs": (("one", ("a.csv", "b.csv")),),
        "loaded": (Package("R", "4.2.2"), Package("knitr", "1.42")),
    }  # fmt: skip
    made = replace(example(), provenance=replace(example().provenance, **more))
    assert load(dump(made)) == made
    assert not {*more} & {*json.loads(dump(example()))["metadata"]["lesson"]["provenance"]}


def test_text_in_lines_and_in_one_piece_is_the_same() -> None:
    notebook = json.loads(dump(example()))
    assert load(dump(example())).cells[1].outputs == example().cells[1].outputs
    assert isinstance(notebook["cells"][1]["outputs"][0]["data"]["image/svg+xml"], list)


def test_identifiers_keep_their_capitals() -> None:
    cells = (CellRecord("Loss-Curve_2", "python", "1"),)
    notebook = json.loads(dump(replace(example(), cells=cells, parts=replace(example().parts, cells=("c",)))))
    assert notebook["cells"][0]["id"].startswith("Loss-Curve_2-")
