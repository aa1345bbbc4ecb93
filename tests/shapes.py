"""Texts in which one thing is repeated, nested or never closed: reading them must take a time that grows with their length.

Each shape makes a page of about as many characters as it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isqrt

Shape = Callable[[int], str]
HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"


def repeated(piece: str, before: str = "", after: str = "") -> Shape:
    """One piece again and again."""
    return lambda size: f"{HEAD}{before}{piece * max(1, size // len(piece))}{after}\n"


def counted(form: str) -> Shape:
    """Pieces with a number each."""
    return lambda size: HEAD + "".join(form.replace("@", str(number)) for number in range(size // len(form))) + "\n"


def nested(opener: str, closer: str, around: tuple[str, str] = ("", "")) -> Shape:
    """Something in itself."""

    def make(size: int) -> str:
        count = size // len(opener + closer)
        return f"{HEAD}{around[0]}{opener * count}x{closer * count}{around[1]}\n"

    return make


def wide(head: str, dashes: str, row: str, rows: int = 1) -> Shape:
    """A table of many columns."""

    def make(size: int) -> str:
        count = size // len(head + dashes + row * rows)
        return HEAD + "\n".join((head * count, dashes * count, *[row * count] * rows)) + "\n"

    return make


def growing(mark: str, between: str) -> Shape:
    """Runs of a mark, each longer than the one before."""
    return lambda size: HEAD + between.join(mark * length for length in range(3, isqrt(2 * size))) + "\n"


def front_matter(piece: str, before: str = "", after: str = "") -> Shape:
    """More and more front matter; in a piece, ``@`` is its number."""
    keys = HEAD.removesuffix("---\n\n")
    return lambda size: (
        f"{keys}{before}" + "".join(piece.replace("@", str(number)) for number in range(size // len(piece))) + f"{after}\n---\n\nx\n"
    )


PIECES = (
    # HTML
    "<tr><td>", "</div>", "<div>", "<div></div>", "<div>x</div>", "<p>", "<p>x", "<p>x</p>", "<table><tr><td>a</td></tr></table>", "<hr>",
    "<video></video>", "x <video></video> ", "<!-- a -->", "<!-- a -->x ", "<pre>x</pre>", "<pre>x ", "<script>x</script>", "<style>x\n",
    "<tr>\n<td>\n", "  <tr>\n  <td>a\n", "</div>\n", "<a b='\n<p>\n", "< a\n<p>\n", "<a ", "<a b=", "<span>", "<span>a</span>", "</span>",
    "<b>x</b> ", "<b>x ", "<xx>x ", "<details>", "<p>- a", "<p>1. a", "<p># a</p>", "<p>> a", "<p>```a", "<p>[^a", "<p>[a]: b", "<p>::: a",
    "<p>`a", "<p>$a ", "<p>](a", "<p>[a]{b", "<p>\\<p>", "<p><!-- a", "<p>x <b>y</b></p>", "> <p>x</p>\n", "- <p>x</p><p>\n", "<pre\n>x",
    "<pre ", "<!-- a\n", "<!-- a\n\n", "x <!-- a ", "- <!-- a\n", "<? x\n", "<?", "<? x ?>", "<![CDATA[ x\n", "<![CDATA[", "<!A ", "<!A>",
    "<svg>", "<iframe src='https://x.org/a'></iframe>\n\n", "`<p> ",
    # containers
    "- a\n", "- a\n\n", "- a\n\n  b\n\n", "- a ` b\n", "- a `` b ` c\n  d\n", "- [ ] a\n", "1. a\n", "i) a\n", "(@) a\n", "- ", "> ", "> - ",
    "::: a\n", "::: callout\n\nx\n\n:::\n\n", ":::\n", "a\n:::\n", ":::: a\n:::\n", " ::: a\n", "text\n::: callout\n", ":: callout\n\n",
    "Term *a*\n: def `x`\n\n", "T\n: d\n", "| a\n", "    a\n\n\n", "Table: a\n", ": a\n\n", "--- ---\n", "----- ---\na\n\n", "+---+\n",
    "+---+---+\n| a | b |\n", "a | b\n", "```\nx\n", "```\nx\n```\n", "- ```\n", "> ```\n", "~~~\n", "```{a}\n",
    # headings, references
    "## A\n\n", "## A\n", "## A {#a}\n\n", "##\n\n", "#", "# ", "A\n---\n\n", "A\n===\n", "## A\n\n[A]\n\n", "## <p>\n", "[a]: b\n", "[a\n",
    "[a]: [b]: c\n", "[a][b] ", "[a]: ", "[^1]: b\n\n", "[^", "a^[b] ", "[@a; ", "[@a] ", "@a ", "@a [", "[a](", "[a](<", '[a](b "',
    "[a](b) ", "[a](b){.c ", "![a](", "![a", "![](b.png)\n\n", "[", "]", "[a] ", "[a [", "[a]{.b ", "{{ ",
    # inside text
    "&amp;", "&", "&a", "&#1", "*a* ", "*a ", "**a ", "***a ", "*a **b ", "*", "_a_b", "_", "~~a ", "~a", "^a", "'a ", '"a ', "\"a 'b ",
    "a'b ", "-- ", "...", "a. ", "http://a.b/", "http://a.b/ ", "<http://a.b/ ", "<a:", "a@b", "a@b.c ", "@", "<a@b", "a: ", "a:", ":smile: ",
    ":a", "$a$ ", "$a ", "$", "$$", "$$a ", "$$\na\n$$\n\n", "$a    ", "\\(a ", "\\[a ", "\\begin{a} ", "\\begin{a} \\end{a} ", "\\a", "\\a[",
    "\\a{", "{: .x}\n", "a\n{: .x}\n\n", "{% include x %}\n", "{% ", "> [!NOTE]\n> a\n\n", "\\*", "\\", "a\\\n", "\\ ", "`a` ", "`a ",
    # characters
    "a", "ä", "漢", "abcdefgh ", "a.", "\0", "\t", "a\t", "\r", "a\r\n", "\x0b\x0c", "a\u2028", "\ufeff", "\u202ea", "a\n", "a  \n", "a\n\n", "\n",
    "   \n", "---\n\n", "* ",
)  # fmt: skip

SHAPES: Mapping[str, Shape] = {
    **{repr(piece): repeated(piece) for piece in PIECES},
    **{
        f"{before!r} and spaces": repeated(" ", before, "b")
        for before in (
            "a", "<p a", "[a]: b", "[a]:", "[a](b", '[a](b "c"', "[a]{.b", "$a", "`a", "```a", "```{python, a", "::: a", "# a", "- a\n- c", "* *",
            "a\n---", "a@b.c", "[^a]:", ": a",
        )
    },
    **{f"{form!r} counted": counted(form) for form in (
        "<x@>x ", "## A @\n\n", "@. a\n", "[a@]\n\n[a@]: b\n\n", "[a](#b@) ", "[a](b@.md) ", "[a](https://x.org/@) ", "![a](fig/@.png)\n\n",
        "a[^@]\n\n[^@]: b\n\n", "[^@]: b [^@]\n\n", "## A @\n\n## A\n\n", "[a@]: b 'c\n",
    )},
    "nested divs": nested("<div>", "</div>"), "nested fences": nested("::: callout\n", "\n:::"), "nested tags": nested("<b>", "</b>"),
    "nested sections": nested("<section>", "</section>"), "nested tags in a heading": nested("<b>", "</b>", ("## ", "")),
    "nested elements of an SVG": nested("<g>", "</g>", ("<svg>", "</svg>")), "nested brackets": nested("[", "]"), "nested links": nested("[a", "](b)"),
    "nested images": nested("![a", "](b.png)"), "nested spans": nested("[", "]{.b}"), "nested notes": nested("^[a", "]"),
    "nested citations": nested("[@a; ", "]"), "nested emphasis": nested("*a **b ", "** *"), "nested quotes": nested("'\"", "\"'"),
    "nested braces of a formula": nested("{", "}", ("$$", "$$")), "nested roots": nested("\\sqrt{", "}", ("$$", "$$")),
    "nested pre, of which three end": repeated("<pre>x", "", "</pre>" * 3), "a formula": repeated("a+", "$$", "b$$"),
    "tags above a line of dashes": repeated("<p>x</p>", "", "\n---"), "tags above a table's dashes": repeated("<p>a | b</p>", "", "\n--|--"),
    "a tag with many attributes": repeated(" a='b'", "<p", "> x"), "rows in a list": repeated("<tr><td>", "- "),
    "rows in a quote": repeated("<tr><td>", "> "), "a long table": repeated("| a | b |\n", "| a | b |\n|---|---|\n"),
    "pipes in code": repeated("| `a|b` | b |\n", "| a | b |\n|---|---|\n"), "a wide table": wide("|a", "|-", "|b", 2),
    "a wide simple table": wide("a ", "- ", "b "), "a wide grid": wide("+-", "|a", "+-"),
    "backticks in a row": repeated("`a|b ", "| a | b |\n|---|---|\n| ", " |"), "fences of growing length": growing("`", "\nx\n"),
    "code spans of growing length": growing("`", " "), "a list within each item": lambda size: HEAD + "".join(
        f"{'  ' * level}- a\n" for level in range(isqrt(size))),
    "an example and its references": counted("(@a@) see a@\n"), "code": repeated("x = 1 # a\n", "```python\n", "```"),
    "a line of code": repeated("x+", "```python\n", "\n```"), "a shell's session": repeated("$ ls -l\na\n", "```bash\n", "```"),
    "a chain of notes": lambda size: f"{HEAD}[^0]\n\n" + "".join(f"[^{each}]: [^{each + 1}]\n\n" for each in range(size // 16)),
    "keys": front_matter("k@: v\n"), "a long value": front_matter("a ", "k: "), "a deep value": front_matter("a ", "k: " + "[" * 50, "]" * 50),
    "a list of values": front_matter("- a\n", "k:\n"), "one key": front_matter("a: b\n"), "misspelt keys": front_matter("titel@: b\n"),
    "anchors": front_matter("- &a@ [x]\n- *a@\n", "k:\n"), "data": front_matter("- path: data/@.csv\n", "data:\n"),
}  # fmt: skip
"""Every shape by its name."""

CHUNKS: Mapping[str, Shape] = {
    name: repeated(piece, before, after)
    for name, (before, piece, after) in {
        "chunks": ("", "```{r, eval=FALSE}\nx\n```\n\ntext\n\n", ""), "one label": ("", "```{r l, eval=FALSE}\nx\n```\n\n", ""),
        "empty chunks of one label": ("", "```{r l}\n```\n\n", ""), "inline code": ("", "a `r 1` ", ""), "inline code in lines": ("", "a `r 1`\n", ""),
        "inline code without an end": ("", "a `r 1 ", ""), "chunks without an end": ("", "```{r}\nx\n\n", ""),
        "shorter fences": ("````{r}\nx\n", "```\n", "````"), "longer fences": ("```{r}\nx\n", "````\n", ""),
        "options": ("```{r, eval=FALSE", ", a=1", "}\nx\n```"), "devices": ("", "```{r, eval=FALSE, dev='x'}\nx\n```\n\n", ""),
        "chunks in tildes": ("", "~~~\n```{r, eval=FALSE}\nx\n```\n~~~\n\n", ""), "inline code in code": ("", "    a `r 1`\n", ""),
        "inline code in HTML": ("", "<p a='`r 1`'>x</p>\n\n", ""), "inline code in formulas": ("", "$a `r 1`$\n\n", ""),
        "inline code in code spans": ("", "`` a `r 1` `` ", ""), "chunks in lists": ("", "- a\n\n  ```{r, eval=FALSE}\n  x\n  ```\n\n", ""),
        "children": ("", "```{r, child='c.Rmd'}\n```\n\n", ""), "brackets": ("```{r, a=", "(", "}\nx\n```"),
        "spaces in inline code": ("`r a", " ", "b"), "spaces in a header": ("```{r", " ", "x\n\n```"),
    }.items()
}  # fmt: skip
"""Shapes of R Markdown."""
