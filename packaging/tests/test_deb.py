"""The Debian package."""

import shutil
import subprocess
import unittest
from dataclasses import replace

from support import RELEASE, InFolder, damage

from checks import files
from checks.run import CheckError
from makers import archive, deb
from makers.model import Version

X86, ARM = RELEASE.builds


class Deb(InFolder):
    """What is in it."""

    def test_it_is_whole(self) -> None:
        """As the check sees it."""
        for build, machine in ((X86, "amd64"), (ARM, "arm64")):
            path = self.keep(deb.make(RELEASE, build))
            self.assertEqual(path.name, f"lab2048_0.1.0_{machine}.deb")
            files.check_deb(path)

    def test_files_are_where_debian_has_them(self) -> None:
        """Program, completions, pages, copyright."""
        members = archive.read_ar(deb.make(RELEASE, X86).data)
        found = files.untar(members["data.tar.xz"])
        self.assertEqual(found["./usr/bin/lab2048"], X86.binary)
        self.assertEqual(
            sorted(found),
            [
                "./usr/bin/lab2048",
                "./usr/share/bash-completion/completions/lab2048",
                "./usr/share/doc/lab2048/README.ko.md.gz",
                "./usr/share/doc/lab2048/README.md.gz",
                "./usr/share/doc/lab2048/changelog.gz",
                "./usr/share/doc/lab2048/copyright",
                "./usr/share/fish/vendor_completions.d/lab2048.fish",
                "./usr/share/man/man1/lab2048.1.gz",
                "./usr/share/zsh/vendor-completions/_lab2048",
            ],
        )
        page = archive.ungz(found["./usr/share/man/man1/lab2048.1.gz"])
        self.assertEqual(page, RELEASE.extras.pages["lab2048.1"])

    def test_installed_size_counts_kib_that_are_begun_and_folders(self) -> None:
        """As dpkg-gencontrol does."""
        entries = [
            archive.folder("a"),
            archive.file("a/b", "x" * 1025),
            archive.file("c", ""),
        ]
        self.assertEqual(deb.installed_size(entries), 3)

    def test_a_candidate_is_older_than_its_release(self) -> None:
        """By the tilde in its version, which the file's name does not have."""
        made = deb.make(replace(RELEASE, version=Version.parse("0.2.0-rc.1")), X86)
        self.assertEqual(made.path, "lab2048_0.2.0-rc.1_amd64.deb")
        files.check_deb(self.keep(made))
        about = files.untar(archive.read_ar(made.data)["control.tar.gz"])
        self.assertIn(b"\nVersion: 0.2.0~rc.1\n", about["./control"])

    @unittest.skipUnless(shutil.which("dpkg-deb"), "there is no dpkg-deb")
    def test_dpkg_reads_it(self) -> None:
        """The tool of those who install it."""
        path = self.keep(deb.make(RELEASE, X86))
        command = [
            "dpkg-deb",
            "--field",
            str(path),
            "Package",
            "Installed-Size",
            "Maintainer",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.assertIn("Package: lab2048\n", done.stdout)
        self.assertIn("Maintainer: Somebody <somebody@example.com>\n", done.stdout)

    def test_a_bit_is_found(self) -> None:
        """In either part."""
        made = deb.make(RELEASE, X86)
        for at in (3, 150, len(made.data) // 2, len(made.data) - 40):
            path = self.keep(made)
            damage(path, at)
            with self.subTest(at=at), self.assertRaises(CheckError):
                files.check_deb(path)


if __name__ == "__main__":
    unittest.main()
