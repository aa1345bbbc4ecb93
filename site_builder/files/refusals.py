"""What to do where the system refuses to read or write."""

from __future__ import annotations

import errno

SPACE = "free some space and try again"
READ_ONLY = "the disk may only be read: work on a copy elsewhere"
PERMISSIONS = "check the folder's permissions"
NAMES = "choose a shorter name or path"

ADVICE = {
    errno.ENOSPC: SPACE,
    getattr(errno, "EDQUOT", errno.ENOSPC): SPACE,
    errno.EROFS: READ_ONLY,
    errno.ENAMETOOLONG: NAMES,
    errno.EFBIG: "raise the limit of a file's size (`ulimit -f`)",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`), or run fewer episodes at once (`--jobs`)",
}
"""By the number of the system's error; all else is a question of permissions, or of what stands in the way."""


def advice(error: OSError) -> str:
    """Return what to do about a refusal of the system."""
    return ADVICE.get(error.errno or 0, PERMISSIONS)
