"""How often a process of the builder looks for cyclic garbage: seldom, since it lives for seconds and keeps most of what it makes."""

import gc

THRESHOLDS = (500_000, 30, 30)
"""Allocations before a look at the youngest objects, then such looks before one at older ones; with 700 a build took 6 % longer."""


def collect_seldom() -> None:
    """Exempt what is loaded so far from garbage collection, which a forked process then shares, and collect less often."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
