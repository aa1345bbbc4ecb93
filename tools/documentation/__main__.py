"""Build the documentation's site.

python -m tools.documentation [--to FOLDER]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from site_builder.errors import SiteBuilderError
from tools.documentation.pieces import ROOT
from tools.documentation.site import build

SITE = ROOT / "build" / "docs"


def main() -> int:
    """Build it and print its address; what is wrong is listed, and the exit status is 1."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=SITE, metavar="FOLDER", help="folder of the site (default: build/docs)")
    target = parser.parse_args().to.resolve()
    try:
        pages = build(target)
    except (ValueError, SiteBuilderError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{pages} pages in {target}\nopen it: {(target / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
