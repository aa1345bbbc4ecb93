"""Texts that try to run a script on a page: in prose, in settings, in other files, and as outputs of cells.

A payload says ``ran-NAME`` in the browser's console; nothing else on a page does. Where a payload can be written without quotation marks
it is, so that it survives in attributes (shapes after https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

RAN = re.compile(r"ran-([A-Za-z0-9-]+)")


def said(name: str) -> str:
    """Return the script of a payload, without quotation marks or spaces."""
    return f"console.log(/ran-{name}/.source)"


PROSE: Mapping[str, str] = {
    "script": "<script>@</script>",
    "script-upper": "<ScRiPt\n>@</sCrIpT >",
    "script-slash": "<script/x>@</script>",
    "script-inline": "A word <script>@</script> in a sentence.",
    "script-in-div": "<div><p>x</p>\n<script>@</script></div>",
    "script-data": "<script src='data:text/javascript,@'></script>",
    "script-file": "<script src='fig/own.js'></script>",
    "script-module": "<script type=module>@</script>",
    "script-unclosed": "<script>@//",
    "script-after-quote": "<img alt='\"><script>@</script>'\">",
    "script-in-comment": "<!--> <script>@</script> -->",
    "script-in-noscript": "<noscript><p title='</noscript><script>@</script>'></noscript>",
    "script-in-title": "<svg><title><script>@</script></title></svg>",
    "script-raw": "`<script>@</script>`{=html}",
    "script-raw-block": "```{=html}\n<script>@</script>\n```",
    "handler": "<img src=nothing.png onerror=@>",
    "handler-upper": "<IMG SRC=nothing.png OnErRoR=@>",
    "handler-slash": "<img/src=nothing.png/onerror=@>",
    "handler-tab": "<img src=nothing.png\tonerror\t=\t@>",
    "handler-entity": "<img src=nothing.png onerror='&#99;onsole.log(/ran-!/.source)'>",
    "handler-body": "<body onload=@>",
    "handler-details": "<details open ontoggle=@>x</details>",
    "handler-focus": "<input autofocus onfocus=@>",
    "handler-pointer": "<b onmouseover=@>here</b>",
    "handler-click": "<button onclick=@>press</button>",
    "handler-video": "<video><source onerror=@></video>",
    "handler-audio": "<audio src=nothing.mp3 onerror=@></audio>",
    "handler-animation": "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart='@'>x</b>",
    "handler-marquee": "<marquee onstart=@>x</marquee>",
    "handler-custom": "<x-y tabindex=0 onfocus=@ autofocus>x</x-y>",
    "handler-div": "<div onmouseover=@>\n\ntext\n\n</div>",
    "handler-span": "<span onclick=@>text</span>",
    "svg-onload": "<svg onload=@></svg>",
    "svg-script": "<svg><script>@</script></svg>",
    "svg-script-href": "<svg><script href='data:text/javascript,@' /></svg>",
    "svg-animate": "<svg><a><animate attributeName=href values='javascript:@' /><text x=20 y=20>press</text></a></svg>",
    "svg-use": "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='@'/></svg>#x\"/></svg>",
    "svg-foreign": "<svg><foreignObject><body onload=@><img src=nothing.png onerror=@></body></foreignObject></svg>",
    "math-link": "<math><mtext href='javascript:@'>press</mtext></math>",
    "math-annotation": "<math><annotation-xml encoding='text/html'><script>@</script><img src=nothing.png onerror=@></annotation-xml></math>",
    "math-table": "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=@&gt;\"></table></math>",
    "link": "[press](javascript:@)",
    "link-upper": "[press](JaVaScRiPt:@)",
    "link-entity": "[press](&#106;avascript&colon;@)",
    "link-tab": "[press](<java&Tab;script:@>)",
    "link-newline": "<a href='java\nscript:@'>press</a>",
    "link-control": "<a href='\x01javascript:@'>press</a>",
    "link-space": "<a href=' &#14; javascript:@'>press</a>",
    "link-raw": "<a href='javascript:@'>press</a>",
    "link-auto": "<javascript:@>",
    "link-reference": "[press][r]\n\n[r]: javascript:@",
    "link-vbscript": "[press](vbscript:@)",
    "link-data": "[press](data:text/html,<script>@</script>)",
    "link-title": "[press](a.html \"x' onmouseover='@\")",
    "link-attributes": "[press](a.html){onclick=\"@\" onmouseover=\"@\"}",
    "link-blob": "<a href='javascript:%63onsole.log(/ran-!/.source)' target=_blank>press</a>",
    "area": "<map name=m><area href='javascript:@' shape=default></map><img usemap='#m' src=fig/a.png>",
    "image-attributes": "![x](nothing.png){onerror=\"@\"}",
    "image-alt": "![\"><script>@</script>](nothing.png)",
    "image-source": "![x](javascript:@)",
    "image-title": "![x](nothing.png \"'><img src=1 onerror=@>\")",
    "heading-attributes": "## Heading {onclick=\"@\" onmouseover=\"@\"}",
    "heading-text": "## Heading <img src=nothing.png onerror=@>",
    "heading-escaped": "## Heading &lt;img src=nothing.png onerror=@&gt;",
    "span-attributes": "[press]{onclick=\"@\"}",
    "div-attributes": "::: {.callout onmouseover=\"@\"}\n\n### Box <script>@</script>\n\ntext\n\n:::",
    "code-attributes": "```{.python onmouseover=\"@\"}\nx = 1\n```",
    "code-class": "```\"onmouseover=@\nx = 1\n```",
    "frame-javascript": "<iframe src='javascript:@'></iframe>",
    "frame-data": "<iframe src='data:text/html,<script>@</script>'></iframe>",
    "frame-srcdoc": "<iframe srcdoc='<script>@</script>'></iframe>",
    "frame-file": "<iframe src='fig/own.html'></iframe>",
    "object-data": "<object data='data:text/html,<script>@</script>'></object>",
    "object-javascript": "<object data='javascript:@'></object>",
    "object-file": "<object data='fig/own.html' type='text/html'></object>",
    "embed": "<embed src='data:text/html,<script>@</script>'>",
    "embed-svg": "<embed src='fig/own.svg'>",
    "refresh-javascript": "<meta http-equiv=refresh content='0;url=javascript:@'>",
    "refresh-data": "<meta http-equiv=refresh content='0;url=data:text/html,<script>@</script>'>",
    "form-action": "<form action='javascript:@'><button>press</button></form>",
    "form-button": "<form><button formaction='javascript:@'>press</button></form>",
    "form-input": "<form id=f></form><input type=submit form=f formaction='javascript:@' value=press>",
    "base": "<base href='data:text/html,'>\n\n[press](javascript:@)",
    "style-import": "<style>@import 'javascript:@';</style><p>x</p>",
    "style-behaviour": "<p style='background:url(javascript:@)'>x</p>",
    "link-stylesheet": "<link rel=stylesheet href='javascript:@'>",
    "link-import": "<link rel=import href='data:text/html,<script>@</script>'>",
    "template": "<template><script>@</script></template><div><template shadowrootmode=open><script>@</script></template></div>",
    "textarea": "<textarea><img title='</textarea><script>@</script>'></textarea>",
    "plaintext": "<xmp><script></xmp><script>@</script>",
    "processing": "<?xml <img src=x onerror=@> ?>",
    "cdata": "<![CDATA[ <img src=x onerror=@> ]]>",
    "formula-script": "$\\text{<script>@</script>}$",
    "formula-display": "$$\\text{<img src=x onerror=@>}$$",
    "formula-mbox": "$\\mbox{</math><img src=x onerror=@>}$",
    "formula-href": "$\\href{javascript:@}{press}$",
    "formula-colour": "$\\color{red'><img/src=x/onerror=@>}x$",
    "formula-class": "$\\class{x}{y}\\style{x}{y}\\operatorname{<img src=x onerror=@>}$",
    "formula-unknown": "$\\nonsense{<img src=x onerror=@>$",
    "formula-entity": "$\\text{&lt;img src=x onerror=@&gt;}$",
    "formula-heading": "## $\\text{<img src=x onerror=@>}$",
    "mermaid-click": "```mermaid\nflowchart LR\n  A[press] --> B\n  click A href \"javascript:@\" \"tip\"\n  click B call @\n```",
    "mermaid-label": "```mermaid\nflowchart LR\n  A[\"<img src=x onerror=@>\"] --> B[\"<script>@</script>\"]\n```",
    "table-cell": "| a | b |\n|---|---|\n| <img src=x onerror=@> | [press](javascript:@) |",
    "footnote": "Text.[^1]\n\n[^1]: Note <img src=x onerror=@> [press](javascript:@)",
    "definition": "term <script>@</script>\n:   text <img src=x onerror=@>",
    "glossary-term": "{{ glosario.hostile }}",
}  # fmt: skip
"""Markdown of an episode by the payload's name; ``@`` stands for its script, ``!`` for its name."""

SHAPES: Mapping[str, str] = {
    "tag": "x\"'><script>@</script>",
    "handler": "x' onmouseover='@' autofocus onfocus='@' x=\" onmouseover=\"@",
    "close": "</title></script></style></textarea><script>@</script>",
    "image": "<img src=nothing.png onerror=@>",
    "address": "javascript:@//https://example.org/",
    "markdown": "[press](javascript:@) ![x](nothing.png){onerror=\"@\"}",
    "template": "{{ '<script>@</script>' }}{% raw %}<script>@</script>{% endraw %}",
    "spelt": "JaVa\tScRiPt:@//https://example.org/",
}  # fmt: skip
"""Values for every key of the settings and for every other text that is not prose."""

KEYS = (
    "title", "carpentry", "carpentry_description", "created", "keywords", "life_cycle", "license", "license_url", "source", "branch",
    "contact", "doi", "url", "lang", "handout", "desc", "copy", "logo", "favicon", "analytics",
)  # fmt: skip
"""Keys of the settings that take a text."""

CITED = ("title", "message", "version", "doi", "url", "abstract", "date-released", "license", "repository-code")
OUTPUTS = (
    "<script>@</script>", "<img src=x onerror=@>", "<svg onload=@></svg>", "<a href='javascript:@'>press</a>", "<iframe srcdoc='<script>@</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=@&gt;\"></table></math>",
    "<form action='javascript:@'><button>press</button></form>", "<noscript><p title='</noscript><img src=x onerror=@>'></noscript>",
)  # fmt: skip

ALONE = frozenset(
    ("script-unclosed", "script-in-comment", "plaintext", "base", "refresh-javascript", "refresh-data", "handler-body", "textarea")
)
"""Payloads that change what stands below them."""

FRONT = "---\ntitle: {title}\nteaching: 1\nexercises: 1\n---\n\n"
BOXES = "::: questions\n\n- q\n\n:::\n\n::: objectives\n\n- o\n\n:::\n\n"
SETTINGS = "title: Payloads\nglosario: glossary.yml\n"


def filled(text: str, name: str) -> str:
    """Return a payload with its script and name."""
    marked = text.replace("@keyframes", "\0k").replace("@import", "\0i").replace("@", said(name)).replace("/ran-!/", f"/ran-{name}/")
    return marked.replace("\0k", "@keyframes").replace("\0i", "@import")


def groups(size: int = 5) -> Iterator[tuple[str, ...]]:
    """Yield the names of the payloads of each page."""
    yield from ((name,) for name in PROSE if name in ALONE)
    rest = [name for name in PROSE if name not in ALONE]
    yield from (tuple(rest[start : start + size]) for start in range(0, len(rest), size))


def write_prose(root: Path, settings: str = SETTINGS) -> Path:
    """Write a lesson with an episode for each payload, and some payloads in every other place for prose."""
    texts = {"config.yaml": settings}
    for group in groups():
        body = "\n\n".join(f"## Payload {name}\n\n{filled(PROSE[name], name)}" for name in group)
        texts[f"episodes/p-{group[0]}.md"] = FRONT.format(title=group[0]) + BOXES + body + "\n"
    some = ("script", "handler", "link", "svg-onload", "frame-srcdoc")
    places = {"index.md": "home", "learners/extra.md": "learners", "instructors/extra-notes.md": "instructors", "profiles/one.md": "profiles",
              "learners/setup.md": "setup", "instructors/instructor-notes.md": "notes", "learners/reference.md": "reference",
              "loose.md": "loose", "LICENSE.md": "licence"}  # fmt: skip
    for place, short in places.items():
        body = "\n\n".join(filled(PROSE[name], f"in-{short}-{name}") for name in some)
        texts[place] = f"---\ntitle: {short}\n---\n\n## Part\n\n{body}\n"
    texts["links.md"] = "[r]: javascript:" + said("in-links-reference") + "\n\n" + filled(PROSE["handler"], "in-links-handler") + "\n"
    hostile = {"slug": "hostile", "en": {"term": filled(SHAPES["tag"], "in-term"), "def": filled(SHAPES["handler"], "in-definition")}}
    texts["glossary.yml"] = json.dumps([hostile])
    texts["episodes/fig/own.js"] = said("script-file")
    texts["episodes/fig/own.html"] = f"<!doctype html><title>x</title><script>{said('own-file')}</script>"
    texts["episodes/fig/own.svg"] = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{said('own-picture')}'/>"
    return _written(root, texts)


def write_settings(root: Path, shape: str) -> Path:
    """Write a lesson in which every text of the settings, of the citation file and of front matter is one payload."""
    value = SHAPES[shape]
    settings = {key: filled(value, f"key-{key}") for key in KEYS}
    given = {**settings, "languages": {"default": "en", "other": [{"lang": filled(value, "key-other-lang"), "url": filled(value, "key-other-url")}]},
             "brand": {"primary": filled(value, "key-primary"), "accent": filled(value, "key-accent")}}  # fmt: skip
    cited = {key: filled(value, f"cff-{key}") for key in CITED}
    person = {key: filled(value, f"cff-{key}") for key in ("given-names", "family-names", "affiliation", "orcid", "name-particle")}
    citation = {"cff-version": "1.2.0", **cited, "authors": [person]}
    front = {key: filled(value, f"front-{key}") for key in ("title", "author", "date", "slug", "description", "keywords")}
    texts = {
        "config.yaml": json.dumps(given), "CITATION.cff": json.dumps(citation), "index.md": "Home\n", "learners/setup.md": "Set up\n",
        "episodes/a.md": f"---\n{json.dumps(front)[1:-1]}\n---\n\n{BOXES}".replace(", \"", "\n\""),
        "glossary.yml": "[]", "CODE_OF_CONDUCT.md": "Be kind.\n", "CONTRIBUTING.md": "Do.\n",
    }  # fmt: skip
    named = filled(value, "file-name").replace("/ran-file-name/.source", "'ran-file-name'").replace("/", "")
    texts[f"episodes/{named}.md"] = FRONT.format(title="") + BOXES
    texts[f"episodes/fig/{named}.png"] = "not a picture"
    return _written(root, texts)


def write_outputs(root: Path) -> Path:
    """Write a lesson whose cells show payloads of every kind of output."""
    cells = []
    for number, payload in enumerate(OUTPUTS):
        text = filled(payload, f"out-{number}")
        for kind in ("HTML", "Markdown", "SVG", "Latex"):
            shown = (
                f"<svg xmlns='http://www.w3.org/2000/svg'>{text}</svg>"
                if kind == "SVG"
                else f"$\\text{{{text}}}$"
                if kind == "Latex"
                else text
            )
            cells.append(
                f"```{{python}}\nfrom IPython.display import {kind}\ntry:\n    display({kind}({shown!r}))\nexcept Exception: pass\nprint({text!r})\n```\n"
            )
        cells.append(
            f"```{{python}}\n#| error: true\nraise type('X<script>{said('out-name')}</script>', (Exception,), {{}})({text!r})\n```\n"
        )
    return _written(
        root,
        {
            "config.yaml": "title: Outputs\n",
            "index.md": "Home\n",
            "episodes/a.md": FRONT.format(title="Outputs") + BOXES + "\n".join(cells),
        },
    )


def _written(root: Path, texts: Mapping[str, str]) -> Path:
    for name, text in texts.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


def pages_of(site: Path) -> Iterator[str]:
    """Yield the address of each page of a built site."""
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if not name.startswith(("assets/", "fig/")):
            yield quote(name)


PRESS = """() => { setTimeout(() => {
  const events = ["mouseover", "mouseenter", "focus", "click", "toggle", "animationstart", "submit"];
  addEventListener("submit", (event) => event.target.action.startsWith("http") && event.preventDefault());
  const leads = (node) => Boolean(node && /^https?:$|^file:$/.test(node.protocol || ""));
  addEventListener("click", (event) => leads(event.target.closest("a[href], area[href]")) && event.preventDefault(), true);
  document.querySelectorAll("details").forEach((box) => { box.open = true; });
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest(".md-header, .lesson-tools, dialog, .lesson-badges") || node.matches(".md-top, label, script, style")) continue;
    for (const name of events) { try { name === "click" && node.click ? node.click() : node.dispatchEvent(new Event(name, { bubbles: false, cancelable: true })); } catch { } }
  }
}, 0); }"""
"""Presses, touches and submits everything on a page; links that lead away are pressed and not followed.

A page that is closed while it goes to the next one stays open in Chromium, and whoever waits for its end waits for ever.
"""
