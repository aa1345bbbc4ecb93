"""Code that a session runs before the first cell."""

from __future__ import annotations

from site_builder.execute.local.inside import guard_source
from site_builder.execute.local.session import SessionPlace

LOG = "opened.txt"
"""File beside the working folder where a Python kernel notes the files that its cells open."""

R_PRINTS = """\
options(jupyter.rich_display = FALSE)
for (kind in c("data.frame", "data.table", "matrix", "ts")) registerS3method("repr_text", kind, envir = asNamespace("repr"),
  function(obj, ...) paste(utils::capture.output(print(obj)), collapse = "\\n"))
registerS3method("repr_text", "htmlwidget", envir = asNamespace("repr"), function(obj, ...) {
  IRdisplay::publish_mimebundle(list("text/html" = as.character(htmltools::as.tags(obj))))
  NULL
})
rm(kind)
"""
"""R prints as at its own prompt, which is what lessons show; IRkernel would print tables in its own way (package repr), and of a widget
that it is none.
"""


def preparation(language: str, place: SessionPlace) -> str:
    """Return the code for a language's session; it leaves no name, output or history behind."""
    if language == "r":
        return R_PRINTS
    if language != "python":
        return ""
    given = {
        "flood_bytes": place.limits.flood_bytes, "picture_bytes": place.limits.picture_bytes, "log": str(place.top / LOG),
        "folders": [f"{folder}/" for folder in (place.top / "lesson", *place.watched)],
    }  # fmt: skip
    return f"exec(compile({guard_source()!r}, 'guard', 'exec'), {{'__name__': 'guard', 'GUARD': {given!r}}})"
