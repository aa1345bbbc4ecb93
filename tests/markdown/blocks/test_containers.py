"""Paragraphs, quotes, raw HTML, definitions of notes and references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("> a\nb\n\nc", "<blockquote><p>a\nb</p></blockquote><p>c</p>"),
        ("> a\n\n> b", "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>"),
        ("<pre>\n*a*\n\n</pre> *b*", "<pre>*a*\n</pre><p><em>b</em></p>"),
        ("<pre>\n*a*", "<pre><p><em>a</em></p>"),
        ("<script>a</script\nb", "<script><p>a&lt;/script\nb</p>"),
        ("<!-- a\n\nb --> c", "<!-- a\n\nb --><p>c</p>"),
        ("<!-- a\n\nb", "<p>&lt;!– a</p><p>b</p>"),
        ("<table\nclass='k'><tr><td>*a*</td></tr></table>", "<table\nclass='k'><tr><td><em>a</em></td></tr></table>"),
        ("a `<p>` b `` c <p>d", "a <code>&lt;p&gt;</code> b `` c<p><p>d</p>"),
        ("a \\<p> <!-- b <p>", "a &lt;p&gt; &lt;!– b<p>"),
        ("a <b>c</b> <p>", "a <b>c</b><p>"),
        (
            "[^a]: b\n[^c]: d\n\nx[^a]",
            '<p>x<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a></p>'
            '<div class="footnotes footnotes-end-of-document"><hr><ol><li id="fn1"><p>b<a href="#fnref1" class="footnote-back">↩︎</a></p></li></ol></div>',
        ),
        (
            "[^a]:\n\nx[^a]",
            '<p>x<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a></p>'
            '<div class="footnotes footnotes-end-of-document"><hr><ol><li id="fn1"><a href="#fnref1" class="footnote-back">↩︎</a></li></ol></div>',
        ),
        (
            "[^a]: b\n\n        c\n\nx[^a]",
            '<p>x<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a></p>'
            '<div class="footnotes footnotes-end-of-document"><hr><ol><li id="fn1"><p>b</p><pre class="sh"><code>c</code></pre>'
            '<a href="#fnref1" class="footnote-back">↩︎</a></li></ol></div>',
        ),
        ("[a]\n\n[a]: <b c>\n  'd' {.k}", '<p><a href="b%20c" class="k" title="d">a</a></p>'),
        (
            "![][a]\n\n[a]: b.png {alt='" + "x\n" * 40 + "y'}",
            '<p><img src="b.png" alt="' + "x " * 40 + 'y"></p>',
        ),
        (
            "    > a\n> b\n    > c",
            '<pre class="sh"><code>&gt; a</code></pre><blockquote><p>b</p></blockquote><pre class="sh"><code>&gt; c</code></pre>',
        ),
        ("[a]: b c 'd' e", "<p>[a]: b c ‘d’ e</p>"),
        (
            "- > a\n- [^a]: b\n- c[^a]",
            '<ul><li><blockquote><p>a</p></blockquote></li><li></li><li>c<a href="#fn1" class="footnote-ref"'
            ' id="fnref1"><sup>1</sup></a></li></ul><div class="footnotes footnotes-end-of-document"><hr><ol><li id="fn1"><p>b'
            '<a href="#fnref1" class="footnote-back">↩︎</a></p></li></ol></div>',
        ),
        ("[a]: [b]", "<p>[a]: [b]</p>"),
    ],
)
def test_containers_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected


def test_every_reference_has_a_note_of_its_own(html: Callable[[str], str]) -> None:
    shown = html("a[^n] b[^n]\n\n[^n]: c")
    assert [f'href="#fn{number}"' in shown and f'id="fnref{number}"' in shown for number in (1, 2, 3)] == [True, True, False]


def test_a_note_that_refers_to_itself_comes_to_an_end(html: Callable[[str], str]) -> None:
    shown = html("a[^n]\n\n[^n]: c[^n] d^[e]")
    assert [shown.count(f'id="fn{number}"') for number in (1, 2, 3)] == [1, 1, 0]
    assert shown.count('id="fnref1"') == 1


def test_a_note_in_a_caption_is_counted_once(html: Callable[[str], str]) -> None:
    shown = html("![c^[n]](a.png)")
    assert 'alt="c"' in shown
    assert shown.count("<li id=") == 1
