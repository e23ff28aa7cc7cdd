"""Archives whose bytes depend on nothing but what is put in: tar, gzip, xz, zip and ar."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

# The earliest moment that all formats can hold (zip begins there).
EARLIEST = 315_532_800


@dataclass(frozen=True)
class Entry:
    """A file of an archive, or a folder where `data` is `None`."""

    path: str
    data: bytes | None
    mode: int
    owner: int = 0


def file(path: str, data: bytes | str, mode: int = 0o644) -> Entry:
    """A file that everybody can read."""
    return Entry(path, data.encode() if isinstance(data, str) else data, mode)


def program(path: str, data: bytes | str) -> Entry:
    """A file that everybody can run."""
    return file(path, data, 0o755)


def folder(path: str, mode: int = 0o755, owner: int = 0) -> Entry:
    """A folder; those that files lie in are added by `with_folders`."""
    return Entry(path, None, mode, owner)


def with_folders(entries: Iterable[Entry]) -> list[Entry]:
    """The entries and the folders they lie in, sorted by path."""
    by_path = {entry.path: entry for entry in entries}
    for path in list(by_path):
        parts = path.split("/")
        for length in range(1, len(parts)):
            parent = "/".join(parts[:length])
            if parent != ".":
                by_path.setdefault(parent, folder(parent))
    return [by_path[path] for path in sorted(by_path)]


def tar(entries: Iterable[Entry], epoch: int, *, names: bool = True) -> bytes:
    """A tar archive of the entries in the order given; `names`: whether user and group are called root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry.path)
            info.mode, info.mtime = entry.mode, epoch
            info.uid = info.gid = entry.owner
            if names and entry.owner == 0:
                info.uname = info.gname = "root"
            if entry.data is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            else:
                info.size = len(entry.data)
                archive.addfile(info, io.BytesIO(entry.data))
    return buffer.getvalue()


def gz(data: bytes) -> bytes:
    """As `gzip -n9` does."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def ungz(data: bytes) -> bytes:
    """The contents; `ValueError` if it is damaged."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def xz(data: bytes) -> bytes:
    """As `xz -6 --check=crc32` does."""
    return lzma.compress(data, check=lzma.CHECK_CRC32, preset=6)


def zipped(entries: Iterable[Entry], epoch: int) -> bytes:
    """A zip archive of the files in the order given."""
    date = time.gmtime(max(epoch, EARLIEST))[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.path, date)
            info.create_system = 3
            info.external_attr = (0o100000 | entry.mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entry.data or b"")
    return buffer.getvalue()


def ar(members: Iterable[tuple[str, bytes]], epoch: int) -> bytes:
    """An ar archive as dpkg-deb writes it: names without a slash at the end, even offsets."""
    parts = [b"!<arch>\n"]
    for name, data in members:
        header = f"{name:<16}{epoch:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n"
        if len(header) != 60:
            raise ValueError(f"{name} does not fit into a header of ar")
        parts += [header.encode(), data, b"\n" * (len(data) % 2)]
    return b"".join(parts)


def read_ar(data: bytes) -> dict[str, bytes]:
    """The members of an ar archive; `ValueError` if it is none."""
    if data[:8] != b"!<arch>\n":
        raise ValueError("no ar archive")
    members: dict[str, bytes] = {}
    at = 8
    while at < len(data):
        header = data[at : at + 60]
        if len(header) != 60 or header[58:] != b"`\n":
            raise ValueError(f"no header of ar at byte {at}")
        size = int(header[48:58])
        if at + 60 + size > len(data):
            raise ValueError("the ar archive ends too early")
        members[header[:16].decode().strip()] = data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    return members
