"""A whole release: the same bytes each time, and damage that is found."""

import os
import platform
import subprocess
import sys
import unittest
from dataclasses import replace
from pathlib import Path

from support import FOLDER, RELEASE, InFolder, damage

import check
from checks import files, plan
from checks.rows import Row
from checks.run import CheckError
from makers import release
from makers.model import TARGETS, PackagingError


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of every file."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


class Same(InFolder):
    """Reproducibility."""

    def test_made_twice_it_is_the_same(self) -> None:
        """Whatever the order of completions and pages was."""
        extras = RELEASE.extras
        turned = replace(extras, completions=dict(reversed(list(extras.completions.items()))))
        first = release.make(RELEASE)
        self.assertEqual(first, release.make(replace(RELEASE, extras=turned)))
        self.assertEqual(first[-1].path, "SHA256SUMS")

    def test_the_date_is_in_every_package(self) -> None:
        """Another date makes others, but of the blobs that have none."""
        first = {a.path: a.data for a in release.make(RELEASE)}
        second = {a.path: a.data for a in release.make(replace(RELEASE, epoch=10**9))}
        same = {path for path in first if first[path] == second.get(path)}
        self.assertEqual(same, {"lab2048-0.1.0-oci/oci-layout"})

    @unittest.skipUnless(sys.platform == "linux", "Linux only")
    def test_the_program_gives_the_same_elsewhere(self) -> None:
        """Another folder, time zone, umask, language; with a system's program for a binary."""
        triple = f"{platform.machine()}-unknown-linux-musl"
        true = Path("/bin/true").resolve()
        if triple not in TARGETS or true.name != "true":
            self.skipTest("no program to try it with")
        bundle = self.folder / "ca.crt"
        bundle.write_text("-----BEGIN CERTIFICATE-----\n")
        made = []
        for number, variables in enumerate(({"TZ": "UTC", "LANG": "C"}, {"TZ": "Asia/Seoul", "LANG": "C.UTF-8"})):
            place = self.folder / str(number)
            place.mkdir()
            command = [
                sys.executable,
                str(FOLDER / "package.py"),
                "--binary",
                str(true),
            ]
            command += ["--target", triple, "--version", "0.1.0", "--out", "made"]
            command += ["--ca-bundle", str(bundle), "--base-url", "https://x.example"]
            subprocess.run(
                command,
                cwd=place,
                env={"PATH": os.defpath, "SOURCE_DATE_EPOCH": "1700000000"} | variables,
                umask=(0o022, 0o077)[number],
                capture_output=True,
                check=True,
            )
            made.append(contents(place / "made"))
        self.assertEqual(made[0], made[1])
        self.assertIn("SHA256SUMS", made[0])


class Written(InFolder):
    """What is in the folder."""

    def test_sums_are_read_by_sha256sum(self) -> None:
        """The tool of those who check them."""
        folder = self.keep_all()
        done = subprocess.run(
            ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_a_folder_with_something_in_it_is_refused(self) -> None:
        """What else is in it would go along."""
        (self.folder / "x").touch()
        with self.assertRaisesRegex(PackagingError, "is not empty"):
            release.write([], self.folder)

    def test_damage_of_any_file_is_found(self) -> None:
        """A bit of each, one by one; one that is missing, one too many."""
        folder = self.keep_all()
        files.check_sums(folder)
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            whole = path.read_bytes()
            damage(path)
            with (
                self.subTest(path=path.name),
                self.assertRaises((CheckError, ValueError)),
            ):
                files.check_sums(folder)
            path.write_bytes(whole)
        (folder / "more").touch()
        with self.assertRaisesRegex(CheckError, "more is not listed"):
            files.check_sums(folder)
        (folder / "more").unlink()
        (folder / "lab2048.rb").unlink()
        with self.assertRaisesRegex(CheckError, r"lab2048\.rb is not there"):
            files.check_sums(folder)

    def test_the_table_says_no(self) -> None:
        """For the sums and for the wheel."""
        folder = self.keep_all()
        self.assertTrue(all(row.ok for row in plan.whole(folder)))
        wheel = next(folder.glob("*x86_64.whl"))
        # Within the binary, which is the first file.
        damage(wheel, 30 + len("lab2048-0.1.0.data/scripts/lab2048") + 20)
        wrong = {row.package for row in plan.whole(folder) if not row.ok}
        self.assertEqual(wrong, {"sums", "wheel's RECORD"})

    def test_the_table_has_a_line_for_each_row(self) -> None:
        """Numbers to the right."""
        rows = [
            Row("a", "file", 1_500_000, 1.234, 2.5, 2048, note="said"),
            Row("b", "", ok=False),
            Row("c", "", ok=None),
        ]
        shown = check.table(rows, markdown=False).splitlines()
        self.assertEqual(shown[1].split(), ["a", "file", "1.5", "1.23", "2.50", "2", "yes", "said"])
        self.assertEqual([line.split()[-1] for line in shown[2:]], ["NO", "-"])


if __name__ == "__main__":
    unittest.main()
