"""The wheel."""

import base64
import hashlib
import io
import unittest
import zipfile
from dataclasses import replace
from email import message_from_string

from support import RELEASE, InFolder, damage

from checks import files
from checks.run import CheckError
from makers import archive, wheel
from makers.model import Version

X86, ARM = RELEASE.builds


class Wheel(InFolder):
    """Its name, its documents, its sums."""

    def setUp(self) -> None:
        """Makes one."""
        super().setUp()
        self.made = wheel.make(RELEASE, X86)
        with zipfile.ZipFile(io.BytesIO(self.made.data)) as opened:
            self.files = {name: opened.read(name) for name in opened.namelist()}
            self.modes = {i.filename: i.external_attr >> 16 for i in opened.infolist()}

    def test_the_name_has_both_platforms(self) -> None:
        """For either machine."""
        self.assertEqual(
            self.made.path,
            "lab2048-0.1.0-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl",
        )
        self.assertEqual(
            wheel.name(RELEASE, ARM),
            "lab2048-0.1.0-py3-none-manylinux_2_17_aarch64.musllinux_1_1_aarch64.whl",
        )
        candidate = replace(RELEASE, version=Version.parse("0.2.0-rc.1"))
        self.assertTrue(wheel.name(candidate, ARM).startswith("lab2048-0.2.0rc1-py3"))

    def test_wheel_has_a_tag_for_each_platform(self) -> None:
        """Expanded, and not pure."""
        document = message_from_string(self.files["lab2048-0.1.0.dist-info/WHEEL"].decode())
        self.assertEqual(
            document.get_all("Tag"),
            ["py3-none-manylinux_2_17_x86_64", "py3-none-musllinux_1_1_x86_64"],
        )
        self.assertEqual(document["Root-Is-Purelib"], "false")

    def test_the_binary_is_a_script_that_can_be_run(self) -> None:
        """That is what puts it into bin/."""
        path = "lab2048-0.1.0.data/scripts/lab2048"
        self.assertEqual(self.files[path], X86.binary)
        self.assertEqual(self.modes[path], 0o100755)

    def test_record_has_the_sum_and_size_of_every_file_but_itself(self) -> None:
        """And is the last."""
        *lines, last = self.files["lab2048-0.1.0.dist-info/RECORD"].decode().splitlines()
        self.assertEqual(last, "lab2048-0.1.0.dist-info/RECORD,,")
        self.assertEqual(list(self.files)[-1], "lab2048-0.1.0.dist-info/RECORD")
        self.assertEqual(len(lines), len(self.files) - 1)
        for line in lines:
            path, kind, size = line.split(",")
            raw = hashlib.sha256(self.files[path]).digest()
            wanted = base64.urlsafe_b64encode(raw).decode().rstrip("=")
            self.assertEqual((kind, size), (f"sha256={wanted}", str(len(self.files[path]))))

    def test_metadata_names_the_licence_and_has_the_readme(self) -> None:
        """Core metadata 2.4."""
        document = message_from_string(self.files["lab2048-0.1.0.dist-info/METADATA"].decode())
        self.assertEqual(document["Metadata-Version"], "2.4")
        self.assertEqual(document["License-Expression"], "Apache-2.0")
        self.assertEqual(document["License-File"], "LICENSE")
        self.assertIn("lab2048-0.1.0.dist-info/licenses/LICENSE", self.files)
        self.assertEqual(document.get_payload(), RELEASE.project.readme)

    def test_notices_are_a_licence_file_too(self) -> None:
        """Each is named."""
        with_notices = replace(RELEASE, notices=("NOTICES", "of others\n"))
        document = message_from_string(wheel.metadata(with_notices))
        self.assertEqual(document.get_all("License-File"), ["LICENSE", "NOTICES"])


class Damage(InFolder):
    """What the check finds."""

    def test_a_whole_wheel_is_found_whole(self) -> None:
        """Both."""
        for build in RELEASE.builds:
            files.check_wheel(self.keep(wheel.make(RELEASE, build)))

    def test_a_bit_is_found(self) -> None:
        """In each file."""
        made = wheel.make(RELEASE, X86)
        with zipfile.ZipFile(io.BytesIO(made.data)) as opened:
            infos = opened.infolist()
        for info in infos:
            path = self.keep(made)
            damage(path, info.header_offset + 30 + len(info.filename) + info.compress_size // 2)
            with self.subTest(file=info.filename), self.assertRaises(CheckError):
                files.check_wheel(path)

    def test_another_binary_with_the_old_record_is_found(self) -> None:
        """The zip itself is whole then."""
        path = self.keep(wheel.make(RELEASE, X86))
        with zipfile.ZipFile(path) as opened:
            members = [(name, opened.read(name)) for name in opened.namelist()]
        entries = [archive.file(name, data + b"x" if "scripts" in name else data) for name, data in members]
        path.write_bytes(archive.zipped(entries, 0))
        with self.assertRaisesRegex(CheckError, "not what RECORD says"):
            files.check_wheel(path)

    def test_tags_that_differ_are_found(self) -> None:
        """A wheel that was renamed."""
        made = wheel.make(RELEASE, X86)
        path = self.keep(replace(made, path=made.path.replace("x86_64", "aarch64")))
        with self.assertRaisesRegex(CheckError, "WHEEL has the tags"):
            files.check_wheel(path)


if __name__ == "__main__":
    unittest.main()
