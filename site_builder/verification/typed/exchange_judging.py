"""Judge one exchange: what is typed against what was printed, as if nothing excused a difference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from site_builder.records.model import Output, Raised
from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.causes import Setting
from site_builder.verification.typed.errors import (
    Error,
    looks_like_error,
    r_message,
    raised_error,
    same_error,
    typed_error,
    warnings_in,
)  # fmt: skip
from site_builder.verification.typed.fences import Exchange, Typed
from site_builder.verification.typed.findings import WARNS, Cause, FenceFinding, FenceVerdict
from site_builder.verification.typed.likeness import Likeness, likeness
from site_builder.verification.typed.printed import Printed, printed
from site_builder.verification.typed.prompts import runs_of
from site_builder.verification.typed.text import squeezed, trimmed

FIGURE = re.compile(r"^<Figure size [\d.]+x[\d.]+ with \d+ Axes>$\n?", re.MULTILINE)
HUNK = re.compile(r"@@ -(?P<line>\d+)")
HERE = frozenset(("ModuleNotFoundError", "ImportError", "FileNotFoundError"))
"""Errors of what is not there, which may be there here."""

OF_THE_LANGUAGE = frozenset(("SyntaxWarning", "DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"))
"""Warnings of what code is written like, which whoever types it gets too (https://docs.python.org/3/library/warnings.html)."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a fence ran: the outputs of each of its runs, or why it did not run to its end (``lost``: the session was gone afterwards)."""

    outputs: tuple[tuple[Output, ...], ...] = ()
    stopped: Cause | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """One exchange: what is typed against what was printed, as if nothing excused a difference."""

    exchange: Exchange
    shown: Printed
    ran: Ran
    setting: Setting

    def findings(self) -> Iterator[FenceFinding]:
        """Yield a finding for each stream that is typed, or one for code that has nothing typed below it."""
        runs = runs_of(self.exchange.code, self.exchange.language)
        first: tuple[int, ...] = (self.exchange.line,)
        found = [*self._answers(runs)] if any(run.answer is not None for run in runs) and not self.exchange.of("output") else []
        found += [*self._typed()]
        if not found:
            failed = self.shown.raised is not None
            yield FenceFinding(
                FenceVerdict.FAILED if failed else FenceVerdict.UNTYPED,
                self.exchange.line + 1,
                first,
                self.exchange.language,
                self._failure(),
            )
            return
        yield replace(found[0], fences=(*first, *(line for line in found[0].fences if line != self.exchange.line)))
        yield from found[1:]

    def _failure(self) -> Cause | None:
        if self.shown.raised is None:
            return None
        words = f"raises {raised_error(self.shown.raised).words.splitlines()[0]}"
        return Cause("raises", words, words)

    def _answers(self, runs: Sequence[object]) -> Iterator[FenceFinding]:
        """The answers between the prompts of the code, as one output."""
        pairs = list(zip(runs_of(self.exchange.code, self.exchange.language), self.ran.outputs, strict=False))
        typed = "\n".join(run.answer for run, _ in pairs if run.answer)
        if not typed:
            return
        wrong = [
            (run.answer or "", printed(outputs)) for run, outputs in pairs
            if not self._fits(run.answer or "", printed(outputs), run.source)
        ]  # fmt: skip
        if not wrong:
            yield FenceFinding(FenceVerdict.SAME, self.exchange.line, (), self.exchange.language)
            return
        answer, shown = wrong[0]
        difference = difference_of(trimmed(answer), trimmed(shown.mixed), Normalisers(()))
        yield FenceFinding(FenceVerdict.DIFFERS, self.exchange.line, (), self.exchange.language, None, difference)

    def _fits(self, answer: str, shown: Printed, code: str) -> bool:
        if shown.raised and looks_like_error(answer):
            now = raised_error(shown.raised)
            typed = typed_error(answer, now.name)
            return typed is not None and same_error(typed, now)
        if not answer.strip() and shown.values:
            return True
        return any(self._like(answer, text, code).verdict in (FenceVerdict.SAME, FenceVerdict.SPACING) for text in shown.texts)

    def _typed(self) -> Iterator[FenceFinding]:
        exchange = self.exchange
        outputs, errors, warned = exchange.of("output"), exchange.of("error"), exchange.of("warning")
        if outputs and not errors and self.shown.raised and exchange.language != "bash" and self._is_error(outputs[-1].text):
            outputs, errors = outputs[:-1], outputs[-1:]
        if exchange.language == "bash":  # its two streams are one
            yield from self._outputs((*outputs, *errors, *warned)) if outputs or errors or warned else ()
            return
        yield from self._with_new_warnings(self._outputs(outputs)) if outputs else ()
        yield from self._errors(errors) if errors else ()
        yield from self._warnings(warned) if warned else ()

    def _is_error(self, text: str) -> bool:
        """Tell whether a typed output is an error: by its form, or because it names what was raised."""
        assert self.shown.raised is not None
        name = raised_error(self.shown.raised).name
        named = typed_error(text, name) if self.exchange.language == "python" else None
        return looks_like_error(text) or (named is not None and named.name == name)

    def _outputs(self, typed: tuple[Typed, ...]) -> Iterator[FenceFinding]:
        """All typed outputs together are the output, or the first ones are, and text parts the others from the code."""
        if self.shown.pictures:  # what a notebook has beside a figure as text
            typed = tuple(replace(item, text=FIGURE.sub("", item.text)) for item in typed)
        whole = self._best("\n".join(item.text for item in typed))
        if whole.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING) or len(typed) == 1:
            yield self._output(typed, whole)
            return
        near = tuple(item for item in typed if item.near) or typed[:1]
        rest = tuple(item for item in typed if item not in near)
        yield self._output(near, self._best("\n".join(item.text for item in near)) if rest else whole)
        for item in rest:
            alone = self._best(item.text)
            if alone.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING):
                yield self._output((item,), alone)
            else:
                cause = Cause("apart", "", "text parts it from code that has another output already")
                yield FenceFinding(FenceVerdict.UNKNOWN, item.line, (item.line,), self.exchange.language, cause)

    def _with_new_warnings(self, found: Iterable[FenceFinding]) -> Iterator[FenceFinding]:
        """What the code as it is typed makes the language warn of, which readers see above the right output and the page does not show."""
        typed = "\n".join(item.text for item in self.exchange.typed)
        given = warnings_in(self.shown.errors) if self.exchange.language == "python" else []
        new = [each for each in given if each.name in OF_THE_LANGUAGE and each.name not in typed]
        for finding in found:
            if finding.verdict is not FenceVerdict.SAME or not new:
                yield finding
                continue
            cause = Cause(WARNS, new[0].name, f"Python warns today: {new[0].words}")
            difference = difference_of(trimmed(typed), [*(each.words for each in new), *trimmed(typed)], Normalisers(()))
            yield replace(finding, verdict=FenceVerdict.DIFFERS, cause=cause, difference=difference, now=self.shown.mixed.strip("\n"))
            new = []

    def _output(self, typed: tuple[Typed, ...], like: Likeness) -> FenceFinding:
        lines = tuple(item.line for item in typed)
        now, difference, line = self.shown.out.strip("\n"), like.difference, _first_wrong(typed, like.difference)
        several = len(typed) > 1
        cause = Cause("release", like.release, like.release) if like.release else None
        if like.verdict is not FenceVerdict.DIFFERS:
            return FenceFinding(like.verdict, lines[0], lines, self.exchange.language)
        if self.shown.raised and self.exchange.language != "bash" and not self.exchange.of("error"):
            return FenceFinding(
                FenceVerdict.FAILED, line, lines, self.exchange.language, cause or self._failure(), difference, now, several=several
            )
        if not now.strip() and self.shown.pictures:
            cause = Cause("picture", "", "a figure is shown where text is typed")
        return FenceFinding(FenceVerdict.DIFFERS, line, lines, self.exchange.language, cause, difference, now, several=several)

    def _best(self, text: str) -> Likeness:
        """Return how a text compares with the printed one that is most like it."""
        candidates = [self._like(text, now, self.exchange.code) for now in self.shown.texts]
        order = (FenceVerdict.SAME, FenceVerdict.SPACING)
        alike = next((like for verdict in order for like in candidates if like.verdict is verdict), None)
        return alike or min(candidates, key=lambda like: len(like.difference))

    def _like(self, typed: str, now: str, code: str) -> Likeness:
        return likeness(typed, now, code, self.exchange.language, self.setting.normalisers)

    def _errors(self, typed: tuple[Typed, ...]) -> Iterator[FenceFinding]:
        text, lines = "\n".join(item.text for item in typed), tuple(item.line for item in typed)
        language, raised = self.exchange.language, self.shown.raised
        if raised is None:
            if self.shown.errors.strip() and self._like(text, self.shown.errors, self.exchange.code).verdict is FenceVerdict.SAME:
                yield FenceFinding(FenceVerdict.SAME, lines[0], lines, language)
                return
            said = typed_error(text, "")
            if said and said.name in HERE:
                yield FenceFinding(
                    FenceVerdict.UNKNOWN, lines[0], lines, language, Cause("here", said.words, f"what {said.name} misses is there here")
                )
                return
            if not typed[0].near:
                cause = Cause("apart", "", "text parts it from code that raises nothing")
                yield FenceFinding(FenceVerdict.UNKNOWN, lines[0], lines, language, cause)
                return
            yield FenceFinding(FenceVerdict.NOT_RAISED, lines[0], lines, language, None, (), self.shown.out.strip("\n"))
            return
        yield self._r_error(text, lines, raised) if language == "r" else self._error(text, lines, raised)

    def _r_error(self, text: str, lines: tuple[int, ...], raised: Raised) -> FenceFinding:
        before, now = r_message(text), r_message("\n".join(raised.traceback) or raised.value)
        if squeezed(before) == squeezed(now):
            return FenceFinding(FenceVerdict.SAME, lines[0], lines, "r")
        difference = difference_of(trimmed(before), trimmed(now), Normalisers(()))
        return FenceFinding(FenceVerdict.DIFFERS, lines[0], lines, "r", None, difference, "\n".join(raised.traceback) or now)

    def _error(self, text: str, lines: tuple[int, ...], raised: Raised) -> FenceFinding:
        now = raised_error(raised)
        said = typed_error(text, now.name)
        if said and same_error(said, now):
            return FenceFinding(FenceVerdict.SAME, lines[0], lines, self.exchange.language)
        worded = said is not None and said.name == now.name
        cause = Cause("wording", "", "Python, or a library, words its errors differently today") if worded else None
        before = said.words if said else text.strip().split("\n")[-1]
        difference = difference_of(trimmed(before), trimmed(now.words), Normalisers(()))
        return FenceFinding(
            FenceVerdict.DIFFERS, lines[0], lines, self.exchange.language, cause, difference, _renewed(text, said, now.words)
        )

    def _warnings(self, typed: tuple[Typed, ...]) -> Iterator[FenceFinding]:
        text, lines = "\n".join(item.text for item in typed), tuple(item.line for item in typed)
        language, now = self.exchange.language, self.shown.errors
        if language == "r":
            same = squeezed(r_message(text)) == squeezed(r_message(now))
        else:
            before, after = warnings_in(text), warnings_in(now)
            same = bool(before) and all(any(same_error(one, other) for other in after) for one in before)
            same = same or (not before and self._like(text, now, self.exchange.code).verdict is FenceVerdict.SAME)
        difference = () if same else difference_of(trimmed(text), trimmed(now), Normalisers(()))
        yield FenceFinding(
            FenceVerdict.SAME if same else FenceVerdict.DIFFERS, lines[0], lines, language, None, difference, now.strip("\n")
        )


def _first_wrong(typed: Sequence[Typed], difference: Sequence[str]) -> int:
    """Return the line of the typed fence in which a unified diff of all of them together begins."""
    hunk = HUNK.match(difference[0]) if difference else None
    same = next((number for number, line in enumerate(difference[1:]) if not line.startswith(" ")), 0)
    left = int(hunk["line"]) + same - 1 if hunk else 0
    for item in typed:
        left -= len(trimmed(item.text))
        if left < 0:
            return item.line
    return typed[-1].line


def _renewed(typed: str, said: Error | None, now: str) -> str:
    """Return a typed error with today's words: its traceback stays as it is."""
    lines = typed.strip("\n").split("\n")
    if said is not None:
        for number in range(len(lines) - 1, -1, -1):
            if f"{said.name}" in lines[number].partition(":")[0]:
                return "\n".join((*lines[:number], now))
    return now
