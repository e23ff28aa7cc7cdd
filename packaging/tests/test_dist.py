"""A release build, as far as it is not compiling."""

import json
import os
import platform
import unittest
from pathlib import Path
from unittest import mock

from support import InFolder

import dist
from building import compile as building
from building import run, toolchain
from building.compile import Builder
from building.toolchain import Rust
from makers.model import TARGETS, PackagingError

RUST = Rust(Path("/rust"), "1.95.0", "c0ffee", "x86_64-unknown-linux-gnu")
BUILDER = Builder(Path("/src/lab2048"), RUST, Path("/tools"), Path("/auditable"), Path("/roots"), 1_700_000_000)
ABOUT = {
    "target_directory": "/src/lab2048/target",
    "packages": [
        {"manifest_path": "/home/me/.cargo/registry/src/index-1/ring-0.17.14/Cargo.toml", "source": "registry"},
        {"manifest_path": "/home/me/.cargo/registry/src/index-1/cc-1.2.0/Cargo.toml", "source": "registry"},
        {"manifest_path": "/src/lab2048/Cargo.toml", "source": None},
    ],
}


class Paths(unittest.TestCase):
    """No folder of this machine comes into a binary."""

    def test_each_folder_has_another_name(self) -> None:
        """Sources, target folder within them after them, packages, the library."""
        self.assertEqual(
            building.renamed(BUILDER, ABOUT),
            [
                (Path("/src/lab2048"), "/lab2048"),
                (Path("/src/lab2048/target"), "/target"),
                (Path("/home/me/.cargo/registry/src/index-1"), "/crates"),
                (Path("/rust/lib/rustlib/src/rust"), "/rustc/c0ffee"),
            ],
        )

    def test_a_folder_that_compilers_cannot_be_told_about_is_an_error(self) -> None:
        """A blank ends a flag."""
        with self.assertRaisesRegex(PackagingError, "such a name"):
            building.renamed(BUILDER, ABOUT | {"target_directory": "/my target"})

    def test_both_compilers_are_told(self) -> None:
        """rustc and the C compiler, and cargo calls the wrapper by its name."""
        found = BUILDER.variables("x86_64-unknown-linux-musl", [(Path("/a"), "/x"), (Path("/a/b"), "/y")])
        self.assertEqual(found["CARGO_ENCODED_RUSTFLAGS"], "--remap-path-prefix=/a=/x\x1f--remap-path-prefix=/a/b=/y")
        self.assertEqual(found["CFLAGS_x86_64_unknown_linux_musl"], "-ffile-prefix-map=/a=/x -ffile-prefix-map=/a/b=/y")
        self.assertEqual(found["SOURCE_DATE_EPOCH"], str(building.MOMENT))
        self.assertEqual(found["RUSTC_WORKSPACE_WRAPPER"], "cargo-auditable")
        self.assertTrue(json.loads(found["CARGO_AUDITABLE_ORIG_ARGS"])["locked"])

    def test_a_path_that_shows_is_found(self) -> None:
        """Of a folder's own name alone nothing is said: `/root` stands in many a text."""
        binary = b"\0/home/me/.cargo/x.rs\0/srcs/other\0/root\0"
        shown = building.showing(binary, [Path("/home/me/.cargo"), Path("/src"), Path("/root")])
        self.assertEqual(shown, ["/home/me/.cargo/x.rs"])


class Folders(InFolder):
    """Where the release is written."""

    def test_an_earlier_release_is_replaced(self) -> None:
        """And a folder that is new or empty is left as it is."""
        out = self.folder / "dist"
        dist.clear(out)
        out.mkdir()
        dist.clear(out)
        (out / "SHA256SUMS").touch()
        (out / "lab2048.rb").touch()
        dist.clear(out)
        self.assertFalse(out.exists())

    def test_anything_else_is_refused(self) -> None:
        """It stays."""
        (self.folder / "thesis").touch()
        with self.assertRaisesRegex(PackagingError, "no release"):
            dist.clear(self.folder)
        self.assertTrue((self.folder / "thesis").exists())

    def test_tools_are_made_anew_for_other_pins(self) -> None:
        """And where an installation has not come to its end."""
        self.assertFalse(toolchain.sealed(self.folder, "1"))
        (self.folder / "made-from").write_text("1")
        self.assertTrue(toolchain.sealed(self.folder, "1"))
        self.assertFalse(toolchain.sealed(self.folder, "2"))


class Choices(InFolder):
    """What a release is made for, and from."""

    def test_a_target_of_this_machine_is_wanted(self) -> None:
        """It prints the completions."""
        targets = sorted(TARGETS)
        native = f"{platform.machine()}-unknown-linux-musl"
        self.assertEqual(dist.here(targets), native)
        with self.assertRaisesRegex(PackagingError, "none of"):
            dist.here([target for target in targets if target != native])

    def test_the_date_is_the_variables_or_the_commits(self) -> None:
        """What is no number is an error."""
        with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "17"}):
            self.assertEqual(dist.epoch(self.folder), 17)
        with (
            mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "now"}),
            self.assertRaisesRegex(PackagingError, "no number"),
        ):
            dist.epoch(self.folder)

    def test_the_version_is_cargos(self) -> None:
        """The one place."""
        (self.folder / "Cargo.toml").write_text('[package]\nname = "lab2048"\nversion = "1.2.3"\n')
        self.assertEqual(dist.version(self.folder), "1.2.3")

    def test_pins_have_sums_for_both_machines(self) -> None:
        """pip refuses others only where every line has one; the CA roots are the same for both."""
        for pins in toolchain.PINS.glob("*.txt"):
            text = pins.read_text(encoding="utf-8")
            machines = 1 if pins.stem == building.ROOTS else 2
            with self.subTest(pins=pins.name):
                self.assertEqual(text.count("--hash=sha256:"), machines * text.count("=="))

    def test_a_command_that_fails_is_an_error(self) -> None:
        """With what it was, or what it said."""
        with self.assertRaisesRegex(PackagingError, "false: ended with 1"):
            run.call(["false"])
        with self.assertRaisesRegex(PackagingError, "no-such-program"):
            run.answer(["no-such-program"])
        with self.assertRaisesRegex(PackagingError, "lost"):
            run.answer(["sh", "-c", "echo lost >&2; exit 3"])


if __name__ == "__main__":
    unittest.main()
