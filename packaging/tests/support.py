"""A small release to test with."""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import unittest
import zlib
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from makers import release as makers_release
from makers.archive import EARLIEST
from makers.model import (
    TARGETS,
    Artifact,
    Build,
    Extras,
    Project,
    Release,
    Version,
)

FOLDER = Path(__file__).resolve().parent.parent
X86 = TARGETS["x86_64-unknown-linux-musl"]
ARM = TARGETS["aarch64-unknown-linux-musl"]


def elf(machine: int, interpreter: bytes = b"") -> bytes:
    """A file that has an ELF header and nothing to run."""
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    count = 1 if interpreter else 0
    header += struct.pack("<HHIQQQI", 2, machine, 1, 0, 64, 0, 0)
    header += struct.pack("<HHHHHH", 64, 56, count, 0, 0, 0)
    if not interpreter:
        return header
    size = len(interpreter) + 1
    program = struct.pack("<IIQQQQQQ", 3, 4, 120, 0, 0, size, size, 1)
    return header + program + interpreter + b"\0"


PROJECT = Project(
    description="Does what it does",
    license="Apache-2.0",
    keywords=("one", "two"),
    repository="https://git.example/lab2048",
    license_text="The licence\n   Copyright 2020 Somebody\n",
    readme="# lab2048\n",
    readme_ko="# lab2048 한국어\n",
    changelog="# Changelog\n",
)

RELEASE = Release(
    project=PROJECT,
    version=Version.parse("0.1.0"),
    builds=(Build(X86, elf(62) * 3), Build(ARM, elf(183) * 2)),
    extras=Extras(
        completions={"bash": b"b\n", "fish": b"f\n", "zsh": b"z\n"},
        pages={"lab2048.1": b".TH lab2048 1\n"},
    ),
    epoch=EARLIEST,
    ca_bundle=b"-----BEGIN CERTIFICATE-----\n",
    maintainer="Somebody <somebody@example.com>",
    base_url="https://files.example/v{version}",
)
ONE = replace(RELEASE, builds=RELEASE.builds[:1])


def sections(machine: int, found: dict[str, bytes]) -> bytes:
    """An ELF file that has sections."""
    strings, body, headers = b"\0", b"", [bytes(64)]
    for name, data in found.items():
        headers.append(struct.pack("<IIQQQQIIQQ", len(strings), 1, 0, 0, 64 + len(body), len(data), 0, 0, 1, 0))
        strings += name.encode() + b"\0"
        body += data
    headers.append(struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, 64 + len(body), len(strings), 0, 0, 1, 0))
    body += strings
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQI", 2, machine, 1, 0, 64, 64 + len(body), 0)
    header += struct.pack("<HHHHHH", 64, 56, 0, 64, len(headers), len(headers) - 1)
    return header + body + b"".join(headers)


def listed(*packages: tuple[str, str, str, str], machine: int = 62) -> bytes:
    """A binary that lists lab2048 0.1.0 and packages: name, version, source, kind."""
    found = [{"name": n, "version": v, "source": s, "kind": k} for n, v, s, k in packages]
    root = {"name": "lab2048", "version": "0.1.0", "source": "local", "root": True}
    root |= {"dependencies": list(range(1, len(found) + 1))}
    text = json.dumps({"packages": [root, *found]})
    return sections(machine, {".text": b"\x90" * 8, ".dep-v0": zlib.compress(text.encode())})


class InFolder(unittest.TestCase):
    """Tests with a folder of their own."""

    def setUp(self) -> None:
        """Makes the folder."""
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)

    def keep(self, artifact: Artifact) -> Path:
        """Writes one file."""
        path = self.folder / artifact.path
        path.write_bytes(artifact.data)
        return path

    def keep_all(self, release: Release = RELEASE) -> Path:
        """Writes a whole release."""
        folder = self.folder / "release"
        makers_release.write(makers_release.make(release), folder)
        return folder


def damage(path: Path, at: int | None = None) -> None:
    """Turns one bit, in the middle or at a byte."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    path.write_bytes(data)
