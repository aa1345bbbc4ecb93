"""Write anew what the documentation and the builder have of one definition: tables of keys, JSON schemas, problem codes, snippets."""

from __future__ import annotations

from pathlib import Path

from site_builder.authoring.snippets import snippets
from site_builder.check.codes import TABLE
from site_builder.check.reference import codes
from site_builder.commands.reference import schemas, with_documents
from site_builder.settings.reference import SCHEMAS, schema, with_tables

DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Write what is not current."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (made := with_documents(with_tables(text))) != text:
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


if __name__ == "__main__":
    main()
