"""Bare and angled addresses, citations and example references (pandoc manual, autolink_bare_uris and citations)."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from site_builder.markdown.inline.brackets import closing_bracket
from site_builder.markdown.inline.links import escape_address
from site_builder.markdown.inline.scanning import add, after_word, mark, word_before
from site_builder.markdown.reader_state import page_of

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_SCHEMES_WORDS = (
    "aaa about acct acap cap cid coap crid data dav dict dns doi example feed file fish ftp geo git go gopher h323 http https iax"
    " icap im imap info ipp irc irc6 ircs isbn jabber jar javascript ldap ldaps magnet mailto message mid mms news nfs nntp"
    " opaquelocktoken pop pres rsync rtsp sftp shttp sip sips sms smb snmp ssh stun svn tag tel telnet tftp turn urn view-source"
    " webcal ws wss xmpp"
)
_SCHEMES = frozenset(_SCHEMES_WORDS.split())
_SCHEME = re.compile(r"[A-Za-z0-9+.\-]*[A-Za-z]")
_WORD = r"(?:[\w#$%+/@\\&=]|-)"
_REST = re.compile(
    rf"(?:{_WORD}|\([^\s()<>]*\)|\[[^\s\[\]<>]*\]|\{{[^\s{{}}<>]*\}}|(?:,+|[^\s\w<>,()\[\]{{}}#$%+/@\\&=\-])(?:[^\s\w<>()\[\]{{}}#$%+/@\\&=\-])*(?={_WORD}))+/?"
)
_ANGLED = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]*:[^\s<>]+)>")
_MAIL = r"[\w.+\-!#$%&'*/=?^_`{|}~]+@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+"
_ANGLED_MAIL = re.compile(rf"<({_MAIL})>")
_LOCAL = re.compile(r"[\w.+\-]+")
_LINK_END = re.compile(r"\s*</a\s*>", re.I)
_DOMAIN = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+")
_KEY = re.compile(r"-?@(?:\{[^{}\s]+\}|[\w](?:\w|[:.#$%&\-+?<>~/](?=\w)|/(?=/))*)")
_CITED = re.compile(r"(?<![^\s(\[*_\"';])-?@(?:\w|\{)")
_SEMICOLON = re.compile(";")


def angled_address(state: StateInline) -> bool:
    """Read ``<https://x.org>`` or ``<name@x.org>``."""
    found = _ANGLED.match(state.src, state.pos, state.posMax)
    mail = _ANGLED_MAIL.match(state.src, state.pos, state.posMax)
    if mail and not (found and found[1].lower().startswith("mailto:")):
        _push(state, f"mailto:{mail[1]}", mail[1], "email", mail.end())
        return True
    if not found or found[1].split(":", 1)[0].lower() not in _SCHEMES:
        return False
    _push(state, found[1], found[1], "uri", found.end())
    return True


def _push(state: StateInline, address: str, text: str, kind: str, end: int) -> None:
    mark(state, "link_open", "a", 1).attrs = {"href": escape_address(address), "class": kind}
    mark(state, "text", "", 0).content = text
    mark(state, "link_close", "a", -1)
    state.pos = end


def bare_address(state: StateInline) -> bool:
    """Read an address without angle brackets, met at its colon; punctuation at its end does not belong to it."""
    scheme = "" if state.linkLevel else word_before(state, _SCHEME)
    if scheme.lower() not in _SCHEMES or not state.src.endswith(scheme, 0, state.pos):
        return False
    before = state.pending[-len(scheme) - 1 : -len(scheme)]
    rest = _REST.match(state.src, state.pos + 1, state.posMax)
    if not rest or before.isalnum() or _LINK_END.match(state.src, rest.end(), state.posMax):
        return False
    state.pending = state.pending[: -len(scheme)]
    address = scheme + ":" + rest[0]
    _push(state, address, address, "uri", rest.end())
    return True


def bare_mail(state: StateInline) -> bool:
    """Read a mail address without angle brackets, met at its ``@``."""
    local = "" if state.linkLevel else word_before(state, _LOCAL)
    domain = _DOMAIN.match(state.src, state.pos, state.posMax) if local else None
    if not domain or not state.src.endswith(local, 0, state.pos):
        return False
    state.pending = state.pending[: -len(local)]
    _push(state, f"mailto:{local}{domain[0]}", local + domain[0], "email", domain.end())
    return True


def example_reference(state: StateInline) -> bool:
    """Read ``@label`` as a number if an example list has that label."""
    found = _KEY.match(state.src, state.pos, state.posMax)
    number = page_of(state).examples.get(found[0].lstrip("-@").strip("{}")) if found else None
    if not found or number is None:
        return False
    add(state, str(number))
    state.pos = found.end()
    return True


def citation(state: StateInline) -> bool:
    """Read ``@key`` with a locator in brackets; there is no bibliography, so the text stays as written."""
    found = _KEY.match(state.src, state.pos, state.posMax)
    if not found or after_word(state):
        return False
    end = found.end()
    behind = re.compile(r"[ \n]?").match(state.src, end)
    opening = behind.end() if behind else end
    locator = closing_bracket(state, opening) if state.src.startswith("[", opening) else None
    if locator is not None and state.src[locator + 1 : locator + 2] not in ("(", "[", "{"):
        end = locator + 1
    return _cite(state, end)


def bracketed_citation(state: StateInline) -> bool:
    """Read ``[@key, p. 3; @other]``."""
    end = closing_bracket(state, state.pos)
    if end is None or not _cites(state, state.pos + 1, end) or at_key(state):
        return False
    if state.src[end + 1 : end + 2] in ("(", "[", "{"):
        return False
    return _cite(state, end + 1)


def _cites(state: StateInline, start: int, end: int) -> bool:
    """Tell whether each part of a text between semicolons cites something; all texts are looked through at once."""
    if "citations" not in state.env:
        cited = [found.start() for found in _CITED.finditer(state.src)]
        ends = [found.start() for found in _SEMICOLON.finditer(state.src)]
        empty = [begin for begin, stop in itertools.pairwise(ends) if not _between(cited, begin + 1, stop)]
        state.env["citations"] = cited, ends, empty
    cited, ends, empty = state.env["citations"]
    first, last = bisect_left(ends, start), bisect_left(ends, end)
    if first == last:
        return _between(cited, start, end)
    begin, stop = ends[first], ends[last - 1]
    return _between(cited, start, begin) and _between(cited, stop + 1, end) and not _between(empty, begin, stop)


def _between(places: list[int], start: int, end: int) -> bool:
    """Tell whether one of some places, in their order, is in a text."""
    index = bisect_left(places, start)
    return index < len(places) and places[index] < end


def at_key(state: StateInline) -> bool:
    """Tell whether the label is that of an example, which is a number, not a citation."""
    found = _KEY.match(state.src, state.pos + 1, state.posMax)
    return bool(found) and page_of(state).examples.get(found[0].lstrip("-@")) is not None if found else False


def _cite(state: StateInline, end: int) -> bool:
    mark(state, "span_open", "span", 1).attrs = {"class": "citation"}
    mark(state, "text", "", 0).content = state.src[state.pos : end]
    mark(state, "span_close", "span", -1)
    state.pos = end
    return True
