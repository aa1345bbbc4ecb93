"""Style sheets of outputs, kept within the output's own box: parsed, not searched. Pure; the only module that imports tinycss2.

What could reach out of the box, load something or follow the system's colour scheme instead of the page's is left out
(https://www.w3.org/TR/css-syntax-3/, https://www.w3.org/TR/selectors-4/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

REFUSED = re.compile(
    r"(url|image-set|image|cross-fade|element|attr|expression|src|paint)\s*\(|[{}<\\@]|behavior|-moz-binding", re.IGNORECASE
)
"""Functions that load or read something, and characters that could end a declaration or the sheet."""

INSIDE = {"position": ("relative", "static"), "z-index": ()}
"""Properties by which content could lie over the page, and the values that cannot."""

PLAIN = re.compile(r"(display|text-align|vertical-align|white-space|text-wrap|padding|margin|border-(spacing|collapse)|width|max-width)\b")
"""Properties of plain tables, which have the page's own look."""

ROOTS = (":root", "html", "body", ":host")
"""Selectors of the page that an output was written for: here its box."""


def declarations(tokens: Any) -> str:
    """Return the declarations of a rule, or of an attribute ``style``, that stay in the box."""
    import tinycss2

    kept = []
    for item in tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True):
        if item.type != "declaration":
            continue
        value = tinycss2.serialize(item.value).strip()
        if value.lower() not in INSIDE.get(item.lower_name, (value.lower(),)) or REFUSED.search(f"{item.name}:{value}"):
            continue
        kept.append(f"{item.name}:{value}{'!important' if item.important else ''}")
    return ";".join(kept)


def is_plain(declared: Iterable[str]) -> bool:
    """Tell whether declarations only place text, as those of plain tables do."""
    return all(PLAIN.match(each.strip()) for body in declared for each in body.split(";") if each.strip())


def bodies(sheet: str) -> Iterator[str]:
    """Yield the declarations of each rule of a style sheet."""
    import tinycss2

    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            yield declarations(rule.content)
        elif rule.type == "at-rule" and rule.content:
            yield from bodies(tinycss2.serialize(rule.content))


def scoped(sheet: str, box: str, prefix: str) -> str:
    """Return a style sheet whose rules apply within the element of class ``box``; names of ids get a prefix, as in its HTML."""
    import tinycss2

    kept = []
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports") and rule.content:
            head = tinycss2.serialize(rule.prelude)
            inner = "" if "color-scheme" in head or REFUSED.search(head) else scoped(tinycss2.serialize(rule.content), box, prefix)
            kept += [f"@{rule.lower_at_keyword}{head}{{{inner}}}"] if inner else []
        elif rule.type == "qualified-rule" and (body := declarations(rule.content)):
            selectors = [found for part in _parts(rule.prelude) if (found := _selector(part, box, prefix))]
            kept += [f"{','.join(selectors)}{{{body}}}"] if selectors else []
    return "".join(kept)


def _parts(prelude: Sequence[Any]) -> Iterator[list[Any]]:
    """Divide a list of selectors at its commas."""
    part: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _selector(tokens: list[Any], box: str, prefix: str) -> str:
    """Return a selector within the box, empty for one that would reach out of it, or that knows another page's colour scheme."""
    import tinycss2

    for token in _all(tokens):
        if token.type == "hash":
            token.value = f"{prefix}{token.value}"
    text = tinycss2.serialize(tokens).strip()
    within = f".{box}" * 3  # above the rules of the page's own style sheets
    root = next((name for name in ROOTS if re.match(rf"{re.escape(name)}(?![\w-])", text)), "")
    if root:
        rest = text[len(root) :]
        return f"{within}{rest}" if not rest or (rest[0].isspace() and not re.match(r"\s*[+~|]", rest)) or rest[0] == ">" else ""
    reaches = re.search(r"[&{}<\\]|\|\|", text) or re.match(r"[+~|>]", text) or re.search(r"(?<![\w-])(html|body)(?![\w-])", text)
    return "" if not text or reaches else f"{within} {text}"


def _all(tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _all(getattr(token, "arguments", None) or getattr(token, "content", None) or ())
