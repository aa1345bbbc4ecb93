"""Forms of addresses, identifiers and languages. Patterns are compiled on first use, because a lesson needs only a few of them."""

from __future__ import annotations

import re
from typing import Any

from site_builder.settings.form import Form, Unusable
from site_builder.settings.forms import SCALAR, as_text, as_text_or_false

LONGEST_MAIL = 320
"""Characters of an e-mail address (RFC 5321, 4.5.3.1)."""

_MAIL = r"[^\s@<>:/]+@[^\s@<>:/]+\.[^\s@<>:/]+"
_WEB = r"(?i)https?://[^\s/]\S*"
_FORGE = r"(?:ssh://)?git@([\w.\-]+)[:/](\S+)"
_HOST = r"(?i)(?:[\w\-]+\.)+[a-z]{2,}(?:/\S*)?"
_DOI = r"(?i)(?:https?://(?:dx\.)?doi\.org/)?10\.[0-9]{4,9}/\S+"
_LANGUAGE = r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*"


def is_mail(text: str) -> bool:
    """Tell whether a text is an e-mail address."""
    return len(text) <= LONGEST_MAIL and bool(re.fullmatch(_MAIL, text))


def _contact(value: Any) -> str:
    text = as_text_or_false(value).removeprefix("mailto:")
    if text and not is_mail(text) and not re.fullmatch(_WEB, text):
        raise Unusable(f"is not an e-mail address: {text[:80]!r}", "write one that reaches the maintainers")
    return text


def _address(value: Any) -> str:
    text = as_text_or_false(value)
    if found := re.fullmatch(_FORGE, text):
        return f"https://{found[1]}/{found[2]}"
    if text and not re.fullmatch(_WEB, text):
        hint = f"write https://{text}" if re.fullmatch(_HOST, text) else "write an address that begins with https://"
        raise Unusable(f"is not an address that begins with https://: {text[:80]!r}", hint)
    return text


def _link(value: Any) -> str:
    text = as_text_or_false(value)
    bare = re.sub(r"[\x00-\x20]", "", text)  # browsers skip white space in a scheme
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.I)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
        hint = "write one that begins with https://, or a page of the lesson"
        raise Unusable(f"is an address that no page links to: {text[:80]!r}", hint)
    return text


def _doi(value: Any) -> str:
    text = re.sub(r"^doi:\s*", "", as_text_or_false(value), flags=re.I)
    if text and not re.fullmatch(_DOI, text):
        raise Unusable(f"is not a DOI: {text[:80]!r}", "write it as 10.5281/zenodo.1234567 or https://doi.org/10.5281/zenodo.1234567")
    return text


def _language(value: Any) -> str:
    if isinstance(value, bool):
        word = str(value).lower()
        raise Unusable(f"is read as {word}", f'write `lang: "{"yes" if value else "no"}"`, in quotes')
    text = as_text(value)
    if not re.fullmatch(_LANGUAGE, text):
        raise Unusable(f"is not a language code: {text[:80]!r}", "write a code such as en or pt-BR")
    return text


CONTACT = Form("an e-mail address", {"type": "str"}, _contact, json={"type": ["string", "boolean"]})
ADDRESS = Form("an address that begins with https://", {"type": "str"}, _address, json={"type": ["string", "boolean"]})
LINK = Form("the address of a page", {"type": "str"}, _link, json=SCALAR)
DOI = Form("a DOI", {"type": "str"}, _doi, json=SCALAR)
LANGUAGE = Form("a language", {"type": "str"}, _language, json={"type": "string"})
