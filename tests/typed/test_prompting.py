"""Code with the prompts of a session; without them it is the code again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.typed.prompting import with_prompts
from site_builder.typed.session import read_session


@pytest.mark.parametrize(
    ("language", "code", "shown"),
    [
        ("bash", "cd x\nls", "$ cd x\n$ ls"),
        ("bash", "for f in a b\ndo\n  echo $f\ndone\npwd", "$ for f in a b\n> do\n>   echo $f\n> done\n$ pwd"),
        ("bash", "echo 'a\n\nb'", "$ echo 'a\n>\n> b'"),
        ("python", "x = 1\nfor i in x:\n    y\n\n@d\ndef f():\n    pass", ">>> x = 1\n>>> for i in x:\n...     y\n\n>>> @d\n... def f():\n...     pass"),
        ("python", "for x", "for x"),
        ("r", "x <- 1", "x <- 1"),
    ],
)  # fmt: skip
def test_prompts(language: str, code: str, shown: str) -> None:
    assert with_prompts(code, language) == shown


@given(st.lists(st.sampled_from(["ls", "cd x", "for i in a\ndo\n  echo $i\ndone", "echo 'a b'", "cat x |\n  wc"]), min_size=1, max_size=5))
def test_what_is_typed_is_the_code_again(commands: list[str]) -> None:
    code = "\n".join(commands)
    session = read_session(with_prompts(code, "bash"), "bash")
    assert session is not None
    assert session.typed == code.split("\n")
