"""What a binary says of itself."""

import json
import struct
import unittest
import zlib

from support import elf, listed, sections

from building import audit
from makers import elf as makers_elf


def packed(value: object) -> bytes:
    """A binary with such a list."""
    return sections(62, {audit.SECTION: zlib.compress(json.dumps(value).encode())})


ROOT = {"name": "lab2048", "version": "0.1.0", "source": "local", "root": True}


class Sections(unittest.TestCase):
    """Of ELF files."""

    def test_sections_are_found_by_name(self) -> None:
        """Each has its own; a part of a name is none."""
        data = sections(62, {".text": b"code", ".text.more": b"more"})
        self.assertEqual(makers_elf.section(data, ".text"), b"code")
        self.assertEqual(makers_elf.section(data, ".text.more"), b"more")
        self.assertIsNone(makers_elf.section(data, ".tex"))

    def test_a_file_without_sections_has_none(self) -> None:
        """As one that everything was stripped from."""
        self.assertIsNone(makers_elf.section(elf(62), ".text"))

    def test_a_file_that_is_cut_is_an_error(self) -> None:
        """And not one without the section."""
        data = sections(62, {".text": b"code"})
        with self.assertRaisesRegex(ValueError, "ends too early"):
            makers_elf.section(data[:-80], ".text")


class Lists(unittest.TestCase):
    """Of cargo-auditable."""

    def test_a_list_is_read(self) -> None:
        """With what only helped to compile."""
        found = audit.read(listed(("ring", "0.17.14", "crates.io", "runtime"), ("cc", "1.2.0", "crates.io", "build")))
        self.assertEqual(
            [(c.name, c.build, c.root) for c in found],
            [("lab2048", False, True), ("ring", False, False), ("cc", True, False)],
        )
        self.assertEqual(found[0].needs, (1, 2))

    def test_what_is_no_list_is_an_error(self) -> None:
        """None, a damaged one, one of another program, one that names what it does not have."""
        whole = listed()
        at = whole.index(b"\x78\x9c")
        for said, data in (
            ("no section", sections(62, {".text": b""})),
            ("cannot be read", whole[:at] + b"\0\0" + whole[at + 2 :]),
            ("not of lab2048", packed({"packages": [ROOT | {"name": "other"}]})),
            ("not have", packed({"packages": [ROOT | {"dependencies": [1]}]})),
            ("cannot be read", packed({"packages": [{"name": "lab2048"}]})),
        ):
            with self.subTest(said=said), self.assertRaisesRegex(ValueError, said):
                audit.read(data)

    def test_a_list_that_unpacks_to_too_much_is_an_error(self) -> None:
        """It is not unpacked."""
        bomb = sections(62, {audit.SECTION: zlib.compress(bytes(audit.LARGEST + 1))})
        with self.assertRaisesRegex(ValueError, "too large"):
            audit.read(bomb)
        self.assertLess(len(bomb), 100_000)

    def test_a_list_that_is_cut_is_an_error(self) -> None:
        """Half of the stream."""
        stream = zlib.compress(json.dumps({"packages": [ROOT]}).encode())
        with self.assertRaisesRegex(ValueError, "is cut"):
            audit.read(sections(62, {audit.SECTION: stream[: len(stream) // 2]}))
        self.assertEqual(struct.calcsize("<IIQQQQIIQQ"), 64)


if __name__ == "__main__":
    unittest.main()
