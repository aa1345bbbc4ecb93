"""markdown-it-py set up with pandoc's rules: which block rules are tried in which order, and which character begins which inline rule."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock

from site_builder.markdown.blocks import containers, definitions, divs, leaves, lists, paragraphs, raw_html
from site_builder.markdown.inline import addresses, emphasis, links, quotes
from site_builder.markdown.inline import html as inline_html
from site_builder.markdown.inline import leaves as inline_leaves
from site_builder.markdown.inline.scanning import InlineParser
from site_builder.markdown.reader_state import page_of
from site_builder.markdown.tables import rows as tables

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_BLOCK_RULES = (
    ("close_fence", divs.close_fence),
    ("close_html", raw_html.close_html),
    ("fence", leaves.fence),
    ("bullet_list", lists.bullet_list),
    ("open_html", raw_html.open_html),
    ("open_fence", divs.open_fence),
    ("heading", leaves.heading),
    ("html_block", raw_html.html_block),
    ("table", tables.table),
    ("indented_code", leaves.indented_code),
    ("line_block", leaves.line_block),
    ("quote", containers.quote),
    ("rule", leaves.rule),
    ("ordered_list", lists.ordered_list),
    ("definition_list", definitions.definition_list),
    ("note", containers.note),
    ("reference", containers.reference),
    ("paragraph", paragraphs.paragraph),
)

_INLINE_RULES = {
    "\\": (inline_leaves.backslash_math, inline_leaves.escape, inline_leaves.raw_tex),
    "`": (inline_leaves.code_span,),
    "$": (inline_leaves.math,),
    " ": (inline_leaves.spaces,),
    "\n": (inline_leaves.line_end,),
    "&": (inline_leaves.character_reference,),
    "*": (emphasis.emphasis,),
    "_": (emphasis.emphasis,),
    "~": (emphasis.strikeout, emphasis.script),
    "^": (links.inline_note, emphasis.script),
    "[": (links.note_reference, addresses.bracketed_citation, links.span, links.link, links.brackets),
    "!": (links.image,),
    "<": (addresses.angled_address, inline_html.html_span, inline_html.raw_tag),
    "@": (addresses.bare_mail, addresses.example_reference, addresses.citation),
    ":": (addresses.bare_address, inline_leaves.emoji),
    '"': (quotes.double_quote,),
    "“": (quotes.double_quote,),
    "”": (quotes.double_quote,),
    "'": (quotes.single_quote,),
    "‘": (quotes.single_quote,),
    "’": (quotes.single_quote,),
    "-": (quotes.dash,),
    ".": (quotes.ellipsis,),
}


class BlockParser(ParserBlock):
    """markdown-it's block parser, whose rules may also leave the rest of a line unread (text after an HTML tag)."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803  (names of the base class)
        """Read the lines of the current chunk, then close what is open."""
        page = page_of(state)
        chunk, rules, line = page.chunk, self.ruler.getRules(""), startLine
        end = len(chunk.lines)
        while line < end:
            if chunk.column and paragraphs.read_on(state, line, end):
                line = state.line
                continue
            chunk.drop_read(line)
            if chunk.blank(line):
                line += 1
                continue
            raw_html.unindent(chunk, line)
            next(True for rule in rules if rule(state, line, end, False))
            line = state.line
        divs.close_all(page, chunk, state.tokens)


@lru_cache(maxsize=1)
def make_parser() -> MarkdownIt:
    """Return the parser, which keeps no state between pages."""
    parser = MarkdownIt("zero", {"maxNesting": 10_000})
    parser.block, parser.inline = BlockParser(), InlineParser(_INLINE_RULES)
    for rule in parser.block.ruler.get_all_rules():
        parser.block.ruler.disable(rule)
    for name, function in _BLOCK_RULES:
        parser.block.ruler.push(f"lesson_{name}", function, {"alt": []})
    return parser
