"""What stands on the page for a chunk that knitr ran: its pieces, or what knitr wrote; records keep both and come back as they went."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest

from site_builder.records.knitted import from_pieces, markdown_of, results_of
from site_builder.records.loading import RecordDamaged, load
from site_builder.records.model import CellRecord, Display, Piece, Raised, Stream
from site_builder.records.notebook import dump
from tests.records.test_notebook import example

CHUNK = CellRecord(
    "two-plots", "r", "plot(1)\nstop('x')",
    (
        Display({"text/plain": "plot(1)"}), Display({"image/png": "aGk=", "text/markdown": '<img src="fig/a-1.png" />'}, path="fig/a-1.png"),
        Stream("stdout", "[1] 1\n"), Stream("stderr", "careful\n"), Stream("stderr", "Warning: w\n"), Raised("Error", "x", ("Error: x",)),
        Display({"image/png": "aGk="}, path="fig/a-2.png"),
    ),
    0.5, (), (Piece.SOURCE, Piece.PLOT, Piece.OUTPUT, Piece.MESSAGE, Piece.WARNING, Piece.ERROR, Piece.FILE),
)  # fmt: skip


def test_pieces_become_blocks_of_the_workbench_s_classes_in_their_order() -> None:
    assert from_pieces(CHUNK).split("\n\n") == [
        "\n```r\nplot(1)\n```", '<img src="fig/a-1.png" />', "```{.output}\n[1] 1\n```", "```{.output}\ncareful\n```",
        "```{.warning}\nWarning: w\n```", "```{.error}\nError: x\n```",
    ]  # fmt: skip


def test_a_notebook_shows_the_results_alone() -> None:
    assert [type(output) for output in results_of(CHUNK)] == [Display, Stream, Stream, Stream, Raised]
    assert results_of(example().cells[0]) == example().cells[0].outputs


def test_what_knitr_wrote_stands_where_it_is_more_than_the_pieces() -> None:
    assert markdown_of(replace(CHUNK, markdown="whole")) == "whole"
    assert markdown_of(replace(CHUNK, markdown="")) == ""


@pytest.mark.parametrize("text", ["```\nx\n```", "a\n   `````\nb"])
def test_a_fence_is_longer_than_those_in_its_text(text: str) -> None:
    made = from_pieces(replace(CHUNK, outputs=(Stream("stdout", text),), pieces=(Piece.OUTPUT,))).strip("\n")
    fence = made.split("{")[0]
    assert fence not in text and made.endswith(f"\n{fence}")


@pytest.mark.parametrize("markdown", [None, "", "one\n\ntwo\n"])
def test_a_record_keeps_pieces_names_and_text(markdown: str | None) -> None:
    record = replace(example(), cells=(*example().cells, replace(CHUNK, markdown=markdown)))
    text = dump(record)
    assert load(text) == record
    nbformat.validate(nbformat.reads(text, 4))


def test_a_record_without_chunks_of_knitr_is_written_as_ever() -> None:
    assert '"pieces"' not in dump(example()) and '"markdown"' not in dump(example())


def test_pieces_that_are_not_as_many_as_the_outputs_are_refused() -> None:
    text = dump(replace(example(), cells=(replace(CHUNK, pieces=(*CHUNK.pieces, Piece.FILE)),)))  # its digest is right
    with pytest.raises(RecordDamaged, match="it is not a record, or only part of one"):
        load(text)
