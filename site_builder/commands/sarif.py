"""Problems in the Static Analysis Results Interchange Format, which code scanning and editors read.

SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import site_builder
from site_builder.check.codes import Code, known_codes
from site_builder.commands.documents.episodes import CheckDocument
from site_builder.commands.documents.outcome import CommandOutcome, ProblemEntry, entry_of
from site_builder.release.facts import Release, document_address

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What the paths are relative to: the root of the repository (SARIF 3.14.14)."""


def text(outcome: CommandOutcome, base: PurePosixPath, release: Release) -> str:
    """Return the outcome of a check as a SARIF log; ``base`` is the lesson's folder in its repository.

    Problems that the lesson accepts are among the results, as suppressed ones with the lesson's reason. Why a check stopped, if it did, and
    what else it says are notifications.
    """
    codes = known_codes()
    found = [_result(entry_of(problem), base, codes) for problem in outcome.problems]
    if isinstance(outcome.result, CheckDocument):
        for item in outcome.result.accepted:
            reason = {"kind": "inSource", "justification": item.reason}
            found += [{**_result(entry, base, codes), "suppressions": [reason]} for entry in item.problems]
    driver: dict[str, Any] = {"name": "lesson", "version": site_builder.__version__}
    if release.address:
        driver["informationUri"] = release.address
    driver["rules"] = [_rule(code, release) for code in codes.values()]
    run = {
        "tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "invocations": [_invocation(outcome)], "results": found,
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _rule(code: Code, release: Release) -> dict[str, Any]:
    address = document_address(release, code.page)
    return {
        "id": code.code,
        "shortDescription": {"text": code.meaning.replace("`", "")},
        "help": {"text": code.remedy.replace("`", ""), "markdown": code.remedy},
        "defaultConfiguration": {"level": code.severities[0]},
        **({"helpUri": address} if address else {}),
    }


def _result(entry: ProblemEntry, base: PurePosixPath, codes: Mapping[str, Code]) -> dict[str, Any]:
    region = {"startLine": entry.line, **({"startColumn": entry.column} if entry.column else {})}
    place = {"artifactLocation": {"uri": quote(str(base / entry.path)), "uriBaseId": ROOT}, **({"region": region} if entry.line else {})}
    hint = f" ({entry.hint})" if entry.hint else ""
    index = list(codes).index(entry.code) if entry.code in codes else -1
    return {
        "ruleId": entry.code, **({"ruleIndex": index} if index >= 0 else {}), "level": entry.severity,
        "message": {"text": entry.message + hint}, "locations": [{"physicalLocation": place}],
    }  # fmt: skip


def _invocation(outcome: CommandOutcome) -> dict[str, Any]:
    said = [{"level": level, "message": {"text": words}} for level, words in _notifications(outcome)]
    return {
        "executionSuccessful": outcome.error is None, "exitCode": outcome.exit_code,
        **({"toolExecutionNotifications": said} if said else {}),
    }  # fmt: skip


def _notifications(outcome: CommandOutcome) -> Iterator[tuple[str, str]]:
    if outcome.error:
        yield "error", outcome.error.message + (f" ({outcome.error.hint})" if outcome.error.hint else "")
    if isinstance(outcome.result, CheckDocument) and outcome.result.note:
        yield "note", outcome.result.note
