"""Versions, binaries and the project's facts."""

import unittest

from support import ARM, FOLDER, X86, InFolder, elf

from makers import elf as reader
from makers.model import Build, PackagingError, Project, Version


class Versions(unittest.TestCase):
    """What PyPI and Debian make of a version."""

    def test_releases_are_the_same_everywhere(self) -> None:
        """Three numbers."""
        self.assertEqual(Version.parse("1.20.3"), Version("1.20.3", "1.20.3", "1.20.3"))

    def test_a_release_candidate_is_before_its_release(self) -> None:
        """Each world says so in its way."""
        found = Version.parse("0.2.0-rc.1")
        self.assertEqual(found, Version("0.2.0-rc.1", "0.2.0rc1", "0.2.0~rc.1"))

    def test_others_are_refused(self) -> None:
        """Nothing is guessed."""
        for text in ("1.2", "v1.2.3", "1.2.3-dev", "1.2.3+x", "01.2.3", "1.2.3-rc.01"):
            with self.subTest(text=text), self.assertRaises(PackagingError):
                Version.parse(text)


class Binaries(InFolder):
    """What the ELF header tells."""

    def test_a_loader_makes_it_not_static(self) -> None:
        """PT_INTERP."""
        found = reader.read(elf(62, b"/lib64/ld.so"))
        self.assertEqual(found.interpreter, "/lib64/ld.so")
        self.assertFalse(found.static)
        self.assertTrue(reader.read(elf(62)).static)

    def test_other_files_are_refused(self) -> None:
        """A script, and an ELF file that is cut off."""
        for data in (b"#!/bin/sh\n", b"", elf(62)[:30], elf(62, b"/x")[:70]):
            with self.subTest(data=data), self.assertRaises(ValueError):
                reader.read(data)

    def test_a_binary_for_another_machine_is_refused(self) -> None:
        """By --target."""
        path = self.folder / "lab2048"
        path.write_bytes(elf(ARM.machine))
        self.assertEqual(Build.read(path, ARM.triple).target, ARM)
        with self.assertRaisesRegex(PackagingError, "another machine"):
            Build.read(path, X86.triple)
        with self.assertRaisesRegex(PackagingError, "known are"):
            Build.read(path, "sparc-sun-solaris")


class Facts(unittest.TestCase):
    """The project itself."""

    def test_cargo_toml_has_what_packages_need(self) -> None:
        """Also what it takes from the workspace."""
        project = Project.read(FOLDER.parent)
        self.assertTrue(project.description)
        self.assertEqual(project.license, "Apache-2.0")
        self.assertRegex(project.copyright(), r"^\d{4}")


if __name__ == "__main__":
    unittest.main()
