"""Which tests need R with knitr, and how they are marked."""

from __future__ import annotations

import os

import pytest

from site_builder.environments.base import PackageSet
from site_builder.environments.r import lacking_packages

KNITR = not lacking_packages(("knitr",), PackageSet("default", "linux-64", ()), shared=True)

needs_knitr = pytest.mark.skipif(not KNITR and not os.environ.get("LESSON_REQUIRE_R"), reason="no knitr (Debian: r-cran-knitr)")
"""Leaves a test out where there is no knitr, unless ``LESSON_REQUIRE_R`` says that there has to be one."""


def require_r_packages(*names: str) -> None:
    """Skip the test where one of these packages is missing; fail it there where ``LESSON_REQUIRE_R`` says that R is complete."""
    if lacking := lacking_packages(names, PackageSet("default", "linux-64", ()), shared=True):
        reason = f"no {', '.join(lacking)} (Debian: {', '.join(f'r-cran-{name.lower()}' for name in lacking)})"
        assert not os.environ.get("LESSON_REQUIRE_R"), reason
        pytest.skip(reason)
