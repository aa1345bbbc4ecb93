"""What R says of an error, as R 4.2 with evaluate 0.20 and R 4.6 with evaluate 1.0.5 write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.records.r_errors import RError, crash, r_error


@pytest.mark.parametrize(
    ("text", "call", "message"),
    [
        ("Error: no", "", "no"),
        ("Error in f(1): no", "f(1)", "no"),
        ("Error in eval(expr, envir, enclos): object 'x' not found\n", "eval(expr, envir, enclos)", "object 'x' not found"),
        ("Error in f(a_long_argument, another) : \n  no\n", "f(a_long_argument, another)", "no"),
        ("Error in base::library(a): there is no package called 'a'", "base::library(a)", "there is no package called 'a'"),
        ("Error in x[\"a: b\"]: no", 'x["a', 'b"]: no'),  # nobody can tell
        ("Error:\n! no", "", "no"),
        ("Error in `f()`:\n! object 'x' not found", "f()", "object 'x' not found"),
        ("Error in `a::b()`:\n! no\nℹ In argument: `y`.\nCaused by error:\n! none", "a::b()", "no\nℹ In argument: `y`.\nCaused by error:\n! none"),
        ("Error in `x: y`:\n! no", "x: y", "no"),
        ("Error:", "", ""),
    ],
)  # fmt: skip
def test_the_call_and_the_message_of_an_error(text: str, call: str, message: str) -> None:
    assert r_error(text) == RError(message, call)


@pytest.mark.parametrize("text", ["", "no", "Errors: 3", "Error rate: 3", "Warning: no", "[1] 'Error: x'", "Error:3"])
def test_other_texts_are_no_errors(text: str) -> None:
    assert r_error(text) is None


def test_an_error_stands_on_one_line() -> None:
    assert RError("no\n  more", "f(a,\n  b)").line == "Error in f(a, b): no more"


@given(st.text().map(str.strip).filter(lambda text: not text.startswith("! ")), st.from_regex(r"[a-z]+\(\)", fullmatch=True))
def test_what_is_written_is_read(message: str, call: str) -> None:
    assert r_error(RError(message, call).words) == RError(message, call) and r_error(RError(message).words) == RError(message)


def test_a_crash_has_its_cause_and_its_innermost_calls() -> None:
    calls = "".join(f" {number}: f{number}(x,     y)\n" for number in range(1, 7))
    said = f"words\n\n *** caught segfault ***\naddress 0xe0, cause 'memory not mapped'\n\nTraceback:\n{calls}An irrecoverable exception occurred.\n"
    told = "segfault (address 0xe0, cause 'memory not mapped')\nin f1(x, y)\nin f2(x, y)\nin f3(x, y)\nin f4(x, y)"
    assert crash(said) == told
    assert crash("*** caught bus error ***\n\nTraceback:\n 1: g()\n 2: eval(expr, envir, enclos)\n 3: h()\n") == "bus error\nin g()"
    assert crash("Traceback:\n 1: g()\n") == ""
