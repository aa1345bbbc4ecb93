"""Decide, from how a fence ran and how that compares with what is typed, whether it becomes a cell and what the cell shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from site_builder.conversion.model import Choice, LeftPlain, NewCell, Part
from site_builder.conversion.pictures import Picture
from site_builder.records.model import Output
from site_builder.typed.prompting import with_prompts
from site_builder.verification.typed.errors import raised_error, typed_error
from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import Exchange
from site_builder.verification.typed.findings import Cause, FenceFinding, FenceVerdict
from site_builder.verification.typed.printed import Printed, printed
from site_builder.verification.typed.prompts import Run, runs_of

HIDDEN = "output: false"
RAISES = "error: true"
PROMPT = "prompt: true"
UNSHOWN = "the page does not show what it prints"
COMPARED = (FenceVerdict.SAME, FenceVerdict.SPACING, FenceVerdict.DIFFERS)
PEOPLE = frozenset(("editor", "written", "interactive"))
"""Causes of code that waits for somebody at a keyboard."""
STAY = frozenset(("place", "blanks", "syntax", "input", "installation")) | PEOPLE
"""Causes for which code stays plain although it ran: it is not for running, or ran somewhere else than learners do."""


def choose(exchange: Exchange, ran: Ran, findings: Sequence[FenceFinding], below: Sequence[Picture]) -> Choice:
    """Return what becomes of a fence.

    ``findings`` are those about this fence and the outputs typed below it, ``below`` the pictures there.
    """
    if ran.stopped:
        return LeftPlain(exchange.line, exchange.language, ran.stopped.words)
    if any(line.lstrip().startswith("#|") for line in exchange.code.split("\n")[:1]):
        return LeftPlain(exchange.line, exchange.language, "its first line would be read as an option of the cell")
    shown = printed(output for outputs in ran.outputs for output in outputs)
    cause = _unknown(exchange, findings)
    if shown.raised:
        return _raised(exchange, ran, shown, findings, cause)
    if any(finding.verdict is FenceVerdict.NOT_RAISED for finding in findings):
        return LeftPlain(exchange.line, exchange.language, "an error is typed below it, but it runs")
    if cause and (cause.kind in STAY or _answers(exchange)):
        behind = exchange.stand_in if cause.kind in PEOPLE else ""
        return LeftPlain(exchange.line, exchange.language, cause.words, behind)
    return _ran(exchange, ran, shown, findings, cause, below)


def hidden(cell: NewCell) -> NewCell:
    """Return a cell of which the page does not show what it prints."""
    parts = tuple(replace(part, options=(HIDDEN, *part.options)) for part in cell.parts)
    return replace(cell, parts=parts, hidden=UNSHOWN)


def _unknown(exchange: Exchange, findings: Sequence[FenceFinding]) -> Cause | None:
    first = next((item for item in findings if exchange.line in item.fences), None)
    return first.cause if first and first.verdict is FenceVerdict.UNKNOWN else None


def _raised(exchange: Exchange, ran: Ran, shown: Printed, findings: Sequence[FenceFinding], cause: Cause | None) -> Choice:
    assert shown.raised is not None
    now = raised_error(shown.raised).words.splitlines()[0]
    now = f"stops with exit status {shown.raised.value}" if exchange.language == "bash" else f"raises {now}"
    answered = _answers(exchange) and _answered(exchange, ran)
    if cause and cause.kind != "earlier" and not (answered and cause.kind == "raises"):
        return LeftPlain(exchange.line, exchange.language, cause.words)
    if not (answered or _expected(exchange, findings)):
        words = f"{now}, where something else is typed" if exchange.typed else f"{now}, with nothing typed below it"
        return LeftPlain(exchange.line, exchange.language, words)
    return _cell(exchange, ran, removed=_compared(exchange, findings), options=())


def _answered(exchange: Exchange, ran: Ran) -> bool:
    """Tell whether each error of a session is one that stands there as an answer: of the same type."""
    for run, outputs in zip(runs_of(exchange.code, exchange.language), ran.outputs, strict=True):
        raised = printed(outputs).raised
        if raised is None:
            continue
        now = raised_error(raised)
        said = typed_error(run.answer or "", now.name)
        if exchange.language == "python" and (said is None or said.name != now.name):
            return False
        if exchange.language != "python" and not run.answer:
            return False
    return True


def _expected(exchange: Exchange, findings: Sequence[FenceFinding]) -> bool:
    """Tell whether the error is one that the page shows: of the same type, in whatever words."""
    for finding in findings:
        if finding.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING):
            return True
        worded = finding.cause is not None and finding.cause.kind == "wording"
        if finding.verdict is FenceVerdict.DIFFERS and (worded or (exchange.language != "python" and exchange.of("error"))):
            return True
    return False


def _ran(
    exchange: Exchange, ran: Ran, shown: Printed, findings: Sequence[FenceFinding], cause: Cause | None, below: Sequence[Picture]
) -> Choice:  # fmt: skip
    text = bool(shown.out.strip() or shown.errors.strip())
    if not text and not shown.pictures:
        reason = "prints nothing, so what is typed below it stays" if exchange.typed and not cause else ""
        return _cell(exchange, ran, hidden=reason)
    if cause:
        words = f"{cause.words}, so what is typed below it stays" if exchange.typed else UNSHOWN
        return _cell(exchange, ran, options=(HIDDEN,), hidden=words)
    removed = _compared(exchange, findings)
    if _answers(exchange):
        return _cell(exchange, ran)
    if len(below) == shown.pictures == 1:
        note = "the caption loses its markup" if below[0].marked else ""
        return replace(_cell(exchange, ran, removed=removed, options=_named(below[0])), picture=below[0], note=note)
    if below and shown.pictures:
        words = f"draws {shown.pictures} figures, and {len(below)} pictures are below it"
        return _cell(exchange, ran, options=(HIDDEN,), hidden=words)
    if not removed:
        words = "text stands between it and what is typed" if exchange.typed else UNSHOWN
        return _cell(exchange, ran, options=(HIDDEN,), hidden=words)
    note = "it draws a figure that the page did not have" if shown.pictures else ""
    return replace(_cell(exchange, ran, removed=removed), note=note)


def _compared(exchange: Exchange, findings: Sequence[FenceFinding]) -> tuple[int, ...]:
    """Return the lines of the typed outputs that the cell's own take the place of: those directly below that were compared."""
    near = {item.line for item in exchange.typed if item.near}
    return tuple(sorted(near.intersection(line for finding in findings if finding.verdict in COMPARED for line in finding.fences)))


def _answers(exchange: Exchange) -> bool:
    return any(run.answer for run in runs_of(exchange.code, exchange.language))


def _named(picture: Picture) -> tuple[str, ...]:
    from json import dumps

    named = [f"label: {picture.label}"] if picture.label else []
    named += [f"fig-cap: {dumps(picture.caption, ensure_ascii=False)}"] if picture.caption else []
    return (*named, *((f"fig-alt: {dumps(picture.alternative, ensure_ascii=False)}",) if picture.alternative is not None else ()))


def _cell(
    exchange: Exchange, ran: Ran, *, removed: tuple[int, ...] = (), options: tuple[str, ...] = (), hidden: str = ""
) -> NewCell:  # fmt: skip
    runs = runs_of(exchange.code, exchange.language)
    if all(run.answer is None for run in runs):
        raises = _raises(ran.outputs)
        parts: tuple[Part, ...] = (Part(exchange.code, (*options, *raises)),)
        return NewCell(exchange.line, exchange.language, exchange.code, parts, removed, hidden=hidden)
    parts = tuple(_parts(exchange, runs, ran, options))
    return NewCell(exchange.line, exchange.language, exchange.code, parts, removed, hidden=hidden, asis=False)


def _raises(outputs: Sequence[Sequence[Output]]) -> tuple[str, ...]:
    return (RAISES,) if any(printed(each).raised for each in outputs) else ()


def _parts(exchange: Exchange, runs: Sequence[Run], ran: Ran, options: tuple[str, ...]) -> list[Part]:
    """Divide a session: one cell, or one for each command where answers stand between them or a value would be lost."""
    language = exchange.language
    apart = any(run.answer for run in runs[:-1]) or (language != "bash" and any(outputs for outputs in ran.outputs[:-1]))
    groups: list[tuple[Run, Sequence[Sequence[Output]]]] = [(run, (outputs,)) for run, outputs in zip(runs, ran.outputs, strict=True)]
    if not apart:
        groups = [(Run("\n".join(run.source for run in runs)), ran.outputs[-1:] if language == "bash" else ran.outputs)]
    asked = with_prompts("\n".join(run.source for run in runs), language) == _without_answers(exchange.code, runs)
    prompt = (PROMPT,) if asked else ()
    return [Part(run.source, (*options, *_raises(outputs), *prompt)) for run, outputs in groups]


def _without_answers(code: str, runs: Sequence[Run]) -> str:
    """Return a session's own lines, if nothing is left of it without its answers but prompts and code."""
    answers = {line.strip() for run in runs for line in (run.answer or "").split("\n")}
    kept = [line.rstrip() for line in code.split("\n")]
    return "\n".join(line for line in kept if not line.strip() or line.strip() not in answers)
