"""Which documents a forked R may run, and which packages it may have loaded before the document asks for them. Pure.

A page must be the one that a fresh R makes. What could tell the difference is known by name: a document that has such a name in its code
runs in a fresh R, or in a forked one that has loaded no packages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText, named_options

TELLS_FORKS = re.compile(r"\b(?:commandArgs|getLoadedDLLs|dyn\.load|is\.loaded)\b")
"""What shows how a process was started."""

TELLS_PACKAGES = re.compile(
    r"\b(?:session_?[iI]nfo|loadedNamespaces|isNamespaceLoaded|loadingNamespaceInfo|unloadNamespace|detach|setHook|packageEvent|getHook"
    r"|getS3method|getAnywhere|argsAnywhere|existsMethod|hasMethod|showMethods|getClasses|getGenerics|isGeneric|libPaths|lib\.loc"
    r"|install_\w+|remotes|devtools|renv|pak|pacman|BiocManager)\b|\binstall\.packages|\bmethods\s*\(|\boptions\(\)"
    r"|\bopts_chunk\$set\([^)]*\beval\b|\bopts_hooks\b|<<.+>>"
)
"""What shows or changes which packages are loaded and where they come from, and what decides whether and which chunks run."""

BRINGS = re.compile(
    r"\b(?:readRDS|unserialize|dget|knit_exit|knit_child|sys\.source|quit|structure|oldClass)\b"
    r"|\b(?:load|data|source|attach|q)\s*\(|,\s*(?:load|source)\s*[,)]|\bclass\([^)]*\)\s*(?:<-|=[^=])"
)
"""What brings in objects of a package's classes or code from elsewhere, before the package is loaded; and what ends a document."""

LOADS = re.compile(
    r"^(?:suppress\w+\(\s*)?(?:library|require)\(\s*([\"']?)([A-Za-z][A-Za-z0-9.]*[A-Za-z0-9])\1\s*\)+[ \t]*(?:[;#].*)?$", re.MULTILINE
)
"""A statement that loads a package whatever happens: it begins a line, and the name is its only argument."""

ELSEWHERE = frozenset(("child", "code", "file", "ref.label", "opts.label"))
"""Options by which a chunk has other code than stands in it."""

Part = KnitrChunk | KnitrText


def may_fork(parts: Iterable[Part]) -> bool:
    """Tell whether a document runs in a forked R as in a fresh one."""
    return not any(TELLS_FORKS.search(code) for part in parts for code in _code(part))


def certain_packages(parts: Sequence[Part]) -> frozenset[str]:
    """Return the packages that a document loads whatever happens, and before anything that could tell that they were there already."""
    if any(TELLS_PACKAGES.search(code) for part in parts for code in _code(part)) or any(map(_has_other_code, parts)):
        return frozenset()
    found: set[str] = set()
    for part in parts:
        for code in _code(part):
            told = BRINGS.search(code)
            loads = LOADS.finditer(code) if _is_certain(part) else ()
            found |= {match[2] for match in loads if told is None or match.start() < told.start()}
            if told is not None:
                return frozenset(found)
    return frozenset(found)


def shared_packages(wanted: Mapping[Hashable, frozenset[str]]) -> dict[Hashable, frozenset[str]]:
    """Return for each document the packages that its server has loaded: all of them are its own, and another document's as well.

    The package that most documents load makes a group, whose server has what all of its documents load; the others form groups likewise.
    """
    left = dict(wanted)
    found: dict[Hashable, frozenset[str]] = {}
    while left:
        counts = Counter(package for packages in left.values() for package in packages)
        most = min(counts, key=lambda package: (-counts[package], package), default="")
        group = [name for name, packages in left.items() if most in packages] if counts[most] > 1 else list(left)
        common = frozenset.intersection(*(left[name] for name in group)) if counts[most] > 1 else frozenset[str]()
        found |= dict.fromkeys(group, common)
        left = {name: packages for name, packages in left.items() if name not in found}
    return found


def _code(part: Part) -> Iterator[str]:
    """Yield the R code of a part that may run."""
    if isinstance(part, KnitrText):
        yield from (each.code for each in part.inline)
        return
    options = dict(named_options(part.options))
    if part.engine.lower() == "r" and "engine" not in options and options.get("eval", "").lower() not in ("false", "f"):
        yield part.code


def _is_certain(part: Part) -> bool:
    """Tell whether a chunk runs whatever happens."""
    return isinstance(part, KnitrChunk) and dict(named_options(part.options)).get("eval", "true").lower() in ("true", "t")


def _has_other_code(part: Part) -> bool:
    return isinstance(part, KnitrChunk) and not ELSEWHERE.isdisjoint(name for name, _ in named_options(part.options))
