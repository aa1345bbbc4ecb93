"""Write the reference of every key anew: its tables in the documentation, and the JSON schemas beside it."""

from __future__ import annotations

from pathlib import Path

from site_builder.settings.reference import SCHEMAS, schema, with_tables

DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    """Write what is not current."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (made := with_tables(text)) != text:
            page.write_text(made, encoding="utf-8")
    folder = DOCS / "schemas"
    folder.mkdir(exist_ok=True)
    for name in SCHEMAS:
        (folder / f"{name}.schema.json").write_text(schema(name), encoding="utf-8")


if __name__ == "__main__":
    main()
