"""Pages of R Markdown with results: the policy of prose holds for the text that is read again with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from site_builder.kept_results import KeptResults
from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html
from site_builder.plan.model import KeyParts
from site_builder.records.model import CellRecord, EpisodeRecord
from site_builder.weave.outputs import weave_outputs
from tests.weave.test_outputs import provenance

TEXT = (
    "---\ntitle: T\n---\n\nA <b onclick='x()'>word</b>.\n\n<script>x()</script>\n\n"
    "```{r made, results='asis'}\ncat(1)\n```\n\n<iframe src='https://a.org/x'></iframe>\n"
)


@pytest.mark.parametrize("safe", [True, False])
def test_where_prose_is_safe_results_and_the_text_around_them_are(safe: bool) -> None:
    page = read(TEXT, PurePosixPath("episodes/page.Rmd"), episode=True)
    (cell,) = page.cells
    result = CellRecord(cell.identifier, "r", cell.source, (), markdown="Made <i onclick='y()'>here</i>.\n\n<script>y()</script>\n")
    record = EpisodeRecord("page", KeyParts((), (), ""), (result,), provenance())
    kept = KeptResults(None, "")
    for document in (replace(page, safe=not safe), replace(page, safe=safe)):  # what was kept for the other policy is not shown
        html = to_html(weave_outputs(document, record, kept=kept).document.body)
    found = {word: word in html for word in ("onclick", "<script>", "<iframe")}
    assert found == dict.fromkeys(found, not safe)
    assert ">word</b>" in html and ">here</i>" in html and "https://a.org/x" in html
