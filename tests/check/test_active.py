"""What could run in prose has a name and a line, and can be accepted; ordinary HTML has none."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.check.acceptance import acceptances
from site_builder.check.accepted import divide
from site_builder.check.active import check_active, check_files, check_hosts
from site_builder.check.findings import source_page
from site_builder.markdown.reader import read
from site_builder.problems import Report, Severity
from site_builder.settings.lesson import Settings

PATH = PurePosixPath("episodes/x.md")


def found(text: str) -> list[str]:
    """Return code and line of each finding."""
    return [f"{each.code}:{each.location.line}" for each in check_active(source_page(read(text, PATH), text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\n<script>x()</script>\n", ["LS852:3"]),
        ("<p>\n<b\nonclick='x()'>b</b></p>\n", ["LS853:2"]),
        ("![a](b.png){onerror=x}\n", ["LS853:1"]),
        ("[a](javascript:x)\n", ["LS854:1"]),
        ("<a href='java&#10;script:x'>a</a>\n", ["LS854:1"]),
        ("<a href='data:text/html,x'>a</a>\n", ["LS854:1"]),
        ("<iframe src='https://example.org/'></iframe>\n", ["LS855:1"]),
        ("<iframe srcdoc='x'></iframe>\n", ["LS855:1"]),
        ("<meta http-equiv=refresh content='1'>\n", ["LS856:1"]),
        ("<form action='https://example.org'></form>\n", ["LS856:1"]),
        ("```{=html}\n<embed src=a.swf>\n```\n", ["LS856:1"]),
        ("<svg onload=x></svg>\n", ["LS853:1"]),
        ("<svg><image href='data:image/png;base64,AA=='/><path only_selected='false'/></svg>\n", []),
        ("<svg><image href='data:image/svg+xml,x'/></svg>\n", ["LS854:1"]),
    ],
)
def test_what_could_run_is_an_error_at_its_line(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<iframe src='https://www.youtube-nocookie.com/embed/x'></iframe>\n",
        "<script type='application/json'>{}</script>\n",
        "<details open><summary>a</summary>b</details>\n",
        "<img src='data:image/png;base64,AA'>\n",
        "`<script>` and `onclick=` as code, [a](b.html) and <mailto:a@example.org>\n",
        "<style>p { color: red }</style>\n",
    ],
)
def test_ordinary_html_has_no_finding(text: str) -> None:
    assert found(text) == []


def test_each_is_accepted_by_its_name_alone() -> None:
    text = (
        "Text.\n\n<!-- lesson: allow LS855 the university's own player -->\n\n<iframe src='https://example.org/' onload='x()'></iframe>\n"
    )
    document = read(text, PATH)
    report = Report(tuple(check_active(source_page(document, text))))
    accepted, _ = acceptances(Settings(), {PATH: document})
    assert [(problem.code, problem.severity) for problem in divide(report, accepted).report.problems] == [("LS853", Severity.ERROR)]


def test_hosts_that_a_page_loads_from_are_named_once() -> None:
    text = "![a](https://example.org/a.png)\n\n![b](https://example.org/b.png)\n\n<script src='//cdn.example.org/x.js'></script>\n\n[c](https://other.org/)\n"
    problems = list(check_hosts(source_page(read(text, PATH), text)))
    assert [(problem.location.line, problem.message.rpartition(" ")[2]) for problem in problems] == [
        (1, "https://example.org"), (5, "https://cdn.example.org"),
    ]  # fmt: skip


def test_files_with_scripts_are_named() -> None:
    files = {PurePosixPath("fig/a.svg"): "<svg>\n<script>x()</script></svg>", PurePosixPath("fig/b.svg"): "<svg><path d='M0 0'/></svg>"}
    assert [str(problem.location) for problem in check_files(files)] == ["fig/a.svg:2"]
