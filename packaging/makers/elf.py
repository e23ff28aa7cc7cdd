"""What the headers of an ELF file tell."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PT_INTERP = 3


@dataclass(frozen=True)
class Elf:
    """The machine it is for (`e_machine`), and the loader it asks for: none if it is static."""

    machine: int
    interpreter: str | None

    @property
    def static(self) -> bool:
        """Whether it runs where there is nothing else."""
        return self.interpreter is None


def read(data: bytes) -> Elf:
    """Reads a 64-bit little-endian ELF file; `ValueError` if it is none."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise ValueError("no 64-bit little-endian ELF file")
    try:
        (machine,) = struct.unpack_from("<H", data, 18)
        (headers,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        for index in range(count):
            at = headers + index * size
            (kind,) = struct.unpack_from("<I", data, at)
            if kind == PT_INTERP:
                (offset,) = struct.unpack_from("<Q", data, at + 8)
                (length,) = struct.unpack_from("<Q", data, at + 32)
                name = data[offset : offset + length].rstrip(b"\0")
                return Elf(machine, name.decode(errors="replace"))
    except struct.error as error:
        raise ValueError("the ELF file ends too early") from error
    return Elf(machine, None)


def section(data: bytes, wanted: str) -> bytes | None:
    """What a section holds, if there is one of this name."""
    read(data)
    try:
        (headers,) = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        at = [headers + index * size for index in range(count)]
        if names >= count:
            return None
        (strings,) = struct.unpack_from("<Q", data, at[names] + 24)
        for header in at:
            (name,) = struct.unpack_from("<I", data, header)
            begin = strings + name
            if data[begin : data.index(b"\0", begin)] == wanted.encode():
                offset, length = struct.unpack_from("<QQ", data, header + 24)
                return data[offset : offset + length]
    except (struct.error, ValueError) as error:
        raise ValueError("the ELF file ends too early") from error
    return None
