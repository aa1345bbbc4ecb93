"""Add an episode to a lesson: its file, and its entry in the settings' list."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.authoring.adding import add
from site_builder.authoring.facts import language_of, plain_title
from site_builder.authoring.listing import shown, with_entry
from site_builder.authoring.skeleton import SUFFIX, episode_text
from site_builder.authoring.slugs import slug
from site_builder.errors import ConfigError, MachineError, OutputRefused
from site_builder.lesson.config import BLOCK, CONFIG, MKDOCS
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.lesson.names import CITATION, MADE, free, reserved
from site_builder.lesson.root import find_root
from site_builder.problems import did_you_mean

EPISODES = PurePosixPath("episodes")
LISTS = ("episodes", "schedule")
"""The setting that lists the episodes, and its former name."""

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class NewEpisode:
    """An episode that was added: the lesson's folder, its file, the settings that list it now (None: they have no list), and its place.

    ``after`` is the file of the episode before it, empty for the first.
    """

    root: Path
    path: PurePosixPath
    settings: PurePosixPath | None
    after: str


def new_episode(
    path: Path, title: str, *, after: str = "", name: str = "", language: str = "", dry_run: bool = False
) -> NewEpisode:  # fmt: skip
    """Write an episode and list it behind the one that ``after`` names (default: the last one).

    ``name`` is the file's name without ending; without it, it is made from the title. A lesson whose settings have no list shows its
    episodes by name: it gets a list only where ``after`` asks for another place.

    Raises:
        ConfigError: there is no lesson, the title cannot be used, or there is no episode ``after``.
        OutputRefused: a page has that name already, every site has one, or the settings have to be edited by hand.
        MachineError: something cannot be written; nothing was then.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    words = plain_title(title)
    language = language or language_of(root / source.path for source in lesson.episodes)
    target = EPISODES / (_file_name(name, words) + SUFFIX.get(language, ".md"))
    _check_name(lesson, target)
    names = [source.path.name for source in lesson.episodes]
    place = _place(names, after)
    listed = bool(lesson.settings.episodes)
    sorts_there = sorted([*names, target.name]) == [*names[: place + 1], target.name, *names[place + 1 :]]
    if listed or (after and not sorts_there):
        settings, text = _settings(lesson, names, target.name, place if after else None)
    else:
        settings, text = None, b""
        place = sorted([*names, target.name]).index(target.name) - 1
    if not dry_run:
        _write(root, target, episode_text(words, language), settings, text)
    else:
        add(root, {target: ""}, dry_run=True)
    return NewEpisode(root, target, settings, names[place] if place >= 0 else "")


def _file_name(name: str, title: str) -> str:
    wanted = PurePosixPath(name.replace("\\", "/")).name.removesuffix(".Rmd").removesuffix(".md") if name else title
    found = slug(wanted)
    if not found:
        raise ConfigError(f"{wanted!r} has no letter or digit for a file's name", hint="name the file: --name reading-tables")
    return found


def _check_name(lesson: Lesson, target: PurePosixPath) -> None:
    """Refuse a name that another page has, that every site has, or that a file has that is no page."""
    source = SourceFile(target, Kind.EPISODE)
    for problem in reserved((*lesson.sources, source), cited=lesson.citation is not None):
        if problem.location.path == target:
            proposal = free(f"{source.slug}-episode", _taken(lesson))
            raise OutputRefused(
                f"`{source.slug}.html` is {MADE.get(source.slug, 'a page that the site makes itself')}", hint=_other(proposal)
            )
    existing = next((path for path in _pages(lesson) if path.stem.lower() == source.slug.lower()), None)
    if existing is None and (lesson.root / target).exists():
        existing = target
    if existing is not None:
        raise OutputRefused(f"{existing} is there already", hint=_other(free(source.slug, _taken(lesson))))


def _other(name: str) -> str:
    return f"name the file in another way: --name {name}"


def _pages(lesson: Lesson) -> list[PurePosixPath]:
    """Return every file that has a page or could get one: drafts and files that the settings exclude too."""
    folder = lesson.root / EPISODES
    others = [EPISODES / path.name for path in folder.iterdir() if path.suffix] if files.is_folder(folder) else []
    return [*(source.path for source in lesson.sources if source.kind is not Kind.HOME), *lesson.drafts, *others]


def _taken(lesson: Lesson) -> set[str]:
    return {path.stem.lower() for path in _pages(lesson)} | set(MADE) | {CITATION}


def _place(names: list[str], after: str) -> int:
    """Return the position of the episode that a name, its beginning, a file or a path means; the last one's where there is no name."""
    if not after:
        return len(names) - 1
    wanted = PurePosixPath(after.replace("\\", "/")).name
    exact = [number for number, name in enumerate(names) if wanted in (name, PurePosixPath(name).stem)]
    meant = exact or [number for number, name in enumerate(names) if name.startswith(wanted)]
    if len(meant) > 1 and not exact:
        raise ConfigError(f"{after} may be {' or '.join(names[number] for number in meant)}", hint="write more of the name")
    if not meant:
        known = [PurePosixPath(name).stem for name in names]
        hint = did_you_mean(wanted, known) or f"episodes are {', '.join(known) or 'none'}"
        raise ConfigError(f"the lesson has no episode {after}", hint=hint)
    return meant[0]


def _settings(lesson: Lesson, names: list[str], name: str, after: int | None) -> tuple[PurePosixPath, bytes]:
    """Return the settings' file and its bytes with the new entry, behind an episode or at the end of the list.

    Raises:
        OutputRefused: only a person can add it; the hint says what to write.
    """
    path = next((name for name in (CONFIG, MKDOCS) if files.is_file(lesson.root / name)), CONFIG)
    data = files.read_bytes(lesson.root / path) if files.is_file(lesson.root / path) else b""
    mark = BOM if data.startswith(BOM) else b""
    key = next((key for key in LISTS if lesson.settings.values.get(key)), LISTS[0])
    where = [*(str(part) for part in BLOCK), key] if path == MKDOCS else [key]
    listed = [PurePosixPath(each).name for each in lesson.settings.episodes] or names
    before = listed[-1] if after is None else names[after]
    try:
        text = with_entry(data.removeprefix(mark).decode(), where, names, name, listed.index(before))
    except ValueError:  # it is not UTF-8
        text = None
    if text is None:
        message = f"{path} cannot be edited without changing more than the list of episodes; nothing was written"
        raise OutputRefused(message, hint=f"{shown(where, name, before)}, then write episodes/{name}")
    return path, mark + text.encode()


def _write(root: Path, target: PurePosixPath, text: str, settings: PurePosixPath | None, data: bytes) -> None:
    """Write the episode, then the settings; if these cannot be written, the episode goes again."""
    place = files.safe_join(root, settings) if settings else None  # a link inside the lesson stays one
    if settings and (place is None or (place.exists() and not os.access(place, os.W_OK))):
        raise MachineError(f"{root / settings} cannot be written", hint="check the file's permissions, and that it is no link to elsewhere")
    add(root, {target: text})
    if place is None:
        return
    try:
        files.write_bytes(place, data)
    except MachineError:
        files.remove_file(root / target)
        raise
