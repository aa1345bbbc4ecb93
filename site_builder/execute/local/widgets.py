"""What a widget shows on a page that has no kernel: its value when the code had run, and what its Output areas contain. Pure.

The models' fields are those of https://ipywidgets.readthedocs.io/en/stable/examples/Widget%20Low%20Level.html and of the
specification https://github.com/jupyter-widgets/ipywidgets/tree/main/packages/schema.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any, TypeAlias

from site_builder.outputs.storage import HTML, PLAIN, WIDGET_VIEW, is_text

OUTPUT_MODEL = "OutputModel"
REFERENCE = "IPY_MODEL_"
"""How a widget's state names another widget."""

CORE = "@jupyter-widgets/"
"""How the modules of ipywidgets' own models begin."""

CLOSED = "closed"
"""Said of a widget in its state when the code has closed it."""

MARKUP = ("HTMLModel", "HTMLMathModel")
MEDIA = {"ImageModel": "image", "AudioModel": "audio", "VideoModel": "video"}
"""Widgets whose value is a file, and the first part of its type."""
PIXELS = re.compile(r"[0-9]{1,5}")
"""A width or height that a page can use."""
BARS = ("FloatProgressModel", "IntProgressModel")
STILL = (*MARKUP, *BARS, "LabelModel", "ValidModel")
"""Widgets that only show something: a page loses nothing of them."""

State: TypeAlias = Callable[[str], Mapping[str, Any]]
Item: TypeAlias = dict[str, Any]


def view_of(item: Mapping[str, Any]) -> str:
    """Return the name of the widget that an output shows, empty for every other output."""
    try:
        view = json.loads(item["data"][WIDGET_VIEW])
    except (KeyError, TypeError, ValueError, RecursionError):
        return ""
    name = view.get("model_id") if isinstance(view, dict) else None
    return name if isinstance(name, str) else ""


def note_shown(item: Mapping[str, Any], state: State, shown: set[str]) -> None:
    """Add the Output widgets that an output shows to those that have been ``shown``."""
    for _ in _parts(view_of(item), state, shown, set()):
        pass


def flattened(item: Item, state: State, shown: set[str]) -> Iterator[Item]:
    """Yield what a page shows of an output: the output itself, or the content of the widget that it displays.

    A widget without content (an empty Output) and one that is closed or hidden show nothing; one whose state is not known, its picture or
    text; one of another library, the picture or HTML that it offers for pages without a kernel.
    """
    name = view_of(item)
    others = {mime: text for mime, text in item["data"].items() if mime != WIDGET_VIEW} if name else {}
    if not name or not state(name) or (_is_foreign(state(name)) and not others.keys() <= {PLAIN}):
        yield {**item, "data": others} if name else item
        return
    waiting: list[_Part] = []
    for part in _parts(name, state, shown, set()):
        if isinstance(part, dict):
            yield from _display(waiting)
            waiting = []
            yield from flattened(part, state, shown) if part is not item else ()
        else:
            waiting.append(part)
    yield from _display(waiting)


class _Part:
    """A piece of text or HTML that a widget shows, and the widget's kind if readers could change it, or if it is ``missing`` on pages."""

    def __init__(self, text: str, *, html: bool = False, control: str = "", missing: str = "") -> None:
        self.text, self.html, self.control, self.missing = text, html, control, missing


def _display(parts: list[_Part]) -> Iterator[Item]:
    if not parts:
        return
    words = "\n".join(_words(part.text) if part.html else part.text for part in parts)
    data = {PLAIN: words}
    if any(part.html for part in parts):
        data[HTML] = " ".join(part.text if part.html else f"<span>{escape(part.text)}</span>" for part in parts)
    controls = dict.fromkeys(part.control for part in parts if part.control)
    missing = dict.fromkeys(part.missing for part in parts if part.missing)
    about = {name: ", ".join(kinds) for name, kinds in (("controls", controls), ("missing", missing)) if kinds}
    yield {"output_type": "display_data", "data": data, "metadata": {HTML if HTML in data else PLAIN: about} if about else {}}


def _parts(name: str, state: State, shown: set[str], met: set[str]) -> Iterator[_Part | Item]:
    """Yield what a widget shows, in order: pieces of its own, and the outputs in Output widgets; nothing of one ``met`` before."""
    name = name.removeprefix(REFERENCE)
    model = {} if name in met else state(name)
    met.add(name)
    if not model or model.get(CLOSED) or _is_hidden(state(str(model.get("layout", "")).removeprefix(REFERENCE))):
        return
    kind = str(model.get("_model_name", ""))
    if kind == OUTPUT_MODEL:
        if name not in shown:
            shown.add(name)
            yield from (item for item in model.get("outputs", ()) if isinstance(item, dict))
        return
    children = model.get("children")
    if isinstance(children, (list, tuple)):
        titles = model.get("titles")
        marked = any(state(str(child).removeprefix(REFERENCE)).get("_model_name") in MARKUP for child in children)
        for number, child in enumerate(children):
            if marked and state(str(child).removeprefix(REFERENCE)).get("_model_name") in BARS:
                continue  # tqdm's bar: the texts around it say how far it is
            if isinstance(titles, (list, tuple)) and number < len(titles):
                yield _Part(f"<b>{escape(str(titles[number]))}</b>", html=True)
            yield from _parts(str(child), state, shown, met)
        return
    yield from _leaf(kind, model)


def _is_foreign(model: Mapping[str, Any]) -> bool:
    return not str(model.get("_model_module", CORE)).startswith(CORE)


def _is_hidden(layout: Mapping[str, Any]) -> bool:
    return layout.get("display") == "none" or layout.get("visibility") == "hidden"


def _leaf(kind: str, model: Mapping[str, Any]) -> Iterator[_Part | Item]:
    if kind in MEDIA and model.get("value") and isinstance(model["value"], bytes):
        yield _file(kind, model)
        return
    value, label = _value(model), model.get("description", "")
    name = str(model.get("_anywidget_id") or kind).rpartition(".")[2].removesuffix("Model")
    control = "" if kind in STILL else name
    if kind in MARKUP:
        text = " ".join(str(part) for part in (label, value) if part not in ("", None))
        if text:
            yield _Part(text, html=True)
    elif kind in BARS:
        yield _Part(_progress(model, label))
    elif value in ("", None) and _is_foreign(model):
        yield _Part(f"[{name}]", missing=name)
    elif value not in ("", None) or label:
        yield _Part(": ".join(str(part) for part in (label, value) if part not in ("", None)), control=control)


def _file(kind: str, model: Mapping[str, Any]) -> _Part | Item:
    """Return a picture, sound or film that a widget holds as what a display of it would be."""
    data, form = model["value"], str(model.get("format", ""))
    if form == "url":
        return _Part(data.decode(errors="replace"))
    mime, coded = f"{MEDIA[kind]}/{form}", base64.b64encode(data).decode()
    if kind == "ImageModel":
        sides = {side: int(model[side]) for side in ("width", "height") if PIXELS.fullmatch(str(model.get(side, "")))}
        shown = data.decode(errors="replace") if is_text(mime) else coded
        return {"output_type": "display_data", "data": {mime: shown}, "metadata": {mime: sides} if sides else {}}
    element = MEDIA[kind]
    return _Part(f'<{element} controls src="data:{escape(mime)};base64,{coded}"></{element}>', html=True)


def _value(model: Mapping[str, Any]) -> Any:
    """Return the value as a reader would see it: the label that is chosen, the value otherwise."""
    labels, index = model.get("_options_labels"), model.get("index")
    if isinstance(labels, (list, tuple)):
        chosen = index if isinstance(index, (list, tuple)) else (index,)
        return ", ".join(str(labels[number]) for number in chosen if isinstance(number, int) and 0 <= number < len(labels))
    value = model.get("value")
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _progress(model: Mapping[str, Any], label: object) -> str:
    done, most = model.get("value"), model.get("max")
    told = f"{done}/{most}" if isinstance(done, (int, float)) and isinstance(most, (int, float)) else str(done)
    return " ".join(str(part) for part in (label, f"[{told}]") if part)


class _Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _words(html: str) -> str:
    return " ".join(" ".join(_Words(html).found).split())
