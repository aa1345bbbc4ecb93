"""A page of the site as the preview shows it: with two scripts more. The file stays as it is."""

from __future__ import annotations

from html import escape

OWN = "__lesson__"
"""First part of the addresses that are the preview's and no file's."""

END = b"</body>"
OPEN, CLOSED = b"<script", b"</script>"


def with_script(page: bytes, path: str, token: str, number: int, boot: str) -> bytes:
    """Return a page at an address (relative to the site) with the preview's scripts.

    They stand before the scripts at the page's end, and so see it as it was served. Their addresses are relative, since nobody knows where
    a proxy puts the preview.
    """
    up = "../" * path.count("/")
    facts = {"token": token, "number": str(number), "boot": boot, "root": up or "./", "page": path}
    named = "".join(f' data-{name}="{escape(value)}"' for name, value in facts.items())
    scripts = f'<script src="{up}{OWN}/swap.js"></script><script src="{up}{OWN}/live.js"{named}></script>'.encode()
    end = page.rfind(END)
    place = _before_scripts(page, len(page) if end < 0 else end)
    return page[:place] + scripts + page[place:]


def _before_scripts(page: bytes, end: int) -> int:
    """Return where the scripts begin that stand one after the other before an end; what looks like one inside another one is none."""
    while page[:end].rstrip().endswith(CLOSED):
        start = page.rfind(OPEN, 0, end)
        if start < 0 or page.count(OPEN, 0, start) != page.count(CLOSED, 0, start):
            break
        end = start
    return end
