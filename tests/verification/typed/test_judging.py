"""Typed outputs: what is the same to a reader, what differs, and what nobody can tell, with its first cause."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.verification.normalisers import Normalisers, chosen
from site_builder.verification.typed.causes import Setting, proposed_folder
from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import fences_of
from site_builder.verification.typed.findings import WRONG, FenceFinding, FenceVerdict
from site_builder.verification.typed.judging import judge

SAME, SPACING, DIFFERS, UNKNOWN = FenceVerdict.SAME, FenceVerdict.SPACING, FenceVerdict.DIFFERS, FenceVerdict.UNKNOWN


def out(text: str) -> Stream:
    return Stream("stdout", text)


def value(text: str) -> Display:
    return Display({"text/plain": text}, True)


def page(text: str, *ran: tuple[Output, ...] | Ran, setting: Setting | None = None) -> list[FenceFinding]:
    fences = fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True))
    runs = {number: item if isinstance(item, Ran) else Ran((item,)) for number, item in enumerate(ran)}
    return list(judge(fences, runs, setting or Setting()))


def fence(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```\n\n"


def verdict(typed: str, printed: str, code: str = "f(x)", language: str = "python") -> FenceVerdict:
    (finding,) = page(fence(language, code) + fence("output", typed), (out(printed),))
    return finding.verdict


WIDE = "   column_0  column_1  column_2\n0         0         1         2\n1         1         2         3"
WRAPPED = "   column_0  column_1  \\\n0         0         1   \n1         1         2   \n\n   column_2  \n0         2  \n1         3  "
SHORT = "   column_0  ...  column_2\n0         0  ...         2\n1         1  ...         3"
ARROWED = "-----\nTypeError                Traceback (most recent call last)\n<ipython-input-1> in <module>\n----> 1 f()\n\nTypeError: no"


class TestTheSameToAReader:
    @pytest.mark.parametrize(
        ("typed", "printed"),
        [
            ("1\n2", "1\n2\n"), ("a  \nb", "a\nb\n\n"), ("<f at 0x7f1>", "<f at 0x7f2>"), ("Out[3]: 5", "5"), ("Out[3]:\n5", "5"),
            ("0\n...\n9", "\n".join(map(str, range(10)))), ("a ... d", "a b c d"), ("[0, 1, …, 9]", "[0, 1, 2, 3, 9]"),
            ("{'a', 'c', 'b'}", "{'b', 'a', 'c'}"), (WIDE, WRAPPED), (WRAPPED, WIDE), (SHORT, WRAPPED),
            ("mean 10168.840645", "mean 10168.840646"), ("0.30000000000000004", "0.3"), ("[[  0.  10.]\n[ 4.] 3.45205252953", "[[ 0. 10.]\n[4.] 3.452052529534663"), ("memory usage: 1 KB", "memory usage: 2.1+ KB"),
        ],
    )  # fmt: skip
    def test_these_are(self, typed: str, printed: str) -> None:
        assert verdict(typed, printed) is SAME

    @pytest.mark.parametrize(
        ("typed", "printed"),
        [
            ("1", "2"), ("HELLO", "HELLO!"), ("0\n...\n9", "0\n1\n8"), ("{'a', 'b'}", "{'a', 'c'}"), ("1.23", "1.24"), ("331", "331.0"),
            (WIDE.replace("3", "4"), WRAPPED), ("a b", "b a"), ("12345678", "12345679"), ("a\nb", "b\na"), ("...\n8", "1\n9"),
        ],
    )  # fmt: skip
    def test_these_are_not(self, typed: str, printed: str) -> None:
        assert verdict(typed, printed) is DIFFERS

    def test_white_space_alone_is_told_apart_but_not_in_tables(self) -> None:
        assert verdict("ab c\nx", "abc\nx") is SPACING
        assert verdict("a  b", "a   b") is SAME

    def test_the_order_of_files_is_that_of_the_system_unless_it_is_sorted(self) -> None:
        assert verdict("a.csv\nb.csv", "b.csv\na.csv", "print(glob('*.csv'))") is SAME
        assert verdict("a.csv\nb.csv", "b.csv\na.csv", "print(sorted(glob('*.csv')))") is DIFFERS

    def test_times_may_differ_where_the_code_looks_at_the_clock(self) -> None:
        assert verdict("took 1.2 s", "took 3.4 s", "print(time() - start)") is SAME
        assert verdict("took 1.2 s", "took 3.4 s", "print(duration)") is DIFFERS

    def test_what_is_asked_for_may_differ_and_none_is_strict(self) -> None:
        text = fence("python", "x") + fence("output", "0.12345")
        assert page(text, (out("0.1234567"),), setting=Setting(chosen(["float"])))[0].verdict is SAME
        assert page(text, (out(" 0.12345 "),), setting=Setting(Normalisers(())))[0].verdict is DIFFERS

    @pytest.mark.parametrize("text", ["7", "<Axes: >\n7", "w\n7"])
    def test_values_prints_and_standard_error_are_typed_in_several_ways_and_pictures_are_no_text(self, text: str) -> None:
        shown = (Stream("stderr", "w\n"), value("<Axes: >"), Display({"image/png": "x", "text/plain": "<Figure>"}), out("7\n"))
        (finding,) = page(fence("python", "x") + fence("output", text), shown)
        assert finding.verdict is SAME or text.startswith("w")

    def test_several_outputs_are_one_with_a_figure_between_them(self) -> None:
        text = fence("python", "x") + fence("output", "0") + "![A](a.png){alt='a'}\n\n" + fence("output", "1")
        (finding,) = page(text, (out("0\n1\n"),))
        assert (finding.verdict, finding.fences) == (SAME, (1, 5, 11))


class TestReleases:
    @pytest.mark.parametrize(
        ("typed", "printed", "words"),
        [
            ("20880.5", "np.float64(20880.5)", "numpy 2 prints np.float64(…)"),
            ("dtype: object", "dtype: str", "pandas 3 calls the type of text `str`"),
            ("<class 'pandas.core.frame.DataFrame'>", "<class 'pandas.DataFrame'>", "pandas 3 shortens the names of its classes"),
            ("{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}", "the same values come in another order"),
            ("a, 5, and b", "a,  5  and b", "only spaces and punctuation differ"),
        ],
    )
    def test_a_difference_that_a_release_explains_names_it(self, typed: str, printed: str, words: str) -> None:
        (finding,) = page(fence("python", "f(x)") + fence("output", typed), (out(printed),))
        assert finding.verdict is DIFFERS
        assert finding.cause is not None
        assert finding.cause.words == words

    @pytest.mark.parametrize(
        ("code", "typed", "printed", "words"),
        [
            ("np.arange(2000)", "array([0, ..., 1999])", "array([0, ..., 1999], shape=(2000,))", "shape"),
            (
                "df.a.value_counts()",
                "1    2\n3    1\nName: a, dtype: int64",
                "a\n1    2\n3    1\nName: count, dtype: int64",
                "value_counts",
            ),
        ],
    )
    def test_further_releases(self, code: str, typed: str, printed: str, words: str) -> None:
        (finding,) = page(fence("python", code) + fence("output", typed), (value(printed),))
        assert finding.verdict is DIFFERS
        assert finding.cause is not None
        assert words in finding.cause.words

    def test_the_text_beside_a_figure_is_the_figure(self) -> None:
        text = fence("python", "plt.show()") + fence("output", "<Figure size 432x288 with 1 Axes>")
        assert page(text, (Display({"image/png": "x", "text/plain": "<Figure size 640x480 with 1 Axes>"}),))[0].verdict is SAME
        assert page(text, (out("x"),))[0].verdict is DIFFERS

    def test_another_number_is_no_release(self) -> None:
        (finding,) = page(fence("python", "f(x)") + fence("output", "1.5"), (out("np.float64(2.5)"),))
        assert (finding.verdict, finding.cause) == (DIFFERS, None)


class TestErrors:
    @pytest.mark.parametrize(
        "typed", [ARROWED, "TypeError: no", 'Traceback (most recent call last):\n  File "a", line 1\nbuiltins.TypeError: no', "TypeError"]
    )
    def test_the_type_and_the_message_count_in_any_shape(self, typed: str) -> None:
        for kind in ("error", "output"):
            (finding,) = page(fence("python", "f()") + fence(kind, typed), (Raised("TypeError", "no"),))
            assert finding.verdict is SAME

    @pytest.mark.parametrize(("name", "message"), [("TypeError", "never"), ("ValueError", "no")])
    def test_another_error_differs(self, name: str, message: str) -> None:
        (finding,) = page(fence("python", "f()") + fence("error", ARROWED), (Raised(name, message),))
        assert finding.verdict is DIFFERS
        assert finding.line == 5

    def test_an_output_before_an_error_is_judged_alone(self) -> None:
        first, second = page(
            fence("python", "f()") + fence("output", "b") + fence("error", "TypeError: no"), (out("a"), Raised("TypeError", "no"))
        )
        assert (first.verdict, first.line, second.verdict, second.line) == (DIFFERS, 5, SAME, 9)

    def test_an_error_that_does_not_come_differs_and_one_of_what_is_here_is_unknown(self) -> None:
        (finding,) = page(fence("python", "f()") + fence("error", "TypeError: no"), (out("fine"),))
        assert finding.verdict is FenceVerdict.NOT_RAISED
        (finding,) = page(fence("python", "import x") + fence("error", "ModuleNotFoundError: No module named 'x'"), ())
        assert finding.verdict is UNKNOWN

    def test_an_error_instead_of_an_output_differs(self) -> None:
        (finding,) = page(fence("python", "df.append(1)") + fence("output", "1"), (Raised("AttributeError", "no append"),))
        assert finding.verdict is FenceVerdict.FAILED

    def test_messages_of_r_are_compared_without_the_call(self) -> None:
        raised = Raised("Error", "no", ("Error in f(3): no",))
        (finding,) = page(fence("r", "f(3)") + fence("error", "Error: no"), (raised,))
        assert finding.verdict is SAME

    def test_a_warning_of_the_language_that_the_page_does_not_show_is_a_difference(self) -> None:
        told = Stream("stderr", '<ipython-input-3>:2: SyntaxWarning: "is" with a literal. Did you mean "=="?\n  print(x is 5)\n')
        text = fence("python", "x = 5\nprint(x is 5)")
        (finding,) = page(text + fence("output", "True"), (told, out("True\n")))
        assert finding.verdict is DIFFERS
        assert finding.cause is not None
        assert finding.cause.words == 'Python warns today: SyntaxWarning: "is" with a literal. Did you mean "=="?'
        assert finding.difference[1:] == ('+SyntaxWarning: "is" with a literal. Did you mean "=="?', " True")
        assert page(text + fence("output", "x.py:2: SyntaxWarning: no\nTrue"), (told, out("True\n")))[0].cause is None
        (wrong,) = page(text + fence("output", "False"), (told, out("True\n")))
        assert (wrong.verdict, wrong.cause) == (DIFFERS, None)
        own = Stream("stderr", "<ipython-input-3>:2: UserWarning: of the code itself\n")
        assert page(text + fence("output", "True"), (own, out("True\n")))[0].verdict is SAME

    def test_warnings_are_compared_by_kind_and_message(self) -> None:
        given = (Stream("stderr", "cell:2: UserWarning: old\n  warnings.warn('old')\n"),)
        text = fence("python", "warnings.warn('old')")
        assert page(text + fence("warning", "/tmp/x.py:1: UserWarning: old"), given)[0].verdict is SAME
        assert page(text + fence("warning", "UserWarning: new"), given)[0].verdict is DIFFERS


class TestUnknown:
    def roots(self, findings: list[FenceFinding]) -> list[tuple[str, int]]:
        return [(item.cause.words, item.cause.line) if item.cause else ("", 0) for item in findings]

    def test_what_follows_from_a_missing_package_names_it_and_its_first_line(self) -> None:
        text = fence("python", "import nosuch as ns") + fence("python", "x = ns.f()") + fence("python", "print(x)") + fence("output", "1")
        lost = Raised("ModuleNotFoundError", "No module named 'nosuch'")
        found = page(text, (lost,), (Raised("NameError", "name 'ns' is not defined"),), (Raised("NameError", "name 'x' is not defined"),))
        assert {item.verdict for item in found} == {UNKNOWN}
        assert self.roots(found) == [("needs the package nosuch", 2)] * 3

    def test_a_value_from_before_a_failure_is_no_difference_and_a_new_one_is(self) -> None:
        text = fence("python", "x = open('a.csv').read()") + fence("python", "len(x)") + fence("output", "9") + fence("python", "x = 'ab'")
        text += fence("python", "len(x)") + fence("output", "3")
        lost = Raised("FileNotFoundError", "[Errno 2] No such file or directory: 'a.csv'")
        setting = Setting(files=("data/a.csv",))
        found = page(text, (lost,), (value("4"),), (), (value("2"),), setting=setting)
        assert [item.verdict for item in found] == [UNKNOWN, UNKNOWN, FenceVerdict.UNTYPED, DIFFERS]
        assert self.roots(found[:1]) == [
            ("needs `a.csv`, found in `episodes/data/`: set `working-folder: data` in the front matter or under `execution`", 2)
        ]

    def test_what_an_error_kept_from_running_is_unknown_later_although_its_output_was_right(self) -> None:
        text = fence("python", "print(1)\n1 / 0\nx = 2") + fence("output", "1") + fence("python", "x") + fence("output", "3")
        raised = Raised("ZeroDivisionError", "division by zero", ("Cell In[1], line 2",))
        first, second = page(text, (out("1\n"), raised), (value("9"),))
        assert (first.verdict, second.verdict) == (SAME, UNKNOWN)
        assert self.roots([second]) == [("depends on what ZeroDivisionError kept from running", 3)]

    @pytest.mark.parametrize(
        ("code", "printed"),
        [
            ("result = ____", (Raised("NameError", "name '____' is not defined"),)), ("input()", (Raised("EOFError", "no keyboard"),)),
            ("import random\nrandom.random()", (value("0.5"),)), ("os.getcwd()", (value("'/x'"),)), ("f(", (Raised("SyntaxError", "incomplete"),)),
            ("urlopen('https://x')", (Raised("URLError", "<urlopen error [Errno -3] Temporary failure in name resolution>"),)),
        ],
    )  # fmt: skip
    def test_nobody_can_tell_what_these_print(self, code: str, printed: tuple[Output, ...]) -> None:
        (finding,) = page(fence("python", code) + fence("output", "1"), printed)
        assert finding.verdict is UNKNOWN

    def test_random_numbers_with_a_seed_can_be_compared(self) -> None:
        (finding,) = page(fence("python", "random.seed(1)\nrandom.random()") + fence("output", "1"), (value("0.5"),))
        assert finding.verdict is DIFFERS

    @pytest.mark.parametrize(
        ("language", "code", "printed"),
        [("r", 'readline("Name? ")', 'Name? \n[1] ""'), ("bash", 'read -p "Name? " n\necho $n', "Name? "), ("python", "sys.argv", "['x']")],
    )
    def test_what_people_would_answer_is_unknown(self, language: str, code: str, printed: str) -> None:
        assert verdict("Ada", printed, code, language) is UNKNOWN

    def test_a_loop_that_reads_a_file_asks_nobody(self) -> None:
        assert verdict("2", "1", "while read line; do echo 1; done < a.txt", "bash") is DIFFERS

    def test_a_day_differs_unless_the_code_looks_at_the_clock(self) -> None:
        assert verdict("2021-03-01", "2021-03-02", "datetime.date(2021, 2, 28) + datetime.timedelta(days=2)") is DIFFERS
        assert verdict("2021-03-01", "2026-03-02", "print(date.today())") is SAME

    def test_names_bound_to_a_moment_are_followed_and_those_beside_them_are_not(self) -> None:
        text = fence("python", "start = time.time()\nx = 1") + fence("python", "print(start)") + fence("output", "1.5")
        text += fence("python", "print(x)") + fence("output", "2")
        found = page(text, (), (out("9.5"),), (out("1"),))
        assert [each.verdict for each in found] == [FenceVerdict.UNTYPED, UNKNOWN, DIFFERS]

    def test_a_module_is_not_lost_with_a_folder_that_is_this_machines(self) -> None:
        text = fence("python", "import os\nos.getcwd()") + fence("output", "'/a'") + fence("python", "os.sep * 2") + fence("output", "'/'")
        assert [each.verdict for each in page(text, (value("'/b'"),), (value("'//'"),))] == [UNKNOWN, DIFFERS]

    @pytest.mark.parametrize(("code", "expected"), [("df.append(1)", DIFFERS), ("df.pop()", UNKNOWN)])
    def test_a_method_whose_value_is_typed_has_not_changed_its_object(self, code: str, expected: FenceVerdict) -> None:
        text = (
            fence("python", "df = f()") + fence("python", code) + fence("output", "1") + fence("python", "df.max()") + fence("output", "8")
        )
        found = page(text, (), (Raised("AttributeError", "no", ()),), (value("7"),))
        assert [each.verdict for each in found] == [FenceVerdict.UNTYPED, FenceVerdict.FAILED, expected]

    def test_code_for_python_2_and_code_that_cannot_be_read_where_an_error_is_typed_differ(self) -> None:
        text = fence("python", 'print "a"') + fence("output", "a")
        assert (
            page(text, (Raised("SyntaxError", "Missing parentheses in call to 'print'. Did you mean print(...)?", ()),))[0].verdict in WRONG
        )
        text = fence("python", "f(',')") + fence("error", "TypeError: no")
        assert page(text, (Raised("SyntaxError", "invalid syntax", ()),))[0].verdict is DIFFERS
        text = fence("python", "f(") + fence("output", "1")
        assert page(text, (Raised("SyntaxError", "'(' was never closed", ()),))[0].verdict is UNKNOWN

    def test_what_a_box_sets_anew_tells_nothing_about_the_text(self) -> None:
        box = ":::: challenge\n\n" + fence("python", "x = 2\nprint(x)") + fence("output", "3") + "::::\n\n"
        text = fence("python", "x = 1") + box + fence("python", "print(x)") + fence("output", "1")
        found = page(
            text + fence("python", "x = 5") + fence("python", "print(x)") + fence("output", "4"),
            (),
            (out("2"),),
            (out("2"),),
            (),
            (out("5"),),
        )
        assert [each.verdict for each in found] == [FenceVerdict.UNTYPED, DIFFERS, UNKNOWN, FenceVerdict.UNTYPED, DIFFERS]

    def test_an_error_with_nothing_typed_is_unknown_and_without_an_error_nothing_is_said(self) -> None:
        found = page(fence("python", "1 / 0") + fence("python", "1"), (Raised("ZeroDivisionError", "division by zero"),), (value("1"),))
        assert [(item.verdict, item.line) for item in found] == [(UNKNOWN, 2), (FenceVerdict.UNTYPED, 6)]

    def test_learners_write_the_code_of_an_exercise(self) -> None:
        text = "::: challenge\n\n" + fence("python", "word = 'abc'") + fence("output", "bc") + ":::\n"
        assert page(text, ())[0].verdict is UNKNOWN

    def test_code_that_prints_nothing_has_no_output_below_the_text(self) -> None:
        assert page(fence("python", "x = 1") + "The file has:\n\n" + fence("output", "1"), ())[0].verdict is UNKNOWN
        assert page(fence("python", "x = 1") + fence("output", "1"), ())[0].verdict is DIFFERS

    def test_installations_are_not_run_and_a_file_that_is_empty_here_is_named(self) -> None:
        from site_builder.verification.typed.causes import before_running

        for code in ("%pip install toolz", "!pip install toolz", "pip install toolz", "install.packages('x')", "sudo apt install x"):
            assert before_running(code, "python") is not None
        assert before_running("print('pip install')", "python") is None
        text = fence("python", "print(len(open('data/big.csv').read()))") + fence("output", "9")
        (finding,) = page(text, (out("0"),), setting=Setting(placeholders=("episodes/data/big.csv",)))
        assert finding.cause is not None
        assert finding.cause.words == "`big.csv` is empty in this copy of the lesson"

    def test_folders_are_proposed_only_where_the_whole_path_fits(self) -> None:
        setting = Setting(files=("data/sub/a.csv", "data/a.csv"))
        assert proposed_folder("a.csv", setting) == "data"
        assert proposed_folder("sub/a.csv", setting) == "data"
        assert proposed_folder("b.csv", setting) is None
        assert proposed_folder("../a.csv", setting) is None


class TestShells:
    @pytest.mark.parametrize(
        "said", ["tail: cannot open 'x.csv' for reading: No such file or directory", "wc: x.csv: No such file or directory"]
    )
    def test_what_is_missing_is_the_file_and_not_the_program(self, said: str) -> None:
        (finding,) = page(fence("bash", "tail x.csv") + fence("output", "1"), (out(said),))
        assert finding.cause is not None
        assert finding.cause.words == "needs `x.csv`, which the lesson does not have"

    def test_a_shell_that_is_not_where_learners_are_tells_nothing(self) -> None:
        text = (
            fence("bash", "cd ~/Desktop")
            + fence("bash", "ls")
            + fence("output", "a.txt")
            + fence("bash", "echo hi")
            + fence("output", "ho")
        )
        found = page(
            text,
            (out("bash: line 1: cd: /home/Desktop: No such file or directory\n"), Raised("ExitStatus", "1")),
            (out("b\n"),),
            (out("hi\n"),),
        )
        assert [item.verdict for item in found] == [UNKNOWN, UNKNOWN, DIFFERS]

    @pytest.mark.parametrize(
        ("code", "typed", "printed"),
        [
            ("ls", "a.txt  c.txt\nb.txt", "a.txt\nb.txt\nc.txt"),
            ("ls -l", "total 8\n-rw-r--r-- 1 nelle staff 12 Jan 3 10:00 a.txt", "total 4\n-rw-rw-r-- 1 root root 12 Nov 29 23:00 a.txt"),
            ("ls x", "ls: x: No such file or directory", "ls: cannot access 'x': No such file or directory"),
            ("foo", "-bash: foo: command not found", "bash: line 1: foo: command not found"),
            ("wc a", "  20  156 a", "20 156 a"),
        ],
    )
    def test_columns_owners_and_the_name_of_the_shell_are_those_of_a_machine(self, code: str, typed: str, printed: str) -> None:
        assert verdict(typed, printed, code, "bash") is SAME

    def test_another_size_differs(self) -> None:
        typed, printed = "-rw-r--r-- 1 nelle staff 12 Jan 3 10:00 a.txt", "-rw-rw-r-- 1 root root 13 Nov 29 23:00 a.txt"
        assert verdict(typed, printed, "touch a.txt; ls -l", "bash") is DIFFERS


def test_every_fence_is_in_one_finding() -> None:
    text = (
        fence("python", "a")
        + fence("output", "1")
        + fence("error", "E: 1")
        + "Text.\n\n"
        + fence("output", "2")
        + fence("yaml", "x")
        + fence("bash", "ls")
    )
    found = page(text, (out("1"),), ())
    lines = [line for item in found for line in item.fences]
    assert sorted(lines) == [number for number, row in enumerate(text.split("\n"), 1) if row.startswith("```") and row != "```"]
    assert len(set(lines)) == len(lines)
