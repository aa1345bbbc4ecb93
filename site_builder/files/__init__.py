"""The only package that writes to disk: atomic files, exchanged folders, safe paths, and the lock of a build."""

from site_builder.files.folders import (
    aside_of,
    copy_permissions,
    exchange_folders,
    is_temporary,
    make_folder,
    move_folder,
    remove_folder,
    remove_if_empty,
    temporary_folder,
)
from site_builder.files.locks import build_lock, held_lock
from site_builder.files.paths import real_path, safe_join
from site_builder.files.reading import digest_of, files_below, is_file, is_folder, read_bytes, read_text
from site_builder.files.scratch import scratch_folder
from site_builder.files.writing import (
    KEPT_ENDING,
    create_text,
    ignore_folder,
    machine_errors,
    place_bytes,
    place_copy,
    place_text,
    remove_file,
    replace_file,
    set_aside,
    write_archive,
    write_bytes,
    write_text,
)

__all__ = [
    "KEPT_ENDING",
    "aside_of",
    "build_lock",
    "copy_permissions",
    "create_text",
    "digest_of",
    "exchange_folders",
    "files_below",
    "held_lock",
    "ignore_folder",
    "is_file",
    "is_folder",
    "is_temporary",
    "machine_errors",
    "make_folder",
    "move_folder",
    "place_bytes",
    "place_copy",
    "place_text",
    "read_bytes",
    "read_text",
    "real_path",
    "remove_file",
    "remove_folder",
    "remove_if_empty",
    "replace_file",
    "safe_join",
    "scratch_folder",
    "set_aside",
    "temporary_folder",
    "write_archive",
    "write_bytes",
    "write_text",
]
