"""What counts as a lab that has come about, with scripts for lab2048."""

import time
import unittest
from pathlib import Path

from support import RELEASE, InFolder

from checks.rows import Clock, Subject, attempt
from checks.run import CheckError, Installed, Place, use

GOOD = """#!/bin/sh
case $1 in
    --version) echo lab2048 0.1.0 ;;
    apply) touch "$XDG_STATE_HOME/lab"; echo text; echo http://game.example/ ;;
    destroy) rm "$XDG_STATE_HOME/lab" ;;
esac
"""


class Use(InFolder):
    """Each thing that has to be so."""

    def call(self, script: str) -> float:
        """Uses a script; the time to the URL."""
        place = Place(self.folder / "place").prepare()
        program = self.folder / "lab2048"
        program.write_text(script)
        program.chmod(0o755)
        return use(place, Installed([program]), "0.1.0", time.monotonic()).to_url

    def test_a_lab_that_comes_and_goes_is_good(self) -> None:
        """In a home of its own."""
        self.assertGreater(self.call(GOOD), 0)

    def test_a_last_line_that_is_no_url_is_not(self) -> None:
        """Nor is one that comes before others."""
        with self.assertRaisesRegex(CheckError, "no URL"):
            self.call(GOOD.replace("example/", "example/; echo more"))

    def test_another_version_is_not(self) -> None:
        """The package says which."""
        with self.assertRaisesRegex(CheckError, "not 'lab2048 0.1.0'"):
            self.call(GOOD.replace("0.1.0", "0.1.1"))

    def test_a_removal_that_fails_is_not(self) -> None:
        """With what it said."""
        with self.assertRaisesRegex(CheckError, "destroy ends with 4: refused"):
            self.call(GOOD.replace("destroy) ", "destroy) echo refused >&2; exit 4; "))

    def test_a_package_that_is_not_there_is_a_row(self) -> None:
        """And the others follow."""

        def install(place: Place, subject: Subject, clock: Clock) -> Installed:
            raise AssertionError("nothing to install")

        build = RELEASE.builds[0]
        subject = Subject(Path(self.folder), RELEASE.version, build.target)
        row = attempt("deb", "lab2048.deb", subject, install)
        self.assertEqual((row.ok, row.note), (False, "there is no such file"))


if __name__ == "__main__":
    unittest.main()
