"""The public mapping from projects of the Python Package Index to packages of conda-forge, where the machine has it.

The package ``conda-pypi`` carries it (https://github.com/conda-incubator/conda-pypi, made by
https://github.com/regro/cf-graph-countyfair). It is read as a file and not imported, so that nothing else of it is needed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError

CARRIER, FILE = "conda_pypi", "grayskull_pypi_mapping.json"


def public_mapping() -> Mapping[str, str]:
    """Return the conda package of each project, by its normalised name (PEP 503); nothing where the mapping is not installed."""
    found = importlib.util.find_spec(CARRIER)
    folders = list(found.submodule_search_locations or ()) if found else []
    path = next((place for folder in folders if files.is_file(place := Path(folder) / FILE)), None)
    if path is None:
        return {}
    try:
        read = json.loads(files.read_text(path)[0])
    except (ValueError, MachineError):
        return {}
    given = read.items() if isinstance(read, dict) else ()
    return {str(name): str(item["conda_name"]) for name, item in given if isinstance(item, dict) and item.get("conda_name")}


def projects() -> Mapping[str, str]:
    """Return the project from which each module of this machine's own Python comes; only where there is one."""
    known = importlib.metadata.packages_distributions()
    return {module: names[0] for module, names in known.items() if len(set(names)) == 1}
