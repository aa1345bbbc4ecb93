"""Mermaid diagrams as drawings that need no script, no style sheet and no network: made once, kept by digest.

The real Mermaid draws them, in whichever Chromium-based browser is installed; it is never sent to readers. Nothing else here reads
Mermaid's language, but for the lines that name a diagram.

| module | what it does |
| --- | --- |
| `model` | a diagram's drawing, its fault, or why this machine cannot draw it |
| `source` | a diagram's text: title and description, its key, the lines that Mermaid counts |
| `svg` | which SVG may be put on a page |
| `store` | the kept drawings of a lesson |
| `errors` | Mermaid's messages in an author's words |
| `drawing` | all missing drawings, in one page of one browser |
| `page/` | the scripts of that page |
| `mermaid/` | Mermaid's script as its package has it, with the licences of all that it contains |
"""
