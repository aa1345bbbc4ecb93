"""Kernel messages as nbclient and nbformat need them: every field there and of its type, whatever a kernel or a library has sent. Pure.

The fields are those of https://jupyter-client.readthedocs.io/en/stable/messaging.html. What a field lost cannot be guessed; a message
without what makes it one is dropped, all others say what they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from site_builder.outputs.storage import as_texts

STREAMS = ("stdout", "stderr")
DISPLAYS = ("display_data", "execute_result", "update_display_data")
COMMS = ("comm_open", "comm_msg", "comm_close")

BULK = ("_esm", "_css")
"""Parts of a widget's state that hold its program (a Plotly figure: 5 MB) and nothing that a page shows."""


def parent_of(message: Any) -> str:
    """Return the identifier of the request that a message belongs to, empty if it names none."""
    header = message.get("parent_header") if isinstance(message, dict) else None
    name = header.get("msg_id") if isinstance(header, dict) else None
    return name if isinstance(name, str) else ""


def repaired(message: Any) -> dict[str, Any] | None:
    """Return a message of the publishing channel with every field that nbclient reads; None if it says nothing."""
    if not isinstance(message, dict):
        return None
    header = message["header"] if isinstance(message.get("header"), dict) else {}
    kind = message.get("msg_type", header.get("msg_type"))
    content = _content(kind, message.get("content")) if isinstance(kind, str) else None
    if content is None:
        return None
    return {
        **message, "msg_type": kind, "header": {**header, "msg_type": kind}, "content": content,
        "parent_header": {**_mapping(message.get("parent_header")), "msg_id": parent_of(message)},
        "buffers": message["buffers"] if isinstance(message.get("buffers"), list) else [],
    }  # fmt: skip


def output_of(kind: Any, content: Any) -> dict[str, Any] | None:
    """Return an output as nbformat stores it, from a message's or an output's own fields; None for others, and without data."""
    found = _content(kind, content) if kind in ("stream", "error", "display_data", "execute_result") else None
    if found is None or not found.get("data", True):
        return None
    found.pop("transient", None)
    return {"output_type": kind, **found}


def reply(message: Any) -> dict[str, Any]:
    """Return an execution's reply with the fields that are read of it: status, and name and value of an error."""
    content = _mapping(message.get("content")) if isinstance(message, dict) else {}
    pages = content.get("payload")
    return {
        "status": content.get("status") if content.get("status") in ("ok", "error", "aborted") else "ok",
        "ename": _text(content.get("ename", "error")), "evalue": _text(content.get("evalue", "")),
        "execution_count": content["execution_count"] if _is_count(content.get("execution_count")) else None,
        "payload": [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else [],
    }  # fmt: skip


def paged(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return what a reply asks to show in a pager (``?``, ``%psource``), by MIME type."""
    pages = [as_texts(_mapping(page.get("data"))) for page in answer.get("payload", ()) if page.get("source") == "page"]
    return next((page for page in pages if page), {})


def _content(kind: str, content: Any) -> dict[str, Any] | None:
    given = _mapping(content)
    if kind == "stream":
        name = given.get("name")
        return {"name": name if name in STREAMS else "stdout", "text": _text(given["text"])} if given.get("text") is not None else None
    if kind in DISPLAYS:
        return _display(kind, given)
    if kind == "error":
        lines = given.get("traceback")
        shown = [_text(line) for line in lines] if isinstance(lines, list) else []
        return {"ename": _text(given.get("ename", "error")), "evalue": _text(given.get("evalue", "")), "traceback": shown}
    if kind == "status":
        return {"execution_state": given["execution_state"]} if isinstance(given.get("execution_state"), str) else None
    if kind == "clear_output":
        return {"wait": given.get("wait") is True}
    if kind in COMMS:
        return _comm(kind, given)
    return {} if kind == "execute_input" else None


def _display(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    metadata = given.get("metadata")
    known = {str(mime): about for mime, about in metadata.items() if isinstance(about, dict)} if isinstance(metadata, dict) else {}
    name = _mapping(given.get("transient")).get("display_id")
    transient = {"display_id": name} if isinstance(name, str) and name else {}
    content = {"data": as_texts(_mapping(given.get("data"))), "metadata": known, "transient": transient}
    return {**content, "execution_count": None} if kind == "execute_result" else content


def _comm(kind: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a comm's message without a state that is no mapping, and without the widget's program in it."""
    name, data = given.get("comm_id"), dict(_mapping(given.get("data")))
    if not isinstance(name, str):
        return None
    if "state" in data:
        data["state"] = {str(key): value for key, value in _mapping(data["state"]).items() if key not in BULK}
    paths = data.pop("buffer_paths", None)
    if isinstance(paths, list) and all(isinstance(path, list) for path in paths):
        data["buffer_paths"] = paths
    target = given.get("target_name")
    return {"comm_id": name, "data": data, **({"target_name": _text(target)} if kind == "comm_open" else {})}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else as_texts({"text/plain": value})["text/plain"]
