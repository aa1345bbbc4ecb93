"""Judge all fences of a page in one pass: what differs, what is the same, and what cannot be told, with the first cause of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from site_builder.verification.typed import causes
from site_builder.verification.typed.asides import SetAside
from site_builder.verification.typed.causes import Setting
from site_builder.verification.typed.errors import (
    raised_error,
    typed_error,
)  # fmt: skip
from site_builder.verification.typed.exchange_judging import Judged, Ran
from site_builder.verification.typed.fences import Exchange, Fences, Place
from site_builder.verification.typed.findings import WRONG, Cause, FenceFinding, FenceVerdict
from site_builder.verification.typed.keyboard import edited_files
from site_builder.verification.typed.names import Names, names_from, names_in, names_where, shown_owner
from site_builder.verification.typed.printed import Printed, printed
from site_builder.verification.typed.shells import with_unknown_places

EARLIER = Cause("earlier", "", "depends on what earlier episodes leave, which may be something else for learners")
EVERYTHING = ""
"""Stands for all names, where a whole session was lost."""


def judge(fences: Fences, ran: Mapping[int, Ran], setting: Setting) -> tuple[FenceFinding, ...]:
    """Return the findings of a page in the order of their lines; ``ran`` is by the number of the exchange from 0."""
    page = _Page(setting)
    found = [finding for number, exchange in enumerate(fences.exchanges) for finding in page.judge(exchange, ran.get(number, Ran()))]
    found = [*with_unknown_places(found, fences.exchanges, (*setting.files, *setting.there))]
    left = [
        FenceFinding(FenceVerdict.LEFT_OUT, item.line, (item.line,), "", Cause("left out", item.reason, item.reason))
        for item in fences.left_out
    ]
    return tuple(sorted((*found, *left), key=lambda finding: finding.fences[0] if finding.fences else finding.line))


class _Page:
    """What is known while a page is judged from top to bottom: which names depend on something that could not be run, and why."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._tainted: dict[tuple[str, str], Cause] = dict.fromkeys(setting.recalled, EARLIER)
        self._bound: dict[str, set[str]] = {}
        self._roots: dict[tuple[str, str], Cause] = {}
        self._seeded = False
        self._modules: set[str] = set()
        self._aside = SetAside()

    def judge(self, exchange: Exchange, ran: Ran) -> Iterator[FenceFinding]:
        names = names_in(exchange.code, exchange.language)
        self._modules |= names.modules
        self._seeded |= bool(causes.SEEDED.search(exchange.code))
        before = self._followed(exchange, names)
        if ran.stopped:
            cause = self._root(ran.stopped, exchange.line + 1)
            if ran.lost:
                self._taint(exchange.language, {*self._bound.get(exchange.language, ())}, cause)
            self._taint(exchange.language, self._undone(names), cause)
            yield self._unknown(exchange, cause, exchange.line + 1)
            return
        if exchange.language == "bash" and (waits := causes.of_people(exchange, self._setting)):
            cause = self._root(waits, exchange.line + 1)
            if waits.kind == "editor":
                self._taint("bash", edited_files(exchange.code), cause)
            yield self._unknown(exchange, cause, exchange.line + 1)
            return
        shown = printed(output for outputs in ran.outputs for output in outputs)
        judged = Judged(exchange, shown, ran, self._setting)
        found = tuple(judged.findings())
        obstacle = self._obstacle(exchange, shown, found, names, before)
        self._aside.take(exchange, names)
        wrong = any(finding.verdict in WRONG for finding in found)
        if obstacle and (wrong or _unexpected(exchange, shown, found)):
            line = shown.line(exchange.line + 1, exchange.code.count("\n") + 1) if shown.raised else exchange.line + 1
            cause = self._root(obstacle, line)
            self._taint(exchange.language, self._lost(exchange, names, shown, cause, line), cause)
            if all(finding.verdict in (*WRONG, FenceVerdict.UNTYPED) for finding in found):
                yield replace(self._unknown(exchange, cause, line if not exchange.typed else exchange.typed[0].line))
            else:
                yield from (replace(each, verdict=FenceVerdict.UNKNOWN, cause=cause) if each.verdict in WRONG else each for each in found)
            return
        if before is None:
            self._untaint(exchange.language, names.bound)
        else:
            self._taint(exchange.language, names.bound, before)
        self._taint_what_varies(exchange)
        if shown.raised and exchange.language != "bash" and not _same_error_typed(exchange, shown):
            line = shown.line(exchange.line + 1, exchange.code.count("\n") + 1)
            words = f"depends on what {raised_error(shown.raised).name} kept from running"
            undone = names_from(exchange.code, exchange.language, line - exchange.line)
            shows = exchange.language == "python" and exchange.of("output", near=True)
            kept = {shown_owner(exchange.code)} if shows else set[str]()
            self._taint(exchange.language, self._undone(undone) - kept, self._root(Cause("after", str(line), words), line))
            names = replace(names, bound=names.bound - undone.bound)
        self._bound.setdefault(exchange.language, set()).update(names.bound)
        yield from found

    def _taint_what_varies(self, exchange: Exchange) -> None:
        """Take note of names that code binds to something random, or to something of this machine or moment."""
        language = exchange.language
        for pattern, cause in (
            (causes.RANDOM, None if self._seeded else causes.RANDOM_CAUSE),
            (causes.of_machine(language), causes.MACHINE_CAUSE if language != "bash" else None),
        ):
            if cause and pattern.search(exchange.code):
                names = names_where(pattern, exchange.code, language)
                self._taint(language, self._undone(names) - names.modules, self._root(cause, exchange.line + 1))

    def _followed(self, exchange: Exchange, names: Names) -> Cause | None:
        """Return the first cause on which names that the code uses depend."""
        if everything := self._tainted.get((exchange.language, EVERYTHING)):
            return everything
        found = [cause for (language, name), cause in self._tainted.items() if language == exchange.language and name in names.used]
        return min(found, key=lambda cause: cause.line, default=None)

    def _obstacle(
        self, exchange: Exchange, shown: Printed, found: Sequence[FenceFinding], names: Names, before: Cause | None
    ) -> Cause | None:
        """Return why a difference, or an error, says nothing about the page; None if it does."""
        code, setting = exchange.code, self._setting
        if shown.raised and exchange.language != "bash":
            own = causes.of_error(shown.raised, code, setting)
            if own and not _same_error_typed(exchange, shown) and not (own.kind == "syntax" and exchange.of("error")):
                return own if own.kind != "name" else self._tainted.get((exchange.language, own.about)) or before or own
        elif exchange.language == "bash" and (lost := _lost_in_shell(exchange, shown, setting)):
            return lost
        if before:
            return before
        if excuse := causes.in_code(code, exchange.language, setting, seeded=self._seeded):
            return excuse
        if exchange.place is Place.EXERCISE and self._is_a_task(exchange, shown):
            return Cause("exercise", "", "learners write, complete or repair this code")
        if shown.raised and not exchange.typed:
            error = raised_error(shown.raised)
            words = (
                f"stops with exit status {shown.raised.value}" if exchange.language == "bash" else f"raises {error.words.splitlines()[0]}"
            )
            return Cause("raises", words, f"{words}, with nothing typed below it")
        if aside := self._aside.cause(exchange, names):
            return aside
        if not shown.out.strip() and not shown.raised and exchange.typed and not exchange.typed[0].near:
            return Cause("apart", "", "prints nothing, so the output below the text may be that of something else")
        return None

    @staticmethod
    def _is_a_task(exchange: Exchange, shown: Printed) -> bool:
        silent = not shown.out.strip() or shown.raised is not None
        return silent or not all(item.near for item in exchange.typed)

    def _root(self, cause: Cause, line: int) -> Cause:
        """Return the first cause of its key, which begins at ``line`` if it is new."""
        return self._roots.setdefault(cause.key, cause if cause.line else replace(cause, line=line))

    def _undone(self, names: Names) -> set[str]:
        """Return what code would have bound or changed.

        A module whose function it calls stays what it is, and what it fails to import stays what the page has defined itself.
        """
        own = names.modules & self._bound.get("python", set())
        return {*(names.bound - own), *(names.changed - self._modules)}

    def _lost(self, exchange: Exchange, names: Names, shown: Printed, cause: Cause, line: int) -> set[str]:
        """Return the names that depend on why code could not be judged: after an error all of those that it would have bound."""
        code, language = exchange.code, exchange.language
        if shown.raised:
            return self._undone(names_from(code, language, line - exchange.line))
        pattern = {"random": causes.RANDOM, "machine": causes.of_machine(language)}.get(cause.kind)
        self._bound.setdefault(language, set()).update(names.modules)
        return self._undone(names if pattern is None or language == "bash" else names_where(pattern, code, language)) - names.modules

    def _taint(self, language: str, names: Iterable[str], cause: Cause) -> None:
        for name in names:
            self._tainted[language, name] = cause

    def _untaint(self, language: str, names: Iterable[str]) -> None:
        for name in names:
            self._tainted.pop((language, name), None)

    def _unknown(self, exchange: Exchange, cause: Cause, line: int) -> FenceFinding:
        fences = (exchange.line, *(item.line for item in exchange.typed))
        return FenceFinding(FenceVerdict.UNKNOWN, line, fences, exchange.language, cause)


def _unexpected(exchange: Exchange, shown: Printed, found: Sequence[FenceFinding]) -> bool:
    """Tell whether code failed, and no typed error says that it should."""
    if shown.raised is None:
        return False
    return not any(finding.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING) for finding in found)


def _same_error_typed(exchange: Exchange, shown: Printed) -> bool:
    assert shown.raised is not None
    now = raised_error(shown.raised)
    found = [typed_error(item.text, now.name) for item in exchange.typed if item.kind != "warning"]
    if exchange.language == "r":
        return bool(exchange.of("error"))
    return any(error is not None and error.name == now.name for error in found)


def _lost_in_shell(exchange: Exchange, shown: Printed, setting: Setting) -> Cause | None:
    """Return what a shell lacked, unless that is what is typed."""
    own = None if exchange.of("error") else causes.of_shell(shown.mixed, setting)
    typed = [causes.of_shell(item.text, setting) for item in exchange.typed]
    return own if own and own.key not in [cause.key for cause in typed if cause] else None
