"""Cells become code, outputs and provenance."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Element, Expression, Node, element, text_of, to_html
from site_builder.outputs.sanitise import sanitise
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Output, Provenance, Raised, Stream
from site_builder.settings.cell import CellOptions
from site_builder.weave.filter.code import wrap_code
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.outputs import WovenDocument, weave_outputs
from site_builder.weave.translations import phrases

PACKAGES = PackageSet("ml", "linux-64", (Package("numpy", "2.5.0", "py313_0", "a" * 64),))
PIXEL = base64.b64encode(b"\x89PNG, and not really a picture").decode()


def provenance(**changes: object) -> Provenance:
    facts: dict[str, object] = {
        "tool": "lesson 1", "provider": "pixi", "packages": PACKAGES, "locked": True, "lock": PACKAGES.digest, "machine": "Linux, 8 cores",
        "python": "3.13.1", "started": "2026-02-03T04:05:06+00:00", "seconds": 7.25, "gpu": None, "commit": "",
    }  # fmt: skip
    return Provenance(**(facts | changes))  # type: ignore[arg-type]


def weave_one(
    *outputs: Output, seconds: float = 0.4, missing: tuple[str, ...] = (), more: object = None, **options: object
) -> WovenDocument:
    cell = Cell("plot", "python", "plot()", CellOptions(**options), line=7)  # type: ignore[arg-type]
    record = CellRecord("plot", "python", "plot()", outputs, seconds, missing)
    where = provenance(**(more if isinstance(more, dict) else {}))
    episode = EpisodeRecord("page", KeyParts((), (), ""), (record,), where)
    return weave_outputs(Document(PurePosixPath("episodes/page.md"), body=(element("div", cell),)), episode)


def shown(woven: WovenDocument) -> tuple[Node, ...]:
    (box,) = woven.document.body
    assert isinstance(box, Element)
    return box.children


def kinds(woven: WovenDocument) -> list[str]:
    return [node.classes[0] if isinstance(node, CodeBlock | Element) and node.classes else "" for node in shown(woven)]


def test_a_cell_shows_its_code_its_output_and_where_it_ran() -> None:
    woven = weave_one(Stream("stdout", "3\n"), Display({"text/plain": "4"}, True))
    code, output, note = shown(woven)
    assert code == CodeBlock("plot()", ("python",), line=7)
    assert output == CodeBlock("3\n4", ("output",), line=7)
    assert text_of([note]).startswith("Ran in ml on 2026-02-03, 0.4 s")


def test_the_note_holds_environment_lock_machine_gpu_and_tool() -> None:
    woven = weave_one(Stream("stdout", "3"), more={"gpu": Gpu("Card", "580.1", "13.0"), "commit": "c" * 40}, seconds=0.001)
    text = text_of([shown(woven)[-1]])
    for fact in ("under 0.1 s", "locked packages, digest by digest", PACKAGES.digest[:12], "Linux, 8 cores (linux-64)",
                 "Card, driver 580.1, CUDA 13.0", "3.13.1", "7.2 s", "cccccccccccc", "lesson 1"):  # fmt: skip
        assert fact in text


def test_a_host_record_says_that_the_packages_are_not_the_locked_ones() -> None:
    text = text_of([shown(weave_one(Stream("stdout", "3"), more={"locked": False, "lock": "", "provider": "host"}))[-1]])
    assert text.startswith("Ran with the machine’s own packages on 2026-02-03")
    assert "not the locked ones" in text
    assert "none for this environment and platform" in text
    locked = text_of([shown(weave_one(Stream("stdout", "3"), more={"locked": False, "provider": "host"}))[-1]])
    assert locked.startswith("Ran with the machine’s own packages, in place of the locked ml, on 2026-02-03")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"echo": False}, ["output", "provenance"]),
        ({"output": False}, ["python"]),
        ({"include": False}, []),
        ({"evaluate": False}, ["python"]),
        ({"code_fold": True}, ["code-fold", "output", "provenance"]),
        ({"output_fold": True}, ["python", "code-fold"]),
        ({"output_scroll": True}, ["python", "output-scroll", "provenance"]),
        ({"output_scroll": False}, ["python", "output", "provenance"]),
        ({"code_fold": True, "output_fold": True}, ["code-fold"]),
        ({"code_fold": True, "output_fold": True, "echo": False}, ["code-fold"]),
        ({"code_fold": True, "output_fold": True, "output": False}, ["code-fold"]),
        ({"stdout": False}, ["python"]),
        ({"stdout": False, "output_fold": True}, ["python"]),
    ],
)
def test_options_choose_what_is_shown(options: dict[str, object], expected: list[str]) -> None:
    assert kinds(weave_one(Stream("stdout", "3"), **options)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"output_fold": True}, "Show the output3Ran"), ({"code_fold": True, "output_fold": True}, "Show the code and its outputplot()3Ran"),
        ({"code_fold": True, "output_fold": True, "echo": False}, "Show the output3Ran"),
        ({"code_fold": True, "output_fold": True, "output": False}, "Show the codeplot()"),
    ],
)  # fmt: skip
def test_what_is_hidden_can_be_opened(options: dict[str, object], expected: str) -> None:
    block = shown(weave_one(Stream("stdout", "3"), **options))[-1]
    assert isinstance(block, Element) and block.tag == "details"
    assert text_of([block]).startswith(expected)


def test_a_blank_cell_shows_nothing() -> None:
    document = Document(PurePosixPath("episodes/page.md"), body=(Cell("plot", "python", " \n"),))
    record = EpisodeRecord("page", KeyParts((), (), ""), (CellRecord("plot", "python", " \n"),), provenance())
    assert weave_outputs(document, record).document.body == ()


def test_errors_warnings_and_standard_error_have_their_own_classes() -> None:
    raised = Raised("ValueError", "no", ("\x1b[31mValueError\x1b[0m: no",))
    woven = weave_one(Stream("stderr", "x.py:1: UserWarning: old\n"), Stream("stderr2", "y"), raised)
    assert kinds(woven)[1:-1] == ["warning", "output", "error"]
    assert text_of([shown(woven)[3]]) == "ValueError: no"
    assert kinds(weave_one(Stream("stderr", "hm"), warning=False)) == ["python"]


@pytest.mark.parametrize(
    ("error", "words"),
    [(Raised("ExitStatus", "2"), "exit status 2"), (Raised("BdbQuit", ""), "BdbQuit"), (Raised("E", "no"), "E: no")],
)
def test_an_error_without_traceback_has_its_name(error: Raised, words: str) -> None:
    assert text_of([shown(weave_one(error))[1]]) == words


def test_long_output_is_cut_where_the_cell_says_so() -> None:
    assert text_of([shown(weave_one(Stream("stdout", "1\n2\n3\n"), max_lines=2))[1]]) == "1\n2\n[… 1 more lines]"


def test_direction_overrides_are_written_out() -> None:
    assert text_of([shown(weave_one(Stream("stdout", "a\u202eb")))[1]]) == "a<U+202E>b"


def test_figures_get_a_file_an_alternative_text_and_a_caption() -> None:
    picture = Display({"image/png": PIXEL, "text/plain": "<Figure>"})
    woven = weave_one(picture, picture, figure_alt="Loss falls", figure_caption="Loss")
    assert [str(figure.target) for figure in woven.figures] == ["fig/page-rendered-plot-1.png", "fig/page-rendered-plot-2.png"]
    assert woven.figures[0].data == b"\x89PNG, and not really a picture"
    assert to_html([shown(woven)[1]]) == (
        '<figure><img src="fig/page-rendered-plot-1.png" alt="Loss falls"><figcaption>Loss</figcaption>\n</figure>\n'
    )
    assert woven.problems == ()


def test_a_picture_is_as_wide_as_its_display_asks() -> None:
    retina = Display({"image/png": PIXEL}, metadata={"image/png": {"width": 271, "height": 197}})
    assert 'width="271" height="197"' in to_html(weave_one(retina, figure_alt="x").document.body)


@pytest.mark.parametrize(
    ("value", "beside"),
    [
        ("[<matplotlib.lines.Line2D at 0x7f8e786ead50>]", False), ("<Axes: xlabel='a'>", False), ("Text(0.5, 0, 'x')", False),
        ("(array([1., 2.]), array([0., 1.]), <BarContainer object of 2 artists>)", False), ("<seaborn.axisgrid.FacetGrid at 0x1>", False),
        ("42", True), ("array([1, 2])", True), ("'<b>'", True), ("a <b> c", True),
    ],
)  # fmt: skip
def test_what_only_names_a_drawing_is_not_shown_beside_it(value: str, beside: bool) -> None:
    result = Display({"text/plain": value}, result=True)
    figure = Display({"image/png": PIXEL, "text/plain": "<Figure size 1x1>"})
    texts = [node.text for node in shown(weave_one(result, figure, figure_alt="x")) if isinstance(node, CodeBlock)][1:]
    assert texts == ([value] if beside else [])
    alone = [node.text for node in shown(weave_one(result)) if isinstance(node, CodeBlock)][1:]
    assert alone == [value]


def test_code_with_prompts() -> None:
    (code, *_) = shown(weave_one(Stream("stdout", "1"), prompt=True))
    assert isinstance(code, CodeBlock)
    assert code.text == ">>> plot()"


def test_a_figure_without_alternative_text_is_a_problem_with_its_line() -> None:
    (problem,) = weave_one(Display({"image/svg+xml": "<svg/>"})).problems
    assert (problem.code, str(problem.location)) == ("LS310", "episodes/page.md:7")


@pytest.mark.parametrize(
    "data",
    [{"image/png": ""}, {"image/png": "aGk="}, {"image/jpeg": PIXEL}, {"image/gif": PIXEL}, {"image/webp": ""}, {"image/svg+xml": "x"}],
)
def test_a_picture_that_is_none_is_told_at_its_cell(data: dict[str, str]) -> None:
    woven = weave_one(Display(data), figure_alt="x")
    (problem,) = woven.problems
    assert (problem.code, problem.location.line, woven.figures) == ("LS533", 7, ())
    assert next(iter(data)) in problem.message


@pytest.mark.parametrize(
    ("data", "text", "said"),
    [
        ({"text/html": "<b>x</b>", "text/plain": "<H at 0x7f0011223344>"}, "<H at 0x7f0011223344>", "its text: a sentence cannot show text/html"),
        ({"image/png": PIXEL}, "x", "its code: a sentence cannot show image/png"),
    ],
)  # fmt: skip
def test_a_value_that_has_no_place_in_a_sentence_is_told(data: dict[str, str], text: str, said: str) -> None:
    document = Document(PurePosixPath("episodes/page.md"), body=(Expression("e", "python", "x", 9),))
    record = EpisodeRecord("page", KeyParts((), (), ""), (CellRecord("e", "python", "x", (Display(data),)),), provenance())
    woven = weave_outputs(document, record)
    (problem,) = woven.problems
    assert (problem.code, problem.location.line) == ("LS312", 9) and said in problem.message
    assert text_of(woven.document.body) == text


def test_a_picture_that_cannot_be_read_is_told() -> None:
    woven = weave_one(Display({"image/png": "abc"}), figure_alt="x")
    assert woven.figures == ()
    assert "cannot be read" in text_of([shown(woven)[1]])


def test_html_output_is_cleaned() -> None:
    html = '<table class="dataframe" border="1"><tr><td onclick="x()">1</td></tr></table><script>alert(1)</script>'
    text = to_html([shown(weave_one(Display({"text/html": html, "text/plain": "1"})))[1]])
    assert 'class="dataframe"' in text
    assert "script" not in text
    assert "onclick" not in text


@pytest.mark.parametrize(
    "html",
    ["<a href='javascript:x()'>a</a>", "<img src=x onerror=x()>", "<iframe src=x></iframe>", "<svg onload=x()></svg>", "<style>a{}</style>",
     "<a href='data:text/html,x'>a</a>", "<img src='data:image/svg+xml,x'>"],
)  # fmt: skip
def test_nothing_that_could_run_is_left(html: str) -> None:
    cleaned = sanitise(html)
    assert not any(word in cleaned for word in ("javascript", "onerror", "iframe", "onload", "style", "data:"))
    assert sanitise(f'<img src="data:image/png;base64,{PIXEL}">').count("data:image/png") == 1


def test_a_cell_that_did_not_run_says_so_and_what_it_needs() -> None:
    assert "needs an NVIDIA GPU" in text_of([shown(weave_one(missing=("cuda",)))[1]])
    cell, value = Cell("a", "python", "1"), Expression("b", "python", "x")
    page = Document(PurePosixPath("episodes/page.md"), body=(cell, element("p", value)))
    without = weave_outputs(page, None, "No such platform.")
    assert "No such platform." in text_of(without.document.body)
    assert 'class="expression not-run"' in to_html(without.document.body)
    assert "It has not been run yet." in text_of(weave_outputs(page, None).document.body)


@pytest.mark.parametrize(("value", "text"), [("'a b'", "a b"), ("3.5", "3.5"), ("'broken", "'broken")])
def test_an_expression_is_replaced_by_its_value(value: str, text: str) -> None:
    record = CellRecord("b", "python", "x", (Stream("stdout", "noise"), Display({"text/plain": value}, True)))
    page = Document(PurePosixPath("episodes/page.md"), body=(element("p", "is ", Expression("b", "python", "x"), "."),))
    woven = weave_outputs(page, EpisodeRecord("page", KeyParts((), (), ""), (record,), provenance()))
    assert text_of(woven.document.body) == f"is {text}."


@pytest.mark.parametrize(
    ("bundle", "html"),
    [
        ({"text/markdown": "**a** b", "text/plain": "<Markdown object>"}, "<strong>a</strong> b"),
        ({"text/latex": "$x$", "text/plain": "<Math object>"}, '<span class="math inline">\\(x\\)</span>'),
        ({"text/html": "<b>1</b>", "text/plain": "1"}, "1"),
        ({"image/png": PIXEL}, '<code class="expression not-run" title="not run">x</code>'),
    ],
)
def test_an_expression_is_what_can_stand_in_a_sentence(bundle: dict[str, str], html: str) -> None:
    record = CellRecord("b", "python", "x", (Display(bundle, True),))
    page = Document(PurePosixPath("episodes/page.md"), body=(element("p", Expression("b", "python", "x")),))
    woven = weave_outputs(page, EpisodeRecord("page", KeyParts((), (), ""), (record,), provenance()))
    assert to_html(woven.document.body).strip() == f"<p>{html}</p>"


def test_what_r_prints_for_an_expression_keeps_its_quotes() -> None:
    record = CellRecord("b", "r", "x", (Stream("stdout", "'a'\n"),))
    page = Document(PurePosixPath("episodes/page.Rmd"), body=(element("p", Expression("b", "r", "x")),))
    woven = weave_outputs(page, EpisodeRecord("page", KeyParts((), (), ""), (record,), provenance()))
    assert text_of(woven.document.body) == "'a'"


def test_an_output_that_nobody_renders_is_told_at_its_cell() -> None:
    foreign = "application/vnd.example.v1+json"
    woven = weave_one(Stream("stdout", "before\n"), Display({foreign: "{}", "text/plain": "<P>"}, True))
    assert text_of([shown(woven)[1]]) == "before"
    (problem,) = woven.problems
    assert (problem.code, str(problem.location)) == ("LS312", "episodes/page.md:7")
    assert foreign in problem.message
    alone = weave_one(Display({foreign: "{}"}))
    assert text_of([shown(alone)[1]]) == f"[{foreign}]"
    assert [each.code for each in alone.problems] == ["LS312"]
    record = CellRecord("b", "python", "x", (Display({foreign: "{}", "text/plain": "<P>"}),))
    page = Document(PurePosixPath("episodes/page.md"), body=(element("p", Expression("b", "python", "x", 9)),))
    inline = weave_outputs(page, EpisodeRecord("page", KeyParts((), (), ""), (record,), provenance()))
    assert [str(each.location) for each in inline.problems] == ["episodes/page.md:9"]


def test_interactive_html_stands_in_a_frame_without_an_origin_where_the_cell_asks_for_it() -> None:
    html = "<script>document.title = 'x'</script><b>chart</b>"
    sandboxed, clean = (
        weave_one(Display({"text/html": html}), echo=False, html=treatment, figure_alt="A chart") for treatment in ("sandbox", "clean")
    )
    framed, cleaned = to_html(sandboxed.document.body), to_html(clean.document.body)
    (file,) = sandboxed.figures
    assert f'<iframe sandbox="allow-scripts" src="{file.target}"' in framed
    head, _, shown = file.data.decode().partition("\n")
    assert "Content-Security-Policy" in head
    assert shown == html
    assert 'title="A chart"' in framed
    assert "allow-same-origin" not in framed
    assert "<b>chart</b>" in cleaned
    assert "iframe" not in cleaned
    assert "script" not in cleaned


def test_a_page_tells_of_its_cells_in_its_own_language() -> None:
    german = phrases("de")
    assert german is not None
    folded = Cell("plot", "python", "plot()", CellOptions(code_fold=True, max_lines=1))
    gpu = Cell("gpu", "python", "train()", CellOptions(requires=("cuda", "docker", "pixi")))
    record = CellRecord("plot", "python", "plot()", (Stream("stdout", "1\n2\n3\n"),), 0.4)
    episode = EpisodeRecord("page", KeyParts((), (), ""), (record,), provenance(locked=False))
    document = Document(PurePosixPath("episodes/page.md"), body=(element("div", folded, gpu),))
    text = text_of(shown(weave_outputs(document, episode, words=german)))
    for words in (
        "Code anzeigen", "[… 2 weitere Zeilen]", "anstelle der gesperrten Umgebung ml am 2026-02-03, 0.4 s", "Rechner",
        "Nicht ausgeführt auf dem Rechner, der diese Seite erstellt hat. "
        "Nötig: eine NVIDIA-GPU mit Treiber, eine laufende Docker-Engine und Pixi.",
    ):  # fmt: skip
        assert words in text, text


def test_what_the_machine_says_is_marked_as_english() -> None:
    german = phrases("de")
    assert german is not None
    document = Document(PurePosixPath("episodes/page.md"), body=(element("div", Cell("a", "python", "1", CellOptions())),))
    html = to_html(shown(weave_outputs(document, None, "The Python on this machine lacks numpy.", german)))
    assert '<span lang="en">The Python on this machine lacks numpy.</span>' in html
    assert "Die Zelle wurde noch nicht ausgeführt." in to_html(shown(weave_outputs(document, None, words=german)))


def test_what_cells_install_is_named_at_the_cell_that_does() -> None:
    record = EpisodeRecord("page", KeyParts((), (), ""), (), replace(provenance(), installed=("stranger 1.5",)))
    page = Document(
        PurePosixPath("episodes/page.md"), body=(Cell("a", "python", "1", line=3), Cell("b", "python", "%pip install stranger", line=9))
    )
    (problem,) = weave_outputs(page, record).problems
    assert (problem.code, str(problem.location), "stranger 1.5" in problem.message) == ("LS518", "episodes/page.md:9", True)


def test_an_expression_without_a_value_shows_nothing_and_says_so() -> None:
    record = EpisodeRecord("page", KeyParts((), (), ""), (CellRecord("x", "python", "None"),), provenance())
    page = Document(PurePosixPath("episodes/page.md"), body=(element("p", "a ", Expression("x", "python", "None", 4), " b"),))
    woven = weave_outputs(page, record)
    assert text_of(woven.document.body) == "a  b"
    assert [(problem.code, str(problem.location)) for problem in woven.problems] == [("LS318", "episodes/page.md:4")]


@pytest.mark.parametrize(("scroll", "framed"), [(None, True), (False, False)])
def test_a_long_output_that_the_text_refers_to_can_be_shown_whole(scroll: bool | None, framed: bool) -> None:
    nodes = shown(weave_one(Stream("stdout", "line\n" * 40), output_scroll=scroll))
    html = to_html(wrap_code(nodes, PageState()))
    assert ('role="region"' in html) is framed
    assert "data-whole" not in html
    assert html.count("line\n") >= 39
