"""How the chunks and inline code of R Markdown are marked in the text that the reader reads (`markdown.knitted`)."""

import re

MARK = "\ufdd0"
"""A noncharacter (Unicode 23.7: for a program's own use), which no source keeps."""

NOTE = f"{MARK}n"
"""How the classes of two empty code blocks begin: the place of a chunk that has not run, and that of the note below one that has."""

MARKED = re.compile(rf"`({MARK}\d+)`")
"""Inline code in a text that is not read as Markdown, such as an attribute; splitting by it gives texts and marks by turns."""
