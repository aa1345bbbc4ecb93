"""Kernel messages as a kernel sends them, and the outputs that they add up to."""

from __future__ import annotations

from typing import Any

from site_builder.execute.limits import Limits
from site_builder.execute.local.kernel_messages import reply
from site_builder.execute.local.messages import from_notebook, with_answer
from site_builder.execute.local.transcript import Transcript
from site_builder.records.model import Output


def message(kind: Any, parent: str = "r1", **content: Any) -> dict[str, Any]:
    """Return a message of the request ``parent``."""
    return {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {"msg_id": parent}, "content": content, "buffers": []}


def shown(transcript: Transcript, number: int = 0, answer: Any = None) -> tuple[Output, ...]:
    """Return the outputs of a cell as they are stored."""
    items = with_answer(transcript.outputs(number), reply(answer or {"content": {"status": "ok"}}))
    return from_notebook(items, Limits(), 1_000_000, {})
