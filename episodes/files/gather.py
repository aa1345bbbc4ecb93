"""Gather the results of a series of trainings, `result-SEED.json`, and say which are missing.

    python gather.py [--folder FOLDER] [--seeds N]

N is the number of seeds, counted from 0. A file that is empty, cannot be read or belongs to another seed counts as missing. The status
is 1 if one is missing: a mean over whatever happened to come back is no result.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path


def gather(folder: Path, seeds: Iterable[int]) -> tuple[list[dict[str, object]], list[int]]:
    """Return the results that can be read, and the seeds that have none."""
    results, missing = [], []
    for seed in seeds:
        try:
            result = json.loads((folder / f"result-{seed}.json").read_text(encoding="utf-8"))
            found = result["seed"] == seed
        except (OSError, ValueError, KeyError, TypeError):
            found = False
        if found:
            results.append(result)
        else:
            missing.append(seed)
    return results, missing


def main() -> int:
    """Print a table, the mean, and what is missing."""
    parser = argparse.ArgumentParser(description="Gather the results of a series of trainings.")
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--seeds", type=int, default=3, help="how many there should be, counted from 0")
    chosen = parser.parse_args()
    results, missing = gather(chosen.folder, range(chosen.seeds))
    for result in results:
        print(f"seed {result['seed']}: accuracy {result['accuracy']:.3f} on {str(result['device']).split(',')[0]}")
    if results:
        print(f"mean {statistics.mean(float(result['accuracy']) for result in results):.3f} of {len(results)}")
    if missing:
        print(f"missing: queue seed in ({', '.join(map(str, missing))}), or --array={','.join(map(str, missing))}")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
