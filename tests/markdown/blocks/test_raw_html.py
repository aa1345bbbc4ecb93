"""HTML between blocks: which tags hold blocks, what their indentation means, and where text beside them ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def compact(html: str) -> str:
    """Return HTML without line breaks and the white space around them."""
    return re.sub(r"\s*\n\s*", "", html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            '<video controls>\n  <source src="a.wav">\n  <track kind="captions" src="a.vtt">\n</video>\n\n## After',
            '<video controls><source src="a.wav"><track kind="captions" src="a.vtt"></video><h2 id="after">After</h2>',
        ),
        ("<audio>\n<source src=x />\nText </audio> tail", "<audio><source src=x />Text</audio><p>tail</p>"),
        ("<audio>\n<source src=x>\nText </audio> tail", "<audio><source src=x><p>Text </audio> tail</p>"),
        ('<object data="x"><p>*a*</p></object> z', '<object data="x"><p><em>a</em></p></object><p>z</p>'),
        ("<button>\n  A\n\n  B\n</button>", "<button><p>A</p>B</button>"),
        (
            '<svg width="3"\n   height="4">\n  <g>\n    <path d="M0 0"/>\n  </g>\n</svg>',
            '<svg width="3"\n   height="4"><g><path d="M0 0"/></g></svg>',
        ),
        ("text <video><source src=x></video> tail", "<p>text <video><source src=x></video> tail</p>"),
        ("text\n<audio>\n</audio>", "<p>text<audio></audio></p>"),
        (
            "<table>\n    <tr>\n        <td>a</td>\n    </tr>\n    <tr>\n        <td>*b*</td>\n    </tr>\n</table>",
            "<table><tr><td>a</td></tr><tr><td><em>b</em></td></tr></table>",
        ),
        ("<dl>\n\t<dt>a</dt>\n\t<dd>b</dd>\n</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        (
            "<details>\n    <summary>More</summary>\n    Hidden *text*\n</details>",
            "<details><summary>More</summary>Hidden <em>text</em></details>",
        ),
        ("<blockquote>\n    a\n\n    b\n</blockquote>", "<blockquote><p>a</p>b</blockquote>"),
        ("<h2>\n    A *b*\n</h2>", "<h2>A <em>b</em></h2>"),
        ("<td>\n    - a\n    - b\n\n    c\n</td>", "<td><ul><li>a<ul><li>b</li></ul>\nc</li></ul></td>"),
        ("<td>\n\n    - a\n</td>", '<td><pre class="sh"><code>- a</code></pre></td>'),
        ("<td>\n- a\n</td>\nmore", "<td><ul><li>a</li></ul></td><p>more</p>"),
        ("<center>a\n\n    b\n</center>", '<center><p>a</p><pre class="sh"><code>b</code></pre></center>'),
        ("<div>\n    <p>x</p>\n</div>", '<div><pre class="sh"><code>&lt;p&gt;x&lt;/p&gt;</code></pre></div>'),
        ("<ul>\n  <li>a\n  <li>b\n</ul>\n\nc", "<ul><li>a<li>b</ul><p>c</p>"),
        ("<audio>\n</audio>     tail", '<audio></audio><pre class="sh"><code> tail</code></pre>'),
        ("<pre>a <pre>*b*</pre> c</pre> *d*", "<pre>a <pre>*b*</pre> c</pre><p><em>d</em></p>"),
        ("<pre\nclass='k'>\n\n*b*</pre>", "<pre\nclass='k'>\n\n*b*</pre>"),
        ('a <script>let x = "<p>"</script> b', '\na<script>let x = "<p>"</script><p>b</p>'),
        ("<figcaption>## Head</figcaption>", "<figcaption>## Head</figcaption>"),
        ("<hr/>\n    a", "<hr/><p>a</p>"),
        ("<note>\n  *a*\n</note>", "<note><em>a</em></note>"),
        ("::: callout\n\n<hr>\n\na\n\n:::\n\nb", '<div class="callout"><hr><p>a</p></div><p>b</p>'),
        ("<div>\n<video>\n<source>\n</video>\n</div>\n\nb", "<div><video><source></video></div><p>b</p>"),
    ],
)
def test_elements_between_blocks(html: Callable[[str], str], source: str, expected: str) -> None:
    assert compact(html(source)) == compact(expected)


def test_a_start_tag_may_take_any_number_of_lines(html: Callable[[str], str]) -> None:
    tag = "<table\n" + "".join(f'data-a{number}="x"\n' for number in range(60)) + ">"
    assert html(f"{tag}\n<tr>\n<td>*a*</td>\n</tr>\n</table>") == f"{tag}<tr><td><em>a</em></td></tr></table>"


@pytest.mark.parametrize(("source", "expected"), [("<div>\n<p>a\n</div>\nb", []), ("<div>\n\na", [("LS204", 1)]), ("::: a\n<hr>\n:::", [])])
def test_an_element_without_end_tag_leaves_no_div_open(
    problems: Callable[[str], list[tuple[str, int]]], source: str, expected: list[tuple[str, int]]
) -> None:
    assert problems(source) == expected
