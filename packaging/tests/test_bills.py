"""Bills and licences that come along, and the image's files."""

import json
import platform
import time
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from support import RELEASE, X86, InFolder, listed

import check
from building import audit, notices, sbom
from building.crates import Package
from checks import bills, image, plan, qemu, rows, startup
from checks.rows import Clock, Subject, attempt
from checks.run import CheckError, Installed, Place, Use
from makers import oci
from makers import release as makers_release
from makers.model import Build, PackagingError, Release

BINARY = listed(("ring", "0.17.14", "crates.io", "runtime"), ("cc", "1.2.0", "crates.io", "build"))
OWN = Package("lab2048", "0.1.0", "Apache-2.0", (), None, None, (("LICENSE", "own"),))
RING = Package("ring", "0.17.14", "ISC", (), None, "ab12", (("LICENSE", "of ring"),))
CC = Package("cc", "1.2.0", "MIT", (), None, "cd34", (("LICENSE", "of cc"),))
PART = notices.Part("musl", "1.2.5", "MIT", (("COPYRIGHT", "of musl"),))
IMAGE_FILES = ("lab2048", oci.ROOTS, f"{oci.DOC}LICENSE", f"{oci.DOC}{notices.NAME}")


def release(packages: list[Package], linked: list[Package]) -> Release:
    """With a bill of the packages and the licences of those that are linked in."""
    subject = sbom.Subject(X86.triple, "0.1.0", BINARY, audit.read(BINARY), RELEASE.epoch)
    build = Build(X86, BINARY, sbom.write(subject, packages, [PART]))
    return replace(RELEASE, builds=(build,), notices=(notices.NAME, notices.write(linked, [PART])))


class Documents(InFolder):
    """Of the binary in the archive."""

    def setUp(self) -> None:
        """A good release."""
        super().setUp()
        self.place(release([OWN, RING, CC], [OWN, RING]))

    def place(self, made: Release) -> None:
        """Writes a release."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        makers_release.write(makers_release.make(made), folder)
        self.subject = Subject(folder, made.version, X86)

    def rewrite(self, change: dict[str, object] | None = None, **own: object) -> None:
        """Changes the bill."""
        path = self.subject.folder / f"{self.subject.tarball}.cdx.json"
        document = json.loads(path.read_text())
        document["metadata"]["component"] |= own
        path.write_text(json.dumps(document | (change or {})))

    def test_a_good_release_is_good(self) -> None:
        """Both rows."""
        said = [(row.ok, row.note) for row in plan.of_binary(self.subject, dist=True)]
        self.assertEqual(said, [(True, "2 packages linked in, 1 that helped"), (True, "3 named, 3 texts")])

    def test_a_bill_of_something_else_is_not(self) -> None:
        """Another binary, another version, other packages."""
        components = json.loads((self.subject.folder / f"{self.subject.tarball}.cdx.json").read_text())["components"]
        more = components[0] | {"name": "more", "purl": "pkg:cargo/more@1.2.0", "bom-ref": "pkg:cargo/more@1.2.0"}
        bare = [c | {"licenses": []} if c["name"] == "ring" else c for c in components]
        for said, own, change in (
            ("another binary", {"hashes": []}, {}),
            ("of version 0.2.0", {"version": "0.2.0"}, {}),
            ("lacks ring", {}, {"components": [c for c in components if c["name"] != "ring"]}),
            ("the binary has not", {}, {"components": [*components, more]}),
            ("without licence or sum: ring", {}, {"components": bare}),
            ("does not have", {}, {"dependencies": [{"ref": "x", "dependsOn": []}]}),
        ):
            with self.subTest(said=said):
                self.place(release([OWN, RING, CC], [OWN, RING]))
                self.rewrite(change, **own)
                with self.assertRaisesRegex(CheckError, said):
                    bills.bill(self.subject)

    def test_a_package_without_its_licence_is_told(self) -> None:
        """Only what is linked in has to be there."""
        self.place(release([OWN, RING, CC], [OWN]))
        with self.assertRaisesRegex(CheckError, "lacks ring"):
            bills.licences(self.subject)

    def test_only_a_dist_has_to_have_them(self) -> None:
        """What package.py makes without them is no release, but no fault either."""
        self.place(replace(RELEASE, builds=RELEASE.builds[:1]))
        self.assertEqual(list(plan.of_binary(self.subject, dist=False)), [])
        self.assertEqual([row.ok for row in plan.of_binary(self.subject, dist=True)], [False, False])
        with self.assertRaisesRegex(PackagingError, "1 of 2 targets"):
            check.check(self.subject.folder, None, [], dist=True)

    def test_the_bill_of_another_binary_is_refused(self) -> None:
        """By package.py."""
        binary, bill = self.folder / "binary", self.folder / "bill"
        binary.write_bytes(listed(("ring", "0.17.14", "crates.io", "runtime")))
        bill.write_text(release([OWN, RING, CC], []).builds[0].bill or "")
        with self.assertRaisesRegex(PackagingError, "another binary"):
            Build.read(binary, X86.triple, bill)
        binary.write_bytes(BINARY)
        self.assertEqual(Build.read(binary, X86.triple, bill).bill, bill.read_text())


class Image(InFolder):
    """What is in it."""

    def contents(self, *paths: str) -> list[str]:
        """Of an image with these files."""
        root = self.folder / "root"
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        return image.contents(root, {"Entrypoint": ["/lab2048"]})

    def test_program_roots_and_licences_are_all(self) -> None:
        """Folders do not count."""
        (self.folder / "root/tmp").mkdir(parents=True)
        self.assertEqual(self.contents(*IMAGE_FILES), sorted(IMAGE_FILES))

    def test_anything_else_is_too_much(self) -> None:
        """A shell; a link to nowhere."""
        (self.folder / "root/bin").mkdir(parents=True)
        (self.folder / "root/bin/sh").symlink_to("busybox")
        with self.assertRaisesRegex(CheckError, "has bin/sh too much"):
            self.contents(*IMAGE_FILES)

    def test_each_of_them_has_to_be_there(self) -> None:
        """The roots are missing."""
        with self.assertRaisesRegex(CheckError, "lacks etc/ssl/certs/ca-certificates.crt"):
            self.contents("lab2048", f"{oci.DOC}LICENSE")


class Times(InFolder):
    """How long it takes."""

    def row(self, to_url: float, *, native: bool) -> rows.Row:
        """Of a package that takes so long."""
        (self.folder / "package").touch()
        subject = Subject(self.folder, RELEASE.version, X86, native=native)

        def install(place: Place, subject: Subject, clock: Clock) -> Installed:
            return Installed(["true"], note="said")

        with mock.patch("checks.run.use", return_value=Use(to_url, 1024)):
            return attempt("wheel", "package", subject, install)

    def test_a_minute_is_too_long(self) -> None:
        """On this machine; an emulated one is slow."""
        self.assertEqual([self.row(t, native=True).ok for t in (59.9, 60.1)], [True, False])
        self.assertTrue(self.row(600, native=False).ok)

    def test_the_best_of_some_starts_counts(self) -> None:
        """And a program that fails has none."""
        program = self.folder / "program"
        program.write_text("#!/bin/sh\nexec true\n")
        program.chmod(0o755)
        begun = time.perf_counter()
        self.assertLess(startup.best(program) * startup.TIMES, time.perf_counter() - begun)
        program.write_text("#!/bin/sh\nexit 3\n")
        with self.assertRaisesRegex(CheckError, "ends with 3"):
            startup.best(program)

    def test_qemu_has_to_be_static(self) -> None:
        """It runs alone in an image."""
        self.assertNotEqual(qemu.other_machine(), platform.machine())
        self.assertFalse(qemu.static(Path("/no/qemu")))
        program = self.folder / "qemu"
        program.write_bytes(BINARY)
        self.assertTrue(qemu.static(program))


if __name__ == "__main__":
    unittest.main()
