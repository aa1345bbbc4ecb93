"""Every key that authors may write: settings, front matter, options of cells. Each is defined once, as an annotated dataclass field.

The dataclasses import nothing; pydantic reads values into them (`checking`), and schemas and reference tables are made from them.
"""
