"""Reads one member of a ZIP file that nobody vouches for, within bounds that hold before anything of it is believed.

``zipfile`` reads the whole list of members when it opens a file: a list of a million takes seconds and hundreds of megabytes. So the end
record (APPNOTE 4.3.16) is looked at first, and only a short list, without extensions, is handed on. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

END = struct.Struct("<4s4H2LH")
"""The end record: signature, four numbers of disks and members, size and place of the list, length of the comment."""
END_MARK, END_64_MARK = b"PK\x05\x06", b"PK\x06\x07"
LOCATOR_64 = 20
"""Bytes of what stands before the end record of a file with 64-bit sizes (APPNOTE 4.3.15)."""

LARGEST = 20_000_000
"""Bytes of a file that is looked at."""
MEMBERS = 100
LIST = 64_000
"""Bytes of the list of members."""
UNPACKED = 100_000_000
"""Bytes that all members together may have."""
MEMBER = 400_000
"""Bytes of the one that is read."""

PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1


class Refused(Exception):
    """What came from outside is not what it should be; the message says why."""


def read_member(path: Path, name: str) -> bytes:
    """Return the bytes of a member.

    Raises:
        Refused: the file is no ZIP file, larger than is read, has too many or oddly named members, or not this one.
    """
    try:
        _check_end(path)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            found = next((member for member in members if member.filename == name), None)
            if found is None:
                raise Refused(f"the archive has no {name}")
            if found.file_size > MEMBER:
                raise Refused(f"{name} has {found.file_size} bytes")
            with archive.open(found) as stream:
                data = stream.read(MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, struct.error) as error:
        raise Refused(f"it is no ZIP file that can be read: {type(error).__name__}") from error
    if len(data) > MEMBER:
        raise Refused(f"{name} is larger than the archive says")
    return data


def _check_end(path: Path) -> None:
    """Look at the end record, which has to be the last thing in the file: then ``zipfile`` takes the same one."""
    size = path.stat().st_size
    if size > LARGEST:
        raise Refused(f"the archive has {size} bytes")
    if size < END.size:
        raise Refused("it is no ZIP file")
    with path.open("rb") as stream:
        stream.seek(max(0, size - END.size - LOCATOR_64))
        tail = stream.read()
    mark, disk, first, here, members, length, place, comment = END.unpack(tail[-END.size :])
    if mark != END_MARK or comment:
        raise Refused("it is no ZIP file, or one with a comment")
    if END_64_MARK in tail[: -END.size] or 0xFFFF in (disk, first, here, members) or 0xFFFFFFFF in (length, place):
        raise Refused("the archive has 64-bit sizes")
    if members > MEMBERS or length > LIST:
        raise Refused(f"the archive has {members} members, with {length} bytes of names")


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive any of whose members has a name that leads elsewhere, another name's capitals, or an odd form."""
    if len(members) > MEMBERS:
        raise Refused(f"the archive has {len(members)} members")
    names = [member.orig_filename for member in members]
    if len({name.casefold() for name in names}) != len(names):
        raise Refused("two members of the archive have one name")
    for member, name in zip(members, names, strict=True):
        parts = name.removesuffix("/").split("/")
        if any(part in ("", ".", "..") for part in parts) or not name.isprintable() or set(name) & set('\\:*?"<>|'):
            raise Refused(f"a member of the archive has the name {name[:80]!r}")
        if PurePosixPath(name).is_absolute() or member.compress_type not in PLAIN or member.flag_bits & ENCRYPTED:
            raise Refused(f"a member of the archive cannot be read: {name[:80]!r}")
    if sum(member.file_size for member in members) > UNPACKED:
        raise Refused("the archive is larger when it is unpacked than is read")
