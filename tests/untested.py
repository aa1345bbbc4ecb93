"""The table at the end of a run: what was not tested here, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.world import PARTS


def reason_of(report: object) -> str:
    """Return why a test was skipped, without pytest's prefix."""
    text = getattr(report, "longrepr", "")
    reason = str(text[2]) if isinstance(text, tuple) else str(text)
    return reason.removeprefix("Skipped: ")


def rows(reports: Iterable[object]) -> list[tuple[str, str]]:
    """Return number and reason, the commonest reason first; a module that was skipped as a whole counts as such."""
    tests: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for report in reports:
        (modules if isinstance(report, pytest.CollectReport) else tests)[reason_of(report)] += 1
    found = []
    for reason in sorted({*tests, *modules}, key=lambda reason: (-tests[reason], -modules[reason], reason)):
        counts = [str(tests[reason])] if tests[reason] else []
        counts += [f"{modules[reason]} file{'s' * (modules[reason] > 1)}"] if modules[reason] else []
        found.append((" and ".join(counts), reason))
    return found


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the table, also where it is empty: then it says so."""
    table = rows(terminalreporter.stats.get("skipped", ()))
    if "not world" in config.option.markexpr:
        table.append(("world", f"left to `make test-world`: {', '.join(PARTS)}"))
    terminalreporter.section("not tested here")
    if not table:
        terminalreporter.line("everything was")
    width = max((len(count) for count, _ in table), default=0)
    for count, reason in table:
        terminalreporter.line(f"{count:>{width}}  {reason}")
