"""Which conda package has a module or an R package. Pure.

Most packages of conda-forge are called as their module is; the tables have those that are not. `conda_names` reads the public mapping
of conda-forge, where it is installed; what is in it counts more than the table of names on the Python Package Index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CONDA = {
    "Bio": "biopython", "Crypto": "pycryptodome", "IPython": "ipython", "OpenSSL": "pyopenssl", "PIL": "pillow", "attr": "attrs",
    "bs4": "beautifulsoup4", "cv2": "opencv", "dateutil": "python-dateutil", "docx": "python-docx", "dotenv": "python-dotenv",
    "faiss": "faiss-cpu", "fitz": "pymupdf", "git": "gitpython", "google": "google-cloud-storage", "graphviz": "python-graphviz",
    "igraph": "python-igraph", "jwt": "pyjwt", "matplotlib": "matplotlib-base", "mpl_toolkits": "matplotlib-base",
    "msgpack": "msgpack-python",
    "netCDF4": "netcdf4", "osgeo": "gdal", "gdal": "gdal", "pptx": "python-pptx", "pkg_resources": "setuptools",
    "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn", "slugify": "python-slugify", "tables": "pytables",
    "torch": "pytorch", "umap": "umap-learn", "usb": "pyusb", "websocket": "websocket-client", "yaml": "pyyaml", "zmq": "pyzmq",
}  # fmt: skip
"""Module, as code imports it -> package of conda-forge."""
PYPI = {
    "opencv-python": "opencv", "opencv-python-headless": "opencv", "torch": "pytorch", "matplotlib": "matplotlib-base",
    "tables": "pytables", "graphviz": "python-graphviz", "msgpack": "msgpack-python", "psycopg2-binary": "psycopg2",
}  # fmt: skip
"""Name on the Python Package Index -> package of conda-forge, where it is not the same."""
R_BASE = frozenset(
    ("base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods", "parallel", "splines", "stats", "stats4", "tcltk", "tools")
) | {"utils"}
"""R packages that R itself has."""


AS_WRITTEN = frozenset(("importlib_metadata", "typing_extensions", "prompt_toolkit", "octave_kernel", "bash_kernel"))
"""Packages whose name has an underscore on conda-forge too."""


def conda_package(module: str, project: str = "", mapping: Mapping[str, str] | None = None) -> str:
    """Return the conda package of a Python module.

    ``project`` is the one of the Python Package Index that the module was imported from, where that is known.
    """
    if module in CONDA:
        return CONDA[module]
    return conda_of_pypi(project or module, mapping)


def conda_of_pypi(name: str, mapping: Mapping[str, str] | None = None) -> str:
    """Return the conda package of a project of the Python Package Index; ``mapping`` is by normalised names (PEP 503)."""
    if name in AS_WRITTEN:
        return name
    plain = normalised(name)
    return (mapping or {}).get(plain) or PYPI.get(plain, plain)


def normalised(name: str) -> str:
    """Return the name of a project as the Python Package Index compares it (https://peps.python.org/pep-0503/)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def conda_of_r(package: str, source: str = "") -> str:
    """Return the conda package of an R package; ``source`` is where renv says that it is from."""
    return f"{'bioconductor' if source == 'Bioconductor' else 'r'}-{package.lower()}"
