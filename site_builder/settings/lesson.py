"""A lesson's settings: the keys of ``config.yaml``, or of ``extra.lesson`` in ``mkdocs.yml``.

Keys marked ``workbench`` are those of the Carpentries Workbench (https://carpentries.github.io/sandpaper-docs/editing.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Annotated, Any

from site_builder.problems import Location, Severity
from site_builder.settings.accepting import ACCEPT, Accepted
from site_builder.settings.addresses import ADDRESS, CONTACT, DOI, LANGUAGE, LINK, is_mail
from site_builder.settings.batch import BatchSettings
from site_builder.settings.data import DATA, DataEntry
from site_builder.settings.execution import ExecutionSettings
from site_builder.settings.form import Form, block
from site_builder.settings.forms import FILES, LENIENT_SWITCH, NAME, REDIRECTS, SWITCH, TEXT, TEXT_OR_FALSE, choice
from site_builder.settings.keys import Key, keys_of
from site_builder.settings.places import KeyPath, Mark, place_of
from site_builder.settings.records import RecordsSettings
from site_builder.settings.rules import Rules
from site_builder.settings.workshop import WORKSHOP, Workshop

CARPENTRIES = ("swc", "dc", "lc", "cp", "incubator", "lab")
LIFE_CYCLES = ("pre-alpha", "alpha", "beta", "stable")
SILENT = frozenset(
    (
        "sandpaper", "varnish", "pegboard", "workbench-beta", "pre-beta-date", "beta-date", "old-url", "slides", "language", "docsearch",
        "workbench_base_customization", "workbench_overlay_customization",
    )
)  # fmt: skip
"""Keys that Workbench lessons contain for its packages, its templates and its beta phase; they have no effect here."""


@dataclass(frozen=True, slots=True)
class Language:
    """The lesson in another language: that language and the lesson's address."""

    lang: Annotated[str, Key(TEXT, "The language's name.", workbench=True)] = ""
    url: Annotated[str, Key(LINK, "The address of the lesson in that language.", workbench=True, lenient=True)] = ""


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages in which a lesson is available."""

    default: Annotated[str, Key(TEXT, "The name of this lesson's language.", workbench=True)] = ""
    other: Annotated[
        tuple[Language, ...],
        Key(Form("a list", items=block(Language), after=tuple, hint="write one language per line"), "The other lessons.", workbench=True),
    ] = ()


def _pairs(languages: Languages) -> tuple[tuple[str, str], ...]:
    return tuple((each.lang, each.url) for each in languages.other)


@dataclass(frozen=True, slots=True)
class Colours:
    """A lesson's own colours, as written; `site_builder.render.brand` reads them."""

    primary: Annotated[str, Key(TEXT, 'Colour of the page header and of bars: `"#0b5a6b"`.', default="the programme's")] = ""
    accent: Annotated[str, Key(TEXT, 'Colour of links: `"#0b5cad"`.', default="the programme's")] = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The lesson's settings. Dates are ISO (``YYYY-MM-DD``); ``languages`` pairs a language's name with the address of its lesson.

    ``path`` is the file they were read from, ``values`` every key in it, known or not, as read from YAML, and ``marks`` their positions.
    """

    title: Annotated[str, Key(TEXT, "Name of the lesson.", workbench=True)] = ""
    carpentry: Annotated[
        str,
        Key(
            TEXT,
            "Programme: `swc`, `dc`, `lc`, `cp`, `incubator`, `lab`, or a word of your own with `carpentry_description`.",
            default="no programme, and a neutral colour",
            workbench=True,
        ),
    ] = ""
    carpentry_description: Annotated[
        str, Key(TEXT, "Name of the programme, as readers see it.", default="the programme's name", workbench=True)
    ] = ""
    created: Annotated[str, Key(TEXT_OR_FALSE, "Date of the first version: `2025-03-16`.", workbench=True)] = ""
    keywords: Annotated[str, Key(TEXT, "Words for search engines, separated by commas.", workbench=True)] = ""
    life_cycle: Annotated[
        str,
        Key(
            choice(*LIFE_CYCLES),
            "`pre-alpha`, `alpha`, `beta` or `stable`; `stable` with a `doi` also shows *Peer reviewed*.",
            default="no badge",
            workbench=True,
            lenient=True,
        ),
    ] = ""
    doi: Annotated[str, Key(DOI, "DOI of the reviewed lesson, or its `https://doi.org/` address.", workbench=True, lenient=True)] = ""
    license: Annotated[str, Key(TEXT, "Licence that the footer names; without it, the site states no licence.", workbench=True)] = ""
    license_url: Annotated[str, Key(LINK, "Page or address of the licence text.", workbench=True, lenient=True)] = "LICENSE.html"
    source: Annotated[
        str,
        Key(ADDRESS, "Address of the repository, used for links to the source and for reporting problems.", workbench=True, lenient=True),
    ] = ""
    branch: Annotated[str, Key(TEXT, "Branch that links to the source point to.", workbench=True)] = "main"
    contact: Annotated[str, Key(CONTACT, "E-mail address that readers can write to.", workbench=True, lenient=True)] = ""
    episodes: Annotated[
        tuple[str, ...],
        Key(FILES, "Episodes in their order: names of files in `episodes/`.", also="schedule", default="all, by name", workbench=True),
    ] = ()
    learners: Annotated[tuple[str, ...], Key(FILES, "Pages for learners, in their order.", default="all, by name", workbench=True)] = ()
    instructors: Annotated[
        tuple[str, ...], Key(FILES, "Pages for instructors, in their order.", default="all, by name", workbench=True)
    ] = ()
    profiles: Annotated[tuple[str, ...], Key(FILES, "Learner profiles, in their order.", default="all, by name", workbench=True)] = ()
    url: Annotated[
        str, Key(ADDRESS, "Address of the site.", default="GitHub Pages of the repository in `source`", workbench=True, lenient=True)
    ] = ""
    lang: Annotated[
        str,
        Key(
            LANGUAGE,
            "Language of the text. The words that the builder adds are in this language for `en de es fr it ja uk`, otherwise in English.",
            workbench=True,
            lenient=True,
        ),
    ] = "en"
    languages: Annotated[
        tuple[tuple[str, str], ...],
        Key(
            block(Languages, after=_pairs),
            "Lessons in other languages: `default`, and `other` with the `lang` and `url` of each.",
            workbench=True,
            lenient=True,
        ),
    ] = ()
    overview: Annotated[bool, Key(LENIENT_SWITCH, "A lesson that only presents others.", workbench=True, lenient=True)] = False
    handout: Annotated[
        str,
        Key(
            LINK,
            "A file of the lesson that readers can download as its handout; `true` means `files/code-handout.R`.",
            workbench=True,
            lenient=True,
        ),
    ] = ""
    fail_on_error: Annotated[
        bool,
        Key(
            LENIENT_SWITCH,
            "An error in an R Markdown chunk stops the build, unless the chunk declares it with `error`.",
            workbench=True,
            lenient=True,
        ),
    ] = False
    number_sidebar: Annotated[
        bool,
        Key(
            replace(LENIENT_SWITCH, after=lambda value: not value),
            "Show no numbers before the episodes in the menu.",
            name="disable_sidebar_numbering",
            default="`false`",
            workbench=True,
            lenient=True,
        ),
    ] = True
    analytics: Annotated[str, Key(TEXT_OR_FALSE, "Accepted but not used: pages load nothing from other sites.", workbench=True)] = ""
    glosario: Annotated[
        str,
        Key(
            TEXT_OR_FALSE,
            "`true`, an address, or a YAML file of the lesson that defines the terms for `{{ glosario.term }}`.",
            workbench=True,
        ),
    ] = ""
    description: Annotated[str, Key(TEXT, "A sentence that describes the lesson to search engines.", name="desc", workbench=True)] = ""
    requires_lesson: Annotated[
        str,
        Key(
            TEXT,
            'Versions of this builder that the lesson is written for, as a version specifier: `">=1.2,<2"`.',
            name="requires-lesson",
            default="any",
        ),
    ] = ""
    exclude_pages: Annotated[
        tuple[str, ...], Key(FILES, "Markdown files that do not become pages: `[CHANGELOG.md]`.", name="exclude-pages")
    ] = ()
    workspace: Annotated[
        str,
        Key(
            NAME,
            "Offer a folder of this name, packed, in which all notebooks and scripts run ([site](site.md#one-folder-for-everything)).",
        ),
    ] = ""
    redirects: Annotated[
        Mapping[str, str],
        Key(
            REDIRECTS,
            "Pages that had another name, each with the page that it leads to: `01-intro.html: introduction.html`; "
            "[publishing](publishing.md#renamed-pages).",
            lenient=True,
        ),
    ] = field(default_factory=lambda: MappingProxyType({}))
    accept: Annotated[
        tuple[Accepted, ...], Key(ACCEPT, "Warnings that the lesson accepts, each with its reason; [problems](problems.md) says how.")
    ] = ()
    prose_html: Annotated[
        str,
        Key(
            choice("trusted", "safe"),
            "`safe`: of the HTML in pages, what outputs may show as well, and no script; for lessons that merge what strangers write.",
            name="prose-html",
            default="`trusted`",
        ),
    ] = ""
    manifest: Annotated[
        str,
        Key(
            TEXT,
            "The Pixi manifest whose environments the cells run in, relative to the lesson's folder: `../pixi.toml`.",
            default="the nearest `pixi.toml`, or `pyproject.toml` with `[tool.pixi]`, up to the repository's root",
        ),
    ] = ""
    pixi_frozen: Annotated[bool, Key(SWITCH, "Use `pixi.lock` without comparing it with the manifest.", name="pixi-frozen")] = False
    brand: Annotated[Colours, Key(block(Colours), "The lesson's own colours.", default="the programme's")] = Colours()
    logo: Annotated[str, Key(TEXT_OR_FALSE, "A file of the lesson, such as `fig/logo.svg`.", default="the programme's name")] = ""
    favicon: Annotated[str, Key(TEXT_OR_FALSE, "A file of the lesson, such as `fig/icon.svg`.", default="Material's icon")] = ""
    code_copy: Annotated[
        str,
        Key(TEXT, "Which code has a copy button: `all`, `setup-only` (learners type the rest) or `none`.", name="copy", default="`all`"),
    ] = ""
    engine: Annotated[
        str, Key(TEXT, "Engine that renders the site: `mkdocs` or `zensical`; `--engine` takes precedence.", default="`mkdocs`")
    ] = ""
    execution: Annotated[ExecutionSettings, Key(block(ExecutionSettings), "How cells run.")] = ExecutionSettings()
    records: Annotated[RecordsSettings, Key(block(RecordsSettings), "Whose records count ([records](records.md)).")] = RecordsSettings()
    data: Annotated[
        tuple[DataEntry, ...], Key(DATA, "Files that the lesson does not hold itself, for all episodes ([data](data.md)).", lenient=True)
    ] = ()
    batch: Annotated[BatchSettings, Key(block(BatchSettings), "What a cluster is asked for ([batch](batch.md)).")] = BatchSettings()
    workshop: Annotated[Workshop, Key(WORKSHOP, "When the lesson is taught.")] = Workshop()
    path: PurePosixPath = PurePosixPath("config.yaml")
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[KeyPath, Mark] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def workspace_address(self) -> PurePosixPath | None:
        """Where the site has the packed folder of the setting ``workspace``, None without it."""
        return PurePosixPath("files", f"{self.workspace}.zip") if self.workspace else None

    @property
    def contact_address(self) -> str:
        """The target of the contact link."""
        return f"mailto:{self.contact}" if is_mail(self.contact) else self.contact

    def place(self, *path: str | int) -> Location:
        """Return the location of a key or list item; for a missing one, that of the mapping or list that would contain it."""
        older = next((key.also for key in keys_of(Settings).values() if path and key.name == path[0] and key.also), "")
        written = (older, *path[1:]) if older and path[:1] not in self.marks and (older,) in self.marks else path
        return Location(self.path, *place_of(self.marks, written))


RULES = Rules(
    subject="",
    syntax="LS001",
    shape="LS002",
    repeated="LS018",
    unknown=("LS007", Severity.WARNING),
    value="LS003",
    lenient="LS008",
    silent=SILENT,
)
