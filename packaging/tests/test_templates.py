"""Installer, Homebrew formula, krew manifest."""

import hashlib
import subprocess
import unittest
from dataclasses import replace

from support import FOLDER, ONE, RELEASE, X86, InFolder, damage

from checks import files
from checks.run import CheckError
from makers import tarball, templates
from makers.model import PackagingError


class Fill(unittest.TestCase):
    """The templates' language."""

    def test_values_and_conditions(self) -> None:
        """What has no value is not there."""
        text = "a @A@\n  # @if A\n  b\n  # @end\n# @if B\nc\n# @end\nd\n"
        self.assertEqual(templates.fill(text, {"A": "1", "B": ""}), "a 1\n  b\nd\n")

    def test_an_unknown_value_is_an_error(self) -> None:
        """It would be published else."""
        with self.assertRaises(PackagingError):
            templates.fill("@X@", {})


class Pointers(InFolder):
    """What they say of the archives."""

    def test_they_name_each_archive_with_its_sum(self) -> None:
        """With one platform and with two."""
        for number, release in enumerate((ONE, RELEASE)):
            tarballs = [tarball.make(release, build) for build in release.builds]
            made = {a.path: a.data.decode() for a in templates.make(release, tarballs)}
            self.assertEqual(set(made), {"install.sh", "lab2048.rb", "lab2048.yaml"})
            for path, text in made.items():
                with self.subTest(path=path, number=number):
                    for packed in tarballs:
                        self.assertIn(hashlib.sha256(packed.data).hexdigest(), text)
                    self.assertNotIn("# @", text)
            self.assertEqual("on_arm" in made["lab2048.rb"], release is RELEASE)
            self.assertIn(
                f"https://files.example/v0.1.0/lab2048-0.1.0-{X86.triple}.tar.gz",
                made["lab2048.yaml"],
            )
            self.assertIn("base='https://files.example/v{version}'", made["install.sh"])

    def test_without_an_address_there_is_only_the_installer(self) -> None:
        """It has to be told then."""
        release = replace(ONE, base_url=None)
        made = templates.make(release, [tarball.make(release, release.builds[0])])
        self.assertEqual([artifact.path for artifact in made], ["install.sh"])

    def test_another_sum_is_found(self) -> None:
        """In each of them."""
        folder = self.keep_all()
        files.check_pointers(folder)
        for name in ("install.sh", "lab2048.rb", "lab2048.yaml"):
            path = folder / name
            whole = path.read_bytes()
            packed = folder / f"lab2048-0.1.0-{X86.triple}.tar.gz"
            found = hashlib.sha256(packed.read_bytes()).hexdigest().encode()
            damage(path, whole.index(found))
            with self.subTest(name=name), self.assertRaises(CheckError):
                files.check_pointers(folder)
            path.write_bytes(whole)


class Installer(InFolder):
    """The installer as it lies in the project."""

    def test_it_says_what_it_has_not_been_told(self) -> None:
        """Version and address."""
        script = str(FOLDER / "install.sh")
        for variables, name in (
            ({}, "LAB2048_VERSION"),
            ({"LAB2048_VERSION": "0.1.0"}, "LAB2048_BASE_URL"),
        ):
            environment = {
                "HOME": str(self.folder),
                "PATH": "/usr/bin:/bin",
            } | variables
            done = subprocess.run(
                ["sh", script],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr, f"lab2048: {name} is not set\n")
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_it_says_which_tool_is_missing(self) -> None:
        """Before it fetches anything."""
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "uname").symlink_to("/bin/uname")
        variables = {"LAB2048_VERSION": "0.1.0", "LAB2048_BASE_URL": "http://127.0.0.1:1", "PATH": str(tools)}
        for wanted, more in (("curl nor wget", None), ("sha256sum nor shasum", "curl")):
            if more:
                (tools / more).symlink_to("/bin/false")
            done = subprocess.run(
                ["/bin/sh", str(FOLDER / "install.sh")],
                env={"HOME": str(self.folder)} | variables,
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual((done.returncode, done.stderr), (1, f"lab2048: neither {wanted} is here\n"))


if __name__ == "__main__":
    unittest.main()
