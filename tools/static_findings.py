"""Write docs/static-findings.md: what `lesson verify --static` says of real lessons.

    python tools/static_findings.py FOLDER OUTPUT

FOLDER holds lessons as ``NAME/source``. Nothing of their text gets into the page: counts, causes and line numbers only.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from site_builder.commands.static_report import cause_words, differing, table
from site_builder.errors import SiteBuilderError
from site_builder.operations.verify_static import StaticReport, verify_static
from site_builder.pipeline.model import Options
from site_builder.verification.typed.findings import FenceVerdict

LABELS = Path(__file__).parents[1] / "tests" / "verification" / "labels"
"""Verdicts that people wrote, which tests read as well."""
JUDGED = LABELS.with_name("judged")
"""A second judgement of whole lessons, by somebody who had not seen what is found."""
PACKAGES = ("numpy", "pandas", "matplotlib", "scikit-image", "scikit-learn", "seaborn")
HEAD = """# What `verify --static` finds in real lessons

Written by `tools/static_findings.py`; see [verification](verification.md) for what the words mean. Each lesson is the copy among our test
lessons, in which large files are empty or left out, so more is unknown here than where its authors work. A fence of code and one of output
both count as one fence.

Run with Python {python} and {packages}.

| lesson | fences | looked at | same | differs | unknown | nothing typed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


BY_HAND = """
## Against verdicts by hand

Each typed output was judged by a person, too; the last column tells how. Where they judged what had been found, nobody knows what
was missed.

| lesson | wrong by hand | found | too many | judged |
| --- | ---: | ---: | ---: | --- |
"""


AGAIN = """
## Judged once more, unseen

After the last rule was written, every output of these lessons was judged from its fence and a run of the code, without sight of
what is found or of the verdicts above; strictly, so that other white space, quotation marks or a warning beside the right value count.
What the command, or that judgement, calls unknown is left out. "White space" is where nothing else differs.

| lesson | same for both | wrong for both | found alone | by hand alone: white space | by hand alone: others | judged |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
"""


def main() -> int:
    """Run all lessons of a folder and write the page."""
    parser = argparse.ArgumentParser(description="Write what `lesson verify --static` finds in real lessons.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    reports: dict[str, StaticReport] = {}
    for source in sorted(given.folder.glob("*/source")):
        name = source.parent.name.replace("__", "/", 1)
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(shutil.copytree(source, Path(scratch) / "lesson"))
            try:
                reports[name] = verify_static(root, Options("host"), ())
            except SiteBuilderError as error:
                sys.stderr.write(f"{name}: {error.message}\n")
    given.output.write_text("".join(_page(reports)), encoding="utf-8")
    return 0


def _labelled(reports: dict[str, StaticReport]) -> Iterator[str]:
    """Yield what was found beside what people judged (`LABELS`), by lesson."""
    yield BY_HAND
    right = wrong = many = 0
    for file in sorted(LABELS.glob("*.txt")):
        name, lines = file.stem.replace("__", "/", 1), file.read_text(encoding="utf-8").splitlines()
        if name not in reports:
            continue
        by_hand = {tuple(line.split()) for line in lines if line and not line.startswith("#")}
        found = {(item.path.stem, str(finding.line)) for item, finding in differing(reports[name])}
        how = " ".join(line.removeprefix("# ") for line in lines[1:] if line.startswith("#"))
        yield f"| {name} | {len(by_hand)} | {len(by_hand & found)} | {len(found - by_hand)} | {how} |\n"
        right, wrong, many = right + len(by_hand & found), wrong + len(by_hand), many + len(found - by_hand)
    yield f"| all | {wrong} | {right} | {many} | |\n"


def _judged(reports: dict[str, StaticReport]) -> Iterator[str]:
    """Yield what was found beside the second judgement (`JUDGED`), by lesson."""
    yield AGAIN
    total: Counter[str] = Counter()
    for file in sorted(JUDGED.glob("*.txt")):
        name, (how, *lines) = file.stem.replace("__", "/", 1), file.read_text(encoding="utf-8").splitlines()
        if name not in reports:
            continue
        said = {(item.path.stem, str(each.line)): each.verdict for item in reports[name].episodes for each in item.findings}
        found = {(item.path.stem, str(each.line)) for item, each in differing(reports[name])}
        counts = Counter(
            _agreement(verdict, said.get((slug, line)), (slug, line) in found) for slug, line, verdict in map(str.split, lines)
        )
        total += counts
        yield f"| {name} | {' | '.join(str(counts[kind]) for kind in AGREEMENTS)} | {how.removeprefix('# ')} |\n"
    yield f"| all | {' | '.join(str(total[kind]) for kind in AGREEMENTS)} | |\n"


AGREEMENTS = ("same", "wrong", "found", "spacing", "missed")


def _agreement(by_hand: str, verdict: FenceVerdict | None, found: bool) -> str:
    """Tell how a judgement and a verdict agree; empty where one of them knows nothing."""
    if by_hand == "unknown" or not (found or verdict in (FenceVerdict.SAME, FenceVerdict.SPACING)):
        return ""
    if found:
        return "found" if by_hand == "same" else "wrong"
    return {"same": "same", "spacing": "spacing", "differs": "missed"}[by_hand]


def _page(reports: dict[str, StaticReport]) -> Iterator[str]:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES if _version(name))
    yield HEAD.format(python=platform.python_version(), packages=packages or "no further packages")
    for name, report in reports.items():
        fences, same, differs, unknown, untyped, left = (int(number) for number in table(report)[-1][1:])
        if fences - left:
            yield f"| {name} | {fences} | {fences - left} | {same} | {differs} | {unknown} | {untyped} |\n"
    yield "\n## What differs\n\n| lesson | cause | outputs | where |\n| --- | --- | ---: | --- |\n"
    for name, report in reports.items():
        found = differing(report)
        for cause, number in Counter(_kind(cause_words(finding)) for _, finding in found).most_common():
            places = ", ".join(f"{item.path.stem}:{finding.line}" for item, finding in found if _kind(cause_words(finding)) == cause)
            yield f"| {name} | {cause} | {number} | {places} |\n"
    yield from _labelled(reports)
    yield from _judged(reports)
    yield "\n## What is unknown\n\n| lesson | cause | fences |\n| --- | --- | ---: |\n"
    for name, report in reports.items():
        counts: Counter[str] = Counter()
        for item in report.episodes:
            for finding in item.findings:
                if finding.verdict is FenceVerdict.UNKNOWN and finding.cause:
                    counts[WORDS.get(finding.cause.kind, finding.cause.words)] += len(finding.fences)
        for cause, number in counts.most_common():
            yield f"| {name} | {cause} | {number} |\n"


WORDS = {
    "file": "a file is not where the code looks for it", "name": "a name that nothing above defines", "package": "a package is missing",
    "program": "a program is missing", "raises": "an error with nothing typed below it", "placeholder": "a file is empty in the copy",
    "stopped": "it ends the session, or does not end", "here": "what an error misses is there here",
}  # fmt: skip
"""Kinds of causes whose words name something of the lesson."""


def _kind(words: str) -> str:
    return "an error where an output is typed" if words.startswith("raises ") else words


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
