"""Messages of a kernel that are lost, sent twice, out of order or damaged: what was not touched is shown as if nothing had happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.execute.local.transcript import Transcript
from site_builder.records.model import Display, Output, Raised, Stream
from tests.execute.talk import message, shown

REQUESTS = ("r1", "r2")
KINDS = ("stdout", "stderr", "display_data", "execute_result", "error")
OVERSIZED = "x" * 300_000
WRONG: tuple[Any, ...] = (None, 7, -1.5, True, "text", [], [[]], {}, {"a": {"b": None}}, "\ud800", OVERSIZED)
"""Values in place of a field's own; a field can also be missing."""


def right(kind: str, request: str, token: str) -> dict[str, Any]:
    """Return a message as kernels send it, which shows a token."""
    match kind:
        case "stdout" | "stderr":
            return message("stream", request, name=kind, text=f"{token}\n")
        case "error":
            return message("error", request, ename="E", evalue=token, traceback=[token])
        case _:
            return message(kind, request, data={"text/plain": token}, metadata={}, transient={}, execution_count=1)


@st.composite
def exchanges(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two cells' messages, each cell's ended by ``idle``."""
    found = []
    for request in REQUESTS:
        kinds = draw(st.lists(st.sampled_from(KINDS), max_size=4))
        found += [right(kind, request, f"<{request}.{number}>") for number, kind in enumerate(kinds)]
        found.append(message("status", request, execution_state="idle"))
    return found


def tokens(outputs: Sequence[Output]) -> list[str]:
    """Return the tokens that outputs show, in order."""
    texts = []
    for output in outputs:
        match output:
            case Stream(text=text):
                texts.append(text)
            case Display(data=data):
                texts.append(data.get("text/plain", ""))
            case Raised(value=text):
                texts.append(text)
    return re.findall(r"<r\d\.\d>", " ".join(texts))


def token_of(each: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(re.findall(r"<r\d\.\d>", str(each["content"]))))


def read(messages: Sequence[Any]) -> list[list[str]]:
    """Read messages after both cells have been asked for, and return the tokens of each."""
    transcript = Transcript()
    for request in REQUESTS:
        transcript.begin(request)
    for each in messages:
        transcript.hear(each)
    return [tokens(shown(transcript, number)) for number in range(len(REQUESTS))]


def meant(messages: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the tokens that messages say, by cell."""
    return [[token for each in messages if each["parent_header"]["msg_id"] == request for token in token_of(each)] for request in REQUESTS]


def places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of each field of a message."""
    found = [path] if path else []
    for name, inner in value.items() if isinstance(value, dict) else ():
        found += places(inner, (*path, name))
    return found


def damaged(value: dict[str, Any], path: tuple[str, ...], wrong: Any) -> dict[str, Any]:
    """Return a message with another value in one field; `...` leaves the field out."""
    name, *rest = path
    if rest:
        return {**value, name: damaged(value[name], tuple(rest), wrong)}
    return {key: inner for key, inner in value.items() if key != name} if wrong is ... else {**value, name: wrong}


def try_faults(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    """Lose, double, swap and damage messages, one to four times, and compare what is shown with what the others say."""
    changed: list[Any] = list(messages)
    harmed: set[int] = set()
    uncertain: set[str] = set()
    for operator in data.draw(st.lists(st.sampled_from(("drop", "double", "swap", "damage")), min_size=1, max_size=4)):
        if not changed:
            break
        at = data.draw(st.integers(0, len(changed) - 1))
        if operator == "drop":
            del changed[at]
        elif operator == "double":
            changed.insert(data.draw(st.integers(at, len(changed))), changed[at])
        elif operator == "swap":
            other = data.draw(st.integers(0, len(changed) - 1))
            changed[at], changed[other] = changed[other], changed[at]
        elif id(changed[at]) not in harmed:
            path = data.draw(st.sampled_from(places(changed[at])))
            uncertain.update(token_of(changed[at]))
            changed[at] = damaged(changed[at], path, data.draw(st.sampled_from((..., *WRONG))))
            harmed.add(id(changed[at]))
    sound = [each for each in changed if id(each) not in harmed]
    assert certain(read(changed), uncertain) == certain(meant(sound), uncertain)


def certain(cells: list[list[str]], uncertain: set[str]) -> list[list[str]]:
    """Return the tokens without those of damaged messages, which may be shown or not."""
    return [[token for token in cell if token not in uncertain] for cell in cells]


@given(exchanges(), st.data())
@settings(max_examples=150, deadline=None)
def test_faults_of_some_messages_leave_the_others_as_they_are(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    try_faults(messages, data)


@pytest.mark.slow
@given(exchanges(), st.data())
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_ten_thousand_faults(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    try_faults(messages, data)


@pytest.mark.parametrize("kind", [*KINDS, "status"])
def test_each_field_of_each_kind_with_each_wrong_value(kind: str) -> None:
    whole = message("status", "r1", execution_state="idle") if kind == "status" else right(kind, "r1", "<r1.1>")
    before, after = right("stdout", "r1", "<r1.0>"), right("stdout", "r1", "<r1.2>")
    for path in places(whole):
        for wrong in (..., *WRONG):
            found = read([before, damaged(whole, path, wrong), after])[0]
            assert [token for token in found if token != "<r1.1>"] == ["<r1.0>", "<r1.2>"], (path, wrong)
