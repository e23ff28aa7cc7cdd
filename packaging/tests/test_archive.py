"""Archives."""

import io
import tarfile
import unittest
import zipfile

import support  # noqa: F401

from makers import archive


class Ar(unittest.TestCase):
    """The format of ar."""

    def test_headers_have_sixty_bytes_and_members_even_offsets(self) -> None:
        """As dpkg wants them."""
        data = archive.ar([("debian-binary", b"2.0\n"), ("odd", b"123")], 7)
        wanted = b"debian-binary   7           0     0     100644  4         `\n2.0\n"
        self.assertEqual(data[8:72], wanted)
        self.assertEqual(data[:8], b"!<arch>\n")
        self.assertEqual(data[72:], wanted_odd())

    def test_what_is_written_is_read(self) -> None:
        """There and back."""
        members = {"a": b"1", "b": b"", "c": b"22"}
        self.assertEqual(archive.read_ar(archive.ar(members.items(), 0)), members)

    def test_what_is_none_is_an_error(self) -> None:
        """Cut off, or something else."""
        whole = archive.ar([("a", b"12")], 0)
        for damaged in (
            b"",
            b"!<arch>\n12",
            whole[:-1],
            whole[:67] + b"!" + whole[68:],
        ):
            with self.subTest(damaged=damaged), self.assertRaises(ValueError):
                archive.read_ar(damaged)

    def test_names_that_do_not_fit_are_refused(self) -> None:
        """A name of 17 letters."""
        with self.assertRaises(ValueError):
            archive.ar([("a" * 17, b"")], 0)


def wanted_odd() -> bytes:
    """A member with an odd number of bytes."""
    return b"odd             7           0     0     100644  3         `\n123\n"


class Tar(unittest.TestCase):
    """Tar archives."""

    def test_folders_come_before_what_is_in_them(self) -> None:
        """Sorted by path, whatever the order was."""
        entries = archive.with_folders(
            [
                archive.file("./b/c", "1"),
                archive.file("a", "2"),
                archive.folder("./b/d"),
            ]
        )
        paths = [entry.path for entry in entries]
        self.assertEqual(paths, ["./b", "./b/c", "./b/d", "a"])

    def test_nothing_of_this_machine_is_in_it(self) -> None:
        """Owner, date and mode are those that were asked for."""
        data = archive.tar([archive.program("x", "1")], 99)
        with tarfile.open(fileobj=io.BytesIO(data)) as opened:
            [member] = opened.getmembers()
        found = (member.uid, member.gid, member.uname, member.mtime, member.mode)
        self.assertEqual(found, (0, 0, "root", 99, 0o755))


class Zip(unittest.TestCase):
    """Zip archives."""

    def test_dates_before_zip_are_its_first(self) -> None:
        """SOURCE_DATE_EPOCH=0 is 1970."""
        data = archive.zipped([archive.program("x", "1")], 0)
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            [info] = opened.infolist()
        self.assertEqual(info.date_time, (1980, 1, 1, 0, 0, 0))
        self.assertEqual(info.external_attr >> 16, 0o100755)


if __name__ == "__main__":
    unittest.main()
