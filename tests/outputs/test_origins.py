"""A page's policy: its own files, the hosts that it names, and scripts that the builder knows by their digest."""

from __future__ import annotations

import base64
import hashlib

import pytest

from site_builder.outputs.origins import digests, frame_policy, joined, policy, sources


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<img alt='a' src='https://a.org/x.png'>", {"img-src": {"https://a.org"}}),
        ("<img srcset='//a.org:80/x 2x, http://b.org/y 3x'>", {"img-src": {"https://a.org:80", "http://b.org"}}),
        ("<SCRIPT\nSRC=https://a.org/x.js></SCRIPT>", {"script-src": {"https://a.org"}}),
        ("<iframe src='https://a.org'></iframe>", {"frame-src": {"https://a.org"}}),
        ("<p style='background: url(https://a.org/x)'>", {"img-src": {"https://a.org"}}),
        ("<a href='https://a.org/'>a</a> https://b.org", {}),
        ("<img src='a//b.png' alt='x'>", {}),
        ("<p title='<img src=x>'>https://a.org</p>", {}),
    ],
)
def test_hosts_by_directive(html: str, expected: dict[str, set[str]]) -> None:
    assert sources(html) == expected


def test_nothing_that_a_page_names_changes_the_rest_of_its_policy() -> None:
    hostile = sources("<img src=\"https://a.org;script-src 'unsafe-inline'\"><script src='https://*/x'></script>")
    assert "unsafe-inline" not in policy(hostile).replace("style-src 'self' 'unsafe-inline'", "")
    assert "*" not in policy(hostile)


def test_hosts_and_digests_are_in_their_directives() -> None:
    made = policy(joined({"script-src": ["'sha256-x'"]}, {"script-src": ["https://a.org"], "img-src": ["https://b.org"]}))
    assert "script-src 'self' 'sha256-x' https://a.org;" in made
    assert "img-src 'self' data: https://b.org;" in made
    assert "base-uri 'none'" in made
    assert "base-uri 'self'" in policy(base=True)


def test_digests_are_those_of_scripts_without_places_to_fill() -> None:
    template = "<script>a()</script><script data-x='{{ y }}'>b()</script><script>{{ c }}</script><script src='x'></script>"
    wanted = [base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"a()", b"b()")]
    assert digests(template) == tuple(f"'sha256-{digest}'" for digest in wanted)


def test_a_document_in_a_frame_of_its_own_runs_and_loads_what_it_names() -> None:
    made = frame_policy("<script src='https://cdn.org/a.js'></script>")
    assert "script-src 'unsafe-inline' 'unsafe-eval' data: blob: https://cdn.org;" in made
    assert made.startswith("default-src 'none'")
