"""Lesson settings from ``config.yaml`` or from ``extra.lesson`` of ``mkdocs.yml`` (workbench-spec 2)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import yaml

import site_builder
from site_builder.errors import ConfigError
from site_builder.files import read_text
from site_builder.lesson.execution import read_execution
from site_builder.lesson.model import Settings
from site_builder.lesson.requirement import check_builder
from site_builder.lesson.workshop import read_workshop
from site_builder.lesson.yaml_reading import UNREADABLE, TextLoader
from site_builder.problems import Location, Problem, Severity

CONFIG = PurePosixPath("config.yaml")
MKDOCS = PurePosixPath("mkdocs.yml")

TEXT_KEYS = {
    "title": "title",
    "carpentry": "carpentry",
    "carpentry_description": "carpentry_description",
    "keywords": "keywords",
    "life_cycle": "life_cycle",
    "doi": "doi",
    "license": "license",
    "license_url": "license_url",
    "branch": "branch",
    "contact": "contact",
    "lang": "lang",
    "desc": "description",
    "created": "created",
    "handout": "handout",
    "analytics": "analytics",
    "glosario": "glosario",
    "engine": "engine",
}  # key of config.yaml -> field of Settings
TEXT_ONLY = (*TEXT_KEYS, "source", "url")
BLOCK_SCALAR = "chomping or indentation indicators"
"""What PyYAML says of a value such as ``>=1.2`` without quotes, in which YAML sees the beginning of a block of text."""

LIST_KEYS = ("episodes", "schedule", "learners", "instructors", "profiles", "exclude-pages")


def read_settings(root: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """Read a lesson's settings; without a file, or without ``extra.lesson``, they are the defaults.

    Raises:
        ConfigError: the file is not YAML or not a mapping, or asks for another version of the builder (``requires-lesson``), which
            is looked at before everything else; the problem in it has line and column.
    """
    path = next((name for name in (CONFIG, MKDOCS) if (root / name).is_file()), None)
    if path is None:
        return Settings(), ()
    text, _ = read_text(root / path)
    values, lines = parse_mapping(text, path)
    if path == MKDOCS:
        values, lines = _lesson_block(values, lines, text)
    asked = check_builder(values, path, lines, site_builder.__version__)
    settings, problems = settings_from(values, path, lines)
    return settings, (*asked, *problems)


def parse_mapping(text: str, path: PurePosixPath) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a YAML mapping and the 1-based line of each of its top-level keys.

    Raises:
        ConfigError: not YAML, or not a mapping; its problem has line and column.
    """
    try:
        values = yaml.load(text, Loader=TextLoader)  # noqa: S506 - a SafeLoader that keeps MkDocs' tags as text
        node = yaml.compose(text, Loader=TextLoader)
    except (yaml.YAMLError, *UNREADABLE) as error:
        raise ConfigError(f"{path} cannot be read", problems=(yaml_problem(error, path, text),)) from error
    if values is None:
        return {}, {}
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        problem = Problem("LS002", f"{path} is not a mapping of keys to values", Location(path, 1), "write one `key: value` a line")
        raise ConfigError(problem.message, problems=(problem,))
    return {str(key): value for key, value in values.items()}, _lines(node)


def _lines(node: yaml.Node | None) -> dict[str, int]:
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value} if isinstance(node, yaml.MappingNode) else {}


def yaml_problem(error: Exception, path: PurePosixPath, text: str) -> Problem:
    """Turn what reading YAML raised into a problem (``LS001``) with line and column, as far as the error tells them."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark:
        place = Location(path, mark.line + 1, mark.column + 1)
    elif isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position].split("\n")
        place = Location(path, len(before), len(before[-1]) + 1)
    else:
        return Problem("LS001", f"a value cannot be read: {error or type(error).__name__}", Location(path), "put it in quotes")
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    quotes = 'put a value that begins with `>` or `|` in quotes: `">=1.2"`'
    hint = quotes if BLOCK_SCALAR in str(reason) else "check quotes, colons and indentation"
    return Problem("LS001", f"not YAML: {reason}", place, hint)


def _lesson_block(values: Mapping[str, Any], lines: Mapping[str, int], text: str) -> tuple[dict[str, Any], dict[str, int]]:
    extra = values.get("extra")
    lesson = extra.get("lesson") if isinstance(extra, dict) else None
    block = {"title": values.get("site_name", ""), "url": values.get("site_url") or "", "source": values.get("repo_url") or ""}
    block.update(lesson if isinstance(lesson, dict) else {})
    named = {key: lines[name] for key, name in (("title", "site_name"), ("url", "site_url"), ("source", "repo_url")) if name in lines}
    return block, named | _lines(_child(_child(yaml.compose(text, Loader=TextLoader), "extra"), "lesson"))


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs: Iterable[tuple[yaml.Node, yaml.Node]] = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def settings_from(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]) -> tuple[Settings, tuple[Problem, ...]]:
    """Turn a mapping into settings; a value of the wrong kind is a problem and its default is used."""
    execution, wrong = read_execution(values, path, lines)
    workshop, faults = read_workshop(values, path, lines)
    problems = [*_wrong_kinds(values, path, lines), *wrong, *faults]
    plain = {key: value for key, value in values.items() if not isinstance(value, dict | list)}
    given = {key: value for key, value in plain.items() if value is not None and value is not False}
    fields: dict[str, Any] = {name: _text(given[key]) for key, name in TEXT_KEYS.items() if key in given}
    source = _text(plain.get("source")).rstrip("/")
    settings = Settings(
        path=path,
        source=source,
        url=_address(_text(plain.get("url")), source),
        languages=_languages(values.get("languages")),
        overview=_flag(values.get("overview")),
        number_sidebar=not _flag(values.get("disable_sidebar_numbering")),
        fail_on_error=_flag(values.get("fail_on_error")),
        execution=execution,
        workshop=workshop,
        values=MappingProxyType(dict(values)),
        lines=MappingProxyType(dict(lines)),
        **fields,
    )
    if not settings.title:
        place = Location(path, lines.get("title", 0))
        problems.append(Problem("LS004", "the lesson has no title", place, "add `title: …`", Severity.WARNING))
    return settings, tuple(problems)


def _wrong_kinds(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]) -> Iterable[Problem]:
    for key in TEXT_ONLY:
        if isinstance(values.get(key), dict | list):
            place = Location(path, lines.get(key, 0))
            yield Problem("LS003", f"`{key}` must be text", place, "give one value, not a list or mapping")
    for key in LIST_KEYS:
        if values.get(key) is not None and not isinstance(values[key], list):
            place = Location(path, lines.get(key, 0))
            yield Problem("LS003", f"`{key}` must be a list of file names", place, "write each name on a line of its own, after `- `")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()[:10]
    return str(value).strip()


def _flag(value: Any) -> bool:
    return value is True or str(value).strip().lower() in {"true", "yes", "on", "1"}


def _address(url: str, source: str) -> str:
    """Derive the site's address from the repository where none is given: ``https://owner.github.io/repository/``."""
    found = re.search(r"github\.com[/:]([^/]+)/([^/]+?)(?:\.git)?$", source)
    if not url and found:
        url = f"https://{found[1]}.github.io/{found[2]}/"
    return url if not url or url.endswith("/") else url + "/"


def _languages(value: Any) -> tuple[tuple[str, str], ...]:
    others = value.get("other") if isinstance(value, dict) else None
    pairs = [item for item in others if isinstance(item, dict)] if isinstance(others, list) else []
    return tuple((_text(item.get("lang")), _text(item.get("url"))) for item in pairs)
