"""Lesson settings from ``config.yaml`` or from ``extra.lesson`` of ``mkdocs.yml`` (workbench-spec 2)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import yaml

from site_builder.errors import ConfigError
from site_builder.files import read_text
from site_builder.lesson.model import Settings
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
}  # key of config.yaml -> field of Settings


class _Loader(yaml.SafeLoader):
    """YAML as MkDocs reads it: its tags (``!ENV``, ``!!python/name``) are kept as text, because only MkDocs acts on them."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else suffix


_Loader.add_multi_constructor("!", _tagged)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _tagged)


def read_settings(root: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """Read a lesson's settings; without a file, or without ``extra.lesson``, they are the defaults.

    Raises:
        ConfigError: the file is not YAML or not a mapping; the problem in it has line and column.
    """
    path = next((name for name in (CONFIG, MKDOCS) if (root / name).is_file()), None)
    if path is None:
        return Settings(), ()
    text, _ = read_text(root / path)
    values, lines = parse_mapping(text, path)
    if path == MKDOCS:
        values, lines = _lesson_block(values, text)
    return settings_from(values, path, lines)


def parse_mapping(text: str, path: PurePosixPath) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a YAML mapping and the 1-based line of each of its top-level keys.

    Raises:
        ConfigError: not YAML, or not a mapping; its problem has line and column.
    """
    try:
        values = yaml.load(text, Loader=_Loader)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _broken(error, path) from error
    except ValueError as error:  # a date such as 2026-02-30
        raise ConfigError(f"{path} holds a value that YAML cannot read: {error}", hint="put it in quotes") from error
    if values is None:
        return {}, {}
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        problem = Problem("LS002", f"{path} is not a mapping of keys to values", Location(path, 1), "write one `key: value` a line")
        raise ConfigError(problem.message, problems=(problem,))
    return {str(key): value for key, value in values.items()}, _lines(node)


def _lines(node: yaml.MappingNode) -> dict[str, int]:
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _broken(error: yaml.YAMLError, path: PurePosixPath) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    place = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    problem = Problem("LS001", f"not YAML: {getattr(error, 'problem', None) or error}", place, "check quotes, colons and indentation")
    return ConfigError(f"{path} cannot be read", problems=(problem,))


def _lesson_block(values: Mapping[str, Any], text: str) -> tuple[dict[str, Any], dict[str, int]]:
    extra = values.get("extra")
    lesson = extra.get("lesson") if isinstance(extra, dict) else None
    block = {"title": values.get("site_name", ""), "url": values.get("site_url") or "", "source": values.get("repo_url") or ""}
    block.update(lesson if isinstance(lesson, dict) else {})
    lines = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"\s{4,}([\w-]+):", line)
        if found:
            lines.setdefault(found[1], number)
    return block, lines


def settings_from(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]) -> tuple[Settings, tuple[Problem, ...]]:
    """Turn a mapping into settings; a value of the wrong kind is a problem and its default is used."""
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for key, name in TEXT_KEYS.items():
        value = values.get(key)
        if isinstance(value, dict | list):
            place = Location(path, lines.get(key, 0))
            problems.append(Problem("LS003", f"`{key}` must be text", place, "give one value, not a list or mapping"))
        elif value is not None and value is not False:
            fields[name] = _text(value)
    source = _text(values.get("source")).rstrip("/")
    settings = Settings(
        path=path,
        source=source,
        url=_address(_text(values.get("url")), source),
        languages=_languages(values.get("languages")),
        overview=_flag(values.get("overview")),
        number_sidebar=not _flag(values.get("disable_sidebar_numbering")),
        fail_on_error=_flag(values.get("fail_on_error")),
        values=MappingProxyType(dict(values)),
        lines=MappingProxyType(dict(lines)),
        **fields,
    )
    if not settings.title:
        place = Location(path, lines.get("title", 0))
        problems.append(Problem("LS004", "the lesson has no title", place, "add `title: …`", Severity.WARNING))
    return settings, tuple(problems)


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
