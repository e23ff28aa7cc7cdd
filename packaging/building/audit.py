"""What a binary says is linked into it: the list that cargo-auditable writes into its section `.dep-v0`."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from makers import elf

SECTION = ".dep-v0"
# A list is some 10 kB; one that unpacks to more than this is none.
LARGEST = 8 << 20


@dataclass(frozen=True, order=True)
class Crate:
    """A package that the binary was made from; `needs` are the places of others in the same list."""

    name: str
    version: str
    # `crates.io`, or `local` for the project's own.
    source: str
    # Whether it has only helped to compile: build scripts, macros, and what these need.
    build: bool
    root: bool
    needs: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return (self.name, self.version)


def read(binary: bytes) -> list[Crate]:
    """The list; `ValueError` if there is none."""
    packed = elf.section(binary, SECTION)
    if not packed:
        raise ValueError(f"the binary has no section {SECTION}")
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, LARGEST)
        if not unpacker.eof:
            raise ValueError(f"{SECTION} is cut, or too large")
        crates = [
            Crate(
                p["name"],
                p["version"],
                p["source"],
                p.get("kind", "runtime") == "build",
                p.get("root", False),
                tuple(p.get("dependencies", ())),
            )
            for p in json.loads(text)["packages"]
        ]
    except (zlib.error, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{SECTION} cannot be read: {error}") from error
    if [crate.name for crate in crates if crate.root] != ["lab2048"]:
        raise ValueError(f"{SECTION} is not of lab2048")
    if any(index not in range(len(crates)) for crate in crates for index in crate.needs):
        raise ValueError(f"{SECTION} names a package that it does not have")
    return crates
