"""Write anew what the documentation and the builder have of one definition: tables of keys, JSON schemas, commands, exit codes, boxes,
codes of problems, snippets.

    python tools/reference.py [--run]

``--run`` also plays the sessions of all pages and runs the example of every problem code, which takes a minute and needs R and a browser.
A session in which a line of an ellipsis stands for several lines keeps it as long as the rest is right; else it is written out.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def main() -> None:
    """Write what is not current."""
    sys.path.insert(0, str(ROOT))  # the folder of this file alone is there
    from site_builder.authoring.snippets import snippets
    from site_builder.check.codes import TABLE
    from site_builder.check.reference import codes
    from site_builder.commands.reference import schemas, with_documents
    from site_builder.settings.reference import SCHEMAS, schema, with_tables
    from tools.documentation.generated import PARTS, SLOW, with_parts

    run = "--run" in sys.argv[1:]
    parts = {**PARTS, **(SLOW if run else {})}
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        made = with_parts(with_documents(with_tables(text)), parts)
        if run:
            made = _played(page.name, made)
        if made != text:
            page.write_text(made, encoding="utf-8")
    results = DOCS / "schemas" / "results"
    results.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (DOCS / "schemas" / f"{name}.schema.json").write_text(schema(name), encoding="utf-8")
    for name, made in schemas().items():
        (results / f"{name}.schema.json").write_text(made, encoding="utf-8")
    (DOCS / "editors").mkdir(exist_ok=True)
    (DOCS / "editors" / "lesson.code-snippets").write_text(snippets(), encoding="utf-8")
    TABLE.write_text(codes((DOCS / "problems.md").read_text(encoding="utf-8")), encoding="utf-8")


def _played(name: str, text: str) -> str:
    """Return a page with what its sessions print here; one that cannot be played on this machine stays as it is."""
    from tools.documentation.playing import Terminal, play
    from tools.documentation.starts import PAGES, obstacle

    if name not in PAGES:
        return text
    if why := obstacle(name):
        print(f"{name}: not played: {why}", file=sys.stderr)
        return text
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder) / "machine")
        PAGES[name](terminal)
        played = play(text, terminal)
    for done in played.failed:
        print(f"{name}: left as it is, since a command failed: {done.line}\n{done.printed}", file=sys.stderr)
    return text if played.failed else played.page


if __name__ == "__main__":
    main()
