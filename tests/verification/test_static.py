"""Typed outputs: which belong to which code, and whether they are what the code prints."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.static import Exchange, FenceFinding, FenceOutcome, exchanges, judge, printed


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    document = read(text, PurePosixPath("episodes/a.md"), episode=True)
    return [(item.code, item.output, item.error) for item in exchanges(document)]


def finding(exchange: Exchange, *outputs: Output, line: int = 0) -> FenceFinding:
    return judge(exchange, outputs, Normalisers(), line)


def typed(output: str | None = None, error: str | None = None, code: str = "x", *, exercise: bool = False) -> Exchange:
    return Exchange(code, 5, output, error, 9, exercise)


class TestExchanges:
    def test_output_and_error_right_below_code_belong_to_it(self) -> None:
        assert found("```python\na\n```\n\n```output\n1\n```\n\n```error\nE\n```\n") == [("a", "1", "E")]
        assert found("```python\na\n```\n\n<!-- note -->\n\n```output\n1\n```\n\n```output\n2\n```\n") == [("a", "1\n2", None)]
        assert found("```python\na\n```\n\n```warning\nW\n```\n\n```output\n1\n```\n") == [("a", "1", None)]

    def test_a_fence_that_is_marked_as_an_illustration_is_left_out_with_what_is_typed_below_it(self) -> None:
        assert found("```{.python .no-run}\nif x:\n```\n\n```output\n1\n```\n\n```{.python}\nb\n```\n") == [("b", None, None)]

    def test_text_between_them_parts_them(self) -> None:
        assert found("```python\na\n```\n\nText.\n\n```output\n1\n```\n") == [("a", None, None)]

    def test_the_end_of_a_box_parts_them(self) -> None:
        assert found("::: challenge\n\n```python\na\n```\n\n:::\n\n```output\n1\n```\n") == [("a", None, None)]

    def test_code_in_boxes_and_lists_is_found_in_its_order_and_other_languages_are_not(self) -> None:
        text = "```python\na\n```\n\n::: challenge\n\n1. one\n\n   ```python\n   b\n   ```\n\n:::\n\n```bash\nc\n```\n\n```{python}\nd\n```\n\n```\ne\n```\n"
        assert [code for code, _, _ in found(text)] == ["a", "b"]

    def test_places_and_exercises_are_known(self) -> None:
        text = "```python\na\n```\n\n```output\n1\n```\n\n::: challenge\n\n```python\nb\n```\n\n::: solution\n\n```python\nc\n```\n\n:::\n\n:::\n"
        items = exchanges(read(text, PurePosixPath("a.md")))
        assert [(item.line, item.typed_line, item.exercise) for item in items] == [(1, 5, False), (11, 0, True), (17, 0, False)]

    def test_a_thousand_boxes_are_no_recursion(self) -> None:
        depth = 1500
        text = "".join(f"{':' * (depth + 3 - n)} box\n\n" for n in range(depth)) + "```python\na\n```\n"
        assert [code for code, _, _ in found(text)] == ["a"]


class TestJudging:
    def test_the_same_text_is_the_same(self) -> None:
        assert finding(typed("1\n2"), Stream("stdout", "1\n2\n")) == FenceFinding(FenceOutcome.SAME, 9)

    def test_values_and_prints_are_joined_and_pictures_and_warnings_are_not_text(self) -> None:
        outputs = (
            Stream("stdout", "a"),
            Stream("stderr", "w"),
            Display({"text/plain": "3"}, True),
            Display({"image/png": "x", "text/plain": "<F>"}),
        )
        assert printed(outputs) == "a\n3\n"

    def test_another_text_differs_and_shows_how(self) -> None:
        assert finding(typed("HELLO"), Stream("stdout", "HELLO!\n")) == FenceFinding(
            FenceOutcome.DIFFERS, 9, "", ("@@ -1 +1 @@", "-HELLO", "+HELLO!")
        )

    def test_a_difference_that_a_normaliser_lets_pass_names_it(self) -> None:
        assert finding(typed("0.12345"), Stream("stdout", "0.12346")).reason == "equal with --normalise float"
        assert finding(typed("0.5 in 1 s"), Stream("stdout", "0.5001 in 2 s")).reason == "equal with --normalise times --normalise float"

    def test_white_space_alone_is_told_apart(self) -> None:
        assert finding(typed("a  b"), Stream("stdout", "a   b")).kind is FenceOutcome.SPACING
        assert finding(typed("a  \nb"), Stream("stdout", "a\nb\n\n")).kind is FenceOutcome.SAME

    def test_addresses_are_no_difference(self) -> None:
        assert finding(typed("<f at 0x7f1>"), Stream("stdout", "<f at 0x7f2>")).kind is FenceOutcome.SAME

    @pytest.mark.parametrize("dots", ["...", "⋮ ⋮ ⋮", "…", "[...]", " ... ... "])
    def test_dots_on_a_line_stand_for_any_lines(self, dots: str) -> None:
        long = "\n".join(map(str, range(10)))
        assert finding(typed(f"0\n{dots}\n9"), Stream("stdout", long)).kind is FenceOutcome.SAME
        assert finding(typed(f"0\n{dots}"), Stream("stdout", long)).kind is FenceOutcome.SAME
        assert finding(typed(f"1\n{dots}\n9"), Stream("stdout", long)).kind is FenceOutcome.DIFFERS

    @pytest.mark.parametrize(
        ("typed_lines", "fits"),
        [
            ("... b ... d ...", True), ("a ... c ... d", True), ("a ... d b ... d", False), ("a ... b c ... c d", False), ("... a b c d", True),
            ("a b c d ... d", False), ("...", True), ("... e ...", False), ("a b ... ... d", True),
        ],
    )  # fmt: skip
    def test_parts_between_dots_come_in_their_order_without_overlap(self, typed_lines: str, fits: bool) -> None:
        kind = finding(typed("\n".join(typed_lines.split())), Stream("stdout", "a\nb\nc\nd\n")).kind
        assert (kind is FenceOutcome.SAME) == fits

    def test_code_without_typed_output_only_has_to_run(self) -> None:
        assert finding(typed(), Stream("stdout", "anything")).kind is FenceOutcome.UNTYPED

    def test_an_unexpected_error_fails_at_its_line(self) -> None:
        assert finding(typed(), Raised("NameError", "name 'x' is not defined"), line=7) == FenceFinding(
            FenceOutcome.FAILED, 7, "NameError: name 'x' is not defined"
        )
        assert finding(typed("1"), Raised("E", "")).line == 5

    def test_code_of_an_exercise_may_fail_and_that_of_its_solution_may_not(self) -> None:
        assert finding(typed(exercise=True), Raised("NameError", "no")).kind is FenceOutcome.EXERCISE
        assert finding(typed("1", exercise=True), Raised("NameError", "no")).kind is FenceOutcome.FAILED

    def test_an_announced_error_has_to_come_and_to_be_the_one(self) -> None:
        error = "-----\nTypeError Traceback (most recent call last)\n<ipython-input-1> in <module>\nTypeError: no"
        assert finding(typed(error=error), Raised("TypeError", "no")).kind is FenceOutcome.SAME
        other = finding(typed(error=error), Raised("TypeError", "never"))
        assert (other.kind, other.reason) == (FenceOutcome.DIFFERS, "a different error than typed")
        assert finding(typed(error=error), Raised("ValueError", "no")).kind is FenceOutcome.DIFFERS
        missing = finding(typed(error=error), Stream("stdout", "fine"))
        assert (missing.kind, missing.reason) == (FenceOutcome.NOT_RAISED, "an error is typed below it: TypeError: no")
        assert finding(typed(error=""), Stream("stdout", "fine")).kind is FenceOutcome.NOT_RAISED

    def test_an_error_that_is_typed_as_an_output_is_announced_too(self) -> None:
        assert finding(typed("Traceback\nIndexError: no"), Raised("IndexError", "no")).kind is FenceOutcome.SAME
        assert finding(typed("IndexError: no"), Raised("IndexError", "never")).kind is FenceOutcome.DIFFERS
        assert finding(typed("IndexError: no"), Raised("NameError", "no")).kind is FenceOutcome.FAILED

    def test_the_file_that_a_kernel_names_in_a_syntax_error_is_chance(self) -> None:
        raised = Raised("SyntaxError", "invalid syntax (3760570524.py, line 2)")
        assert finding(typed(error="SyntaxError: invalid syntax"), raised).kind is FenceOutcome.SAME
        assert finding(typed(error="SyntaxError: invalid syntax (<ipython-input-5>, line 2)"), raised).kind is FenceOutcome.SAME
        assert finding(typed(), raised).reason == "SyntaxError: invalid syntax"

    @pytest.mark.parametrize(
        ("raised", "reason"),
        [
            (Raised("ModuleNotFoundError", "No module named 'pandas'"), "it needs the package 'pandas'"),
            (Raised("FileNotFoundError", "[Errno 2] No such file or directory: 'a.csv'"), "it needs the file 'a.csv'"),
            (Raised("FileNotFoundError", "File b'a.csv' does not exist"), "it needs the file b'a.csv'"),
            (Raised("FileNotFoundError", "gone"), "it needs a file that does not exist"),
        ],
    )
    def test_what_is_missing_is_named(self, raised: Raised, reason: str) -> None:
        assert finding(typed("1"), raised) == FenceFinding(FenceOutcome.UNRUNNABLE, 5, reason)

    def test_a_name_that_a_module_lacks_is_a_failure(self) -> None:
        assert finding(typed(), Raised("ImportError", "cannot import name 'x' from 'y'")).kind is FenceOutcome.FAILED

    def test_blanks_to_fill_in_cannot_run(self) -> None:
        for code in ("result = ____", "len(____(____))", "____.append(1)"):
            assert finding(typed("1", code=code), Raised("NameError", "no")).reason == "it has blanks to fill in"
        assert finding(typed(code="x.__init__()"), Raised("NameError", "no")).kind is FenceOutcome.FAILED
