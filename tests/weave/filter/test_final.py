"""What happens to a page after its boxes are made: code, raw HTML, targets, images, identifiers, glossary."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, Node, Raw, element, elements, text_of, to_html, walk
from site_builder.weave.filter.code import LONG, language_of, wrap_code
from site_builder.weave.filter.glossary import link_terms, terms, used_terms
from site_builder.weave.filter.identifiers import TakenIdentifiers, final_headings, unique
from site_builder.weave.filter.images import style_images
from site_builder.weave.filter.languages import KNOWN
from site_builder.weave.filter.page import filter_page
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.raw import lift
from site_builder.weave.filter.tables import style_tables
from site_builder.weave.filter.targets import finished_targets, instructor_address, instructor_targets, site_address
from site_builder.weave.translations import Phrases, phrases


def links(nodes: tuple[Node, ...]) -> list[str]:
    return [link.get("href") for link in elements(nodes, "a")]


def identifiers(nodes: tuple[Node, ...]) -> list[str]:
    return [node.get("id") for node in elements(nodes) if node.get("id")]


def test_code_is_highlighted_with_classes_alone() -> None:
    made = wrap_code((CodeBlock("x = 1  # one", ("python",), line=4),), PageState())
    html = to_html(made)
    assert 'id="cb1"' in html and '<p class="code-label">PYTHON</p>' in html
    assert '<span class="c1"># one</span>' in html and "style=" not in html
    assert isinstance(made[0], Element) and made[0].line == 4


def test_every_block_counts_and_unknown_languages_stay_bare() -> None:
    made = wrap_code((CodeBlock("x", ("unheard-of",)), CodeBlock("ls", ("bash",))), PageState())
    assert made[0] == CodeBlock("x", ("unheard-of",))
    assert identifiers(made) == ["cb2"]


@pytest.mark.parametrize("language", ["console", "pycon", "rconsole"])
def test_sessions_can_be_copied_and_have_no_label(language: str) -> None:
    (made,) = wrap_code((CodeBlock("x & y", (language,)),), PageState())
    assert isinstance(made, Element) and made.classes == ("codewrapper",)
    assert [raw.html for raw in walk((made,)) if isinstance(raw, Raw)] == ["<pre><code>x &amp; y\n</code></pre>"]


def test_prompts_and_outputs_are_marked_as_not_copied_and_all_text_stays() -> None:
    text = ">>> for n in x:\n...     n < 1\nTrue\n>>> 'a'\n'a'"
    (made,) = wrap_code((CodeBlock(text, ("pycon",)),), PageState())
    html = "".join(raw.html for raw in walk((made,)) if isinstance(raw, Raw))
    assert html.count("data-uncopied") == 5 and html.count('data-uncopied="line"') == 1
    assert unescape(re.sub("<[^>]*>", "", html)) == text + "\n"


def test_long_output_is_a_named_region_that_the_keyboard_reaches() -> None:
    short, long = ("x\n" * (LONG - 1) + "x", "x\n" * LONG + "x")
    made = wrap_code((CodeBlock(short, ("output",)), CodeBlock(long, ("output",))), PageState(), "Loops")
    blocks = [block for div in made if isinstance(div, Element) for block in div.children if isinstance(block, CodeBlock)]
    assert blocks[0].attributes == ()
    assert blocks[1].attributes == (("tabindex", "0"), ("role", "region"), ("aria-label", "Output 2: Loops"))


def test_results_are_labelled_in_the_lessons_language() -> None:
    made = wrap_code((CodeBlock("x", ("output",)), CodeBlock("x", ("error",))), PageState(phrases("de") or Phrases()))
    assert [text_of(label.children) for label in elements(made, "p")] == ["AUSGABE", "FEHLER"]


def test_numbered_code_is_labelled_as_the_workbench_does() -> None:
    block = CodeBlock("x", ("python", "numberLines"), "mine", (("startFrom", "3"),))
    html = to_html(wrap_code((block,), PageState()))
    assert "NUMBERSOURCE PYTHON NUMBERLINES" in html and 'id="mine"' in html and 'startFrom="3"' in html


def test_a_known_language_without_a_lexer_is_escaped() -> None:
    html = to_html(wrap_code((CodeBlock("a < b", ("literatecurry",)),), PageState()))
    assert "a &lt; b" in html and "LITERATECURRY" in html


def test_a_language_is_found_by_suffix_and_in_any_case() -> None:
    assert language_of(CodeBlock("", ("extra", "Python"))) == "python"
    assert language_of(CodeBlock("", ("text",))) == ""


@given(st.text(alphabet="<>&\"' \n\tab:#='"))
def test_highlighting_loses_no_text(text: str) -> None:
    reader = pytest.importorskip("lxml.html", reason="lxml compares the pages")

    for language in ("python", "bash", "yaml", "literatecurry"):
        made = to_html(wrap_code((CodeBlock(text, (language,)),), PageState()))
        shown = reader.fragment_fromstring(made).find(".//pre").text_content()
        assert shown.strip("\n") == text.strip("\n")


def test_the_languages_are_those_of_pandoc() -> None:
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc is the oracle of this test")
    names = sorted(KNOWN)[::7] + ["text", "console", "shell", "mermaid", "output"]
    source = "\n\n".join(f"``` {name}\nx\n```" for name in names)
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", "html4"]
    html = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    assert html.count('<div class="sourceCode"') == len(names) - 5


def test_raw_tags_become_elements_where_they_match() -> None:
    nodes = (Raw('<p align="center">', 3), "\n", Raw("<img src='a.png' alt=\"A &amp; B\" hidden>", 4), Raw("</p>"))
    made = lift(nodes)
    assert len(made) == 1 and isinstance(made[0], Element) and made[0].get("align") == "center" and made[0].line == 3
    image = next(elements(made, "img"))
    assert (image.get("alt"), image.has("hidden"), image.line) == ("A & B", True, 4)


@pytest.mark.parametrize(
    "html",
    ["</b>", "<b>", "<!-- <b>x</b> -->", "<script>if (a < b) {}</script>", "<svg viewBox='0 0'/>", "<Thing/>", "a < b", "<b"],
)
def test_html_that_does_not_nest_stays_as_written(html: str) -> None:
    assert to_html(lift((Raw(html), "x"))) == f"{html}x"


def test_crossing_tags_keep_their_order() -> None:
    crossing = (Raw("<b><i>"), "x", Raw("</b>"), "y", Raw("</i>"))
    assert to_html(lift(crossing)) == "<b><i>x</b>y</i>"


def test_text_between_tags_of_one_piece_is_kept() -> None:
    assert to_html(lift((Raw("<b>x</b> and <i>y</i>!"),))) == "<b>x</b> and <i>y</i>!"


def test_a_lone_image_is_a_figure_with_or_without_caption() -> None:
    alone = element("p", Raw("<img src='a.png'>"))
    written = element("p", element("img", src="a.png", alt="b"), "\n")
    beside = element("p", Raw("<img src='a.png'>"), " text")
    linked = element("p", element("a", element("img", src="a.png"), href="x"))
    placed = element("p", element("img", src="a.png"), align="right")
    made = style_images(lift((alone, written, beside, linked, placed)))
    assert [node.tag for node in made if isinstance(node, Element)] == ["figure", "figure", "p", "p", "p"]
    assert [image.get("class") for image in elements(made, "img")][:3] == ["figure mx-auto d-block", "figure mx-auto d-block", "figure"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("../learners/setup.md#x", "setup.html#x"),
        ("../episodes/fig/a.png", "fig/a.png"),
        ("../../x.md", "../x.html"),
        ("./02.md", "./02.html"),
        ("https://a.org/b.md", "https://a.org/b.md"),
        ("ftp://a.org/b.md", "ftp://a.org/b.md"),
        ("#here", "#here"),
    ],
)
def test_targets_as_written(written: str, address: str) -> None:
    assert site_address(written) == address


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("x.html", "x.html"),
        ("x.html#y", "x.html#y"),
        ("./x.html", "./x.html"),
        ("#y", "#y"),
        ("files/x.zip", "../files/x.zip"),
        ("data.csv", "../data.csv"),
        ("a/b.html", "../a/b.html"),
        ("name", "name"),
        ("/x", "../x"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("[https://a.org", "[https://a.org"),
    ],
)
def test_targets_in_the_instructors_folder(target: str, address: str) -> None:
    assert instructor_address(target) == address


def test_media_in_the_instructors_folder() -> None:
    nodes = tuple(
        element(tag, src=src) for tag, src in (("img", "fig/a.png"), ("video", "v.mp4"), ("img", "https://a.org/b.png"), ("img", ""))
    )
    assert [node.get("src") for node in elements(instructor_targets(nodes))] == ["../fig/a.png", "../v.mp4", "https://a.org/b.png", ""]


def test_links_in_raw_html_become_pages_too() -> None:
    made, _ = filter_page(Document(PurePosixPath("x.md"), body=(element("p", Raw('<a href="other.md#a">'), "o", Raw("</a>")),)), Phrases())
    assert links(made) == ["other.html#a"]


def test_external_links_are_marked_once() -> None:
    made = finished_targets((element("a", href="https://a.org", class_="uri"), element("a", href="mailto:a@b"), element("a", id="anchor")))
    assert [link.get("class") for link in elements(made)] == ["external-link uri", "", ""]
    assert finished_targets(made) == made


def test_image_styles_are_joined() -> None:
    made = style_images((element("img", width="25.5%", style="border:0;"), element("img", width="300")))
    assert [(image.get("style"), image.get("width")) for image in elements(made)] == [("border:0; width:25.5%", ""), ("", "300")]


def test_tables_keep_their_classes() -> None:
    made = style_tables((element("table", class_="mine"),), PageState(), "T")
    assert [table.classes for table in elements(made, "table")] == [("table", "mine")]


def test_tables_are_named_framed_and_say_what_their_headers_head() -> None:
    head = element("thead", element("tr", element("th"), element("th", "rain")))
    body = element("tbody", element("tr", element("th", "Monday"), element("td", "3")))
    made = style_tables(
        (element("table", head, body), element("table", element("caption", "Own"), body)), PageState(phrases("de") or Phrases()), "Regen"
    )
    frame, captioned = (node for node in made if isinstance(node, Element))
    table = next(elements((frame,), "table"))
    assert frame.classes == ("table-scroll",) and table.get("aria-label") == "Tabelle 1: Regen"
    assert [(cell.tag, cell.get("scope")) for cell in elements((frame,), "td", "th")] == [
        ("td", ""),
        ("th", "col"),
        ("th", "row"),
        ("td", ""),
    ]
    assert not next(elements((captioned,), "table")).has("aria-label")


def test_tables_that_lay_things_out_stay_as_they_are() -> None:
    for table in (element("table", role="presentation"), element("table", class_="highlighttable")):
        made = style_tables((table,), PageState(), "T")
        assert [node.tag for node in made if isinstance(node, Element)] == ["table"]


def test_dots_in_heading_ids_become_hyphens_except_inside_lists() -> None:
    nodes = (element("h2", "a", id="v1.2."), element("ul", element("li", element("h3", "b", id="x.y"))), element("p", "c", id="d.e"))
    assert identifiers(final_headings(nodes)) == ["v1-2-", "x.y", "d.e"]


def test_ids_of_a_second_part_are_renamed_and_its_links_follow() -> None:
    part = (
        element("h2", "A", id="a"),
        element("h2", "B", id="a-1"),
        element("a", href="#a"),
        element("label", for_="a"),
        CodeBlock("", (), "c"),
    )
    taken = TakenIdentifiers()
    assert unique(part, taken) == part
    second = unique(part, taken)
    assert identifiers(second) == ["a-2", "a-1-1"]
    assert links(second) == ["#a-2"] and next(elements(second, "label")).get("for") == "a-2"
    assert second[-1] == CodeBlock("", (), "c-1")


def test_a_repetition_inside_a_part_is_renamed_and_links_mean_the_first() -> None:
    made = unique((element("p", id="a"), element("p", id="a"), element("a", href="#a")), TakenIdentifiers())
    assert identifiers(made) == ["a", "a-1"] and links(made) == ["#a"]


def test_radio_buttons_of_a_second_part_stay_a_group() -> None:
    part = (element("div", id="nav-tab-1"), element("input", type="radio", id="i", name="nav-tab-1-choice"))
    taken = TakenIdentifiers()
    unique(part, taken)
    made = unique(part, taken)
    assert next(elements(made, "input")).get("name") == "nav-tab-1-1-choice"


@given(st.lists(st.lists(st.sampled_from(["a", "a-1", "b", "b-1", "a-1-1"]), max_size=6), max_size=4))
def test_ids_of_a_page_are_unique(parts: list[list[str]]) -> None:
    taken = TakenIdentifiers()
    made = [node for part in parts for node in unique(tuple(element("p", id=name) for name in part), taken)]
    found = identifiers(tuple(made))
    assert len(found) == len(set(found)) == sum(map(len, parts))


ENTRIES = [
    {"slug": "cpu", "en": {"term": "CPU", "def": "What computes.\n"}, "es": {"term": "UCP", "def": "Calcula."}},
    {"slug": "gpu", "en": {"term": "GPU", "def": "Draws."}},
    {"slug": "none"},
    "nonsense",
]


def test_glossary_terms_are_linked_in_the_lessons_language() -> None:
    glossary = terms(ENTRIES, "es")
    made = link_terms((element("p", "a {{ glosario.cpu }}, {{glosario.gpu}}."),), glossary, PageState())
    assert text_of(made) == "a UCP, GPU."
    assert links(made) == ["https://glosario.carpentries.org/es/#cpu", "https://glosario.carpentries.org/en/#gpu"]
    assert [term.name for term in used_terms(made, glossary)] == ["GPU", "UCP"]


def test_unknown_terms_stay_and_are_reported() -> None:
    state = PageState()
    paragraph = element("p", "a {{ glosario.cpus }} b", line=9)
    assert text_of(link_terms((paragraph,), terms(ENTRIES, "en"), state)) == "a {{ glosario.cpus }} b"
    assert [(problem.code, problem.location.line, problem.hint) for problem in state.problems] == [("LS608", 9, "did you mean 'cpu'?")]


def test_a_glossary_of_another_shape_has_no_terms() -> None:
    assert terms({"slug": "x"}, "en") == {}


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<br>", "<kbd>", "</kbd>", "a < b", "<!-- c -->", "x"]), max_size=12))
def test_lifting_inline_tags_changes_nothing_that_is_written(pieces: list[str]) -> None:
    nodes = tuple(piece if piece == "x" else Raw(piece) for piece in pieces)
    assert to_html(lift(nodes)) == "".join(pieces)


def test_letters_beyond_ascii_are_percent_encoded_and_still_followed() -> None:
    body = (element("h2", "É", id="é"), element("p", element("a", "é", href="#é"), element("img", src="fig/é.png", alt="")))
    made, _ = filter_page(Document(PurePosixPath("x.md"), body=body), Phrases())
    assert links(made) == ["#%C3%A9"] and next(elements(made, "img")).get("src") == "fig/%C3%A9.png"
    assert links(unique(made, TakenIdentifiers(("é",)))) == ["#%C3%A9-1"]
