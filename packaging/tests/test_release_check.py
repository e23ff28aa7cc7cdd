"""What a release needs, on repositories that are made for it."""

import contextlib
import io
import os
import subprocess
import unittest
from collections.abc import Callable
from unittest import mock

from support import InFolder

import release_check
from release_check import NotSo, Tree

CARGO = '[workspace.package]\nrust-version = "1.95"\n[package]\nversion = "0.2.0"\n'


class InRepository(InFolder):
    """Tests with a repository of their own."""

    def setUp(self) -> None:
        """One commit."""
        super().setUp()
        self.tree = Tree(self.folder)
        self.write("Cargo.toml", CARGO)
        self.write("rust-toolchain.toml", '[toolchain]\nchannel = "1.95.0"\n')
        self.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- Something\n\n## 0.1.0 - 2026-01-31\n\n- First\n")
        self.write(".gitignore", "/target\n")
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "one")

    def write(self, name: str, text: str) -> None:
        """A file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> None:
        """As somebody."""
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True)

    def refused(self, said: str, check: Callable[[Tree], str]) -> None:
        """The check says so."""
        with self.assertRaisesRegex(NotSo, said):
            check(self.tree)


class Facts(InRepository):
    """What needs no recipe."""

    def test_all_of_it_is_so(self) -> None:
        """Before the tag."""
        self.assertRegex(release_check.clean(self.tree), "^[0-9a-f]{7,}$")
        self.assertEqual(release_check.tag(self.tree), "none yet; it will be v0.2.0")
        self.assertIn("Unreleased", release_check.changelog(self.tree))
        self.assertEqual(release_check.toolchain_of_ci(self.tree), "1.95, tried with 1.95.0")

    def test_what_is_in_no_commit_is_named(self) -> None:
        """Changed or new."""
        self.write("Cargo.toml", CARGO + "\n")
        self.write("new", "")
        self.refused("Cargo.toml, new", release_check.clean)

    def test_a_tag_of_another_version_is_refused(self) -> None:
        """On this commit; or the version's on another one."""
        self.git("tag", "v0.2.1")
        self.refused("the tag v0.2.1, and Cargo.toml the version 0.2.0", release_check.tag)
        self.git("tag", "--delete", "v0.2.1")
        self.git("tag", "v0.2.0")
        self.assertEqual(release_check.tag(self.tree), "v0.2.0")
        self.git("commit", "--quiet", "--allow-empty", "--message", "two")
        self.refused("on another commit", release_check.tag)

    def test_the_changelog_tells_the_version(self) -> None:
        """With a date, and something below it; the older version's entries are not its own."""
        for said, text in (
            ("neither", "## Unreleased\n\n## 0.1.0 - 2026-01-31\n\n- First\n"),
            ("no date", "## 0.2.0\n\n- New\n"),
            ("nothing below", "## 0.2.0 - 2026-02-01\n\n## 0.1.0 - 2026-01-31\n\n- First\n"),
        ):
            with self.subTest(said=said):
                self.write("CHANGELOG.md", text)
                self.refused(said, release_check.changelog)
        self.write("CHANGELOG.md", "## [0.2.0] - 2026-02-01\n\n- New\n")
        self.assertEqual(release_check.changelog(self.tree), "has 0.2.0")

    def test_with_its_tag_unreleased_is_not_enough(self) -> None:
        """Nobody would find what is new."""
        self.git("tag", "v0.2.0")
        self.refused("nothing below a heading `## 0.2.0`", release_check.changelog)

    def test_with_its_tag_the_repository_is_known(self) -> None:
        """Before it, it is told that it is not."""
        self.assertIn("none yet", release_check.repository(self.tree))
        self.git("tag", "v0.2.0")
        self.refused("no `repository`", release_check.repository)
        self.write("Cargo.toml", CARGO + 'repository = "https://git.example/lab2048"\n')
        self.assertEqual(release_check.repository(self.tree), "https://git.example/lab2048")

    def test_another_toolchain_is_refused(self) -> None:
        """1.950 is not 1.95."""
        for channel in ("1.96.0", "1.950.0", "stable"):
            self.write("rust-toolchain.toml", f'[toolchain]\nchannel = "{channel}"\n')
            self.refused(f"rust-version is 1.95, .* has {channel}", release_check.toolchain_of_ci)


class Recipes(InRepository):
    """With a script for just."""

    def just(self, script: str) -> str:
        """Runs the recipe `schema` with it."""
        program = self.folder / "target/just"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        with mock.patch.dict(os.environ, {"JUST": str(program)}):
            return release_check.recipe(self.tree, "schema")

    def test_a_recipe_that_ends_well_is_good(self) -> None:
        """What it says is kept."""
        self.assertRegex(self.just("echo said $1"), r"^\d+ s$")
        self.assertEqual((self.folder / "target/release-check/schema.log").read_text(), "said schema\n")

    def test_one_that_fails_is_told_with_its_last_words(self) -> None:
        """And where the rest is."""
        with self.assertRaisesRegex(NotSo, r"ends with 3 .*schema\.log\n        lost"):
            self.just("echo lost; exit 3")

    def test_one_that_changes_the_work_tree_is_told(self) -> None:
        """As a schema that was not current."""
        with self.assertRaisesRegex(NotSo, "has changed the work tree: .*CHANGELOG.md"):
            self.just("echo more >> CHANGELOG.md")

    def test_without_just_nothing_is_good(self) -> None:
        """It is not left out."""
        with mock.patch.dict(os.environ, {"JUST": "/no/just"}), self.assertRaisesRegex(NotSo, "No such file"):
            release_check.recipe(self.tree, "test")


class Lines(unittest.TestCase):
    """What is printed."""

    def run_all(self, without: set[str]) -> tuple[int, str]:
        """One that is good, one that fails, one after it."""

        def fails() -> str:
            raise NotSo("because")

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = release_check.run(iter([("a", lambda: "fine"), ("b", fails), ("c", lambda: "fine")]), without)
        return code, said.getvalue()

    def test_each_has_its_line_and_one_that_fails_does_not_end_it(self) -> None:
        """The exit code is 1."""
        self.assertEqual(
            self.run_all(set()),
            (1, "ok        a: fine\nFAILED    b: because\nok        c: fine\n2 ok, 1 failed\n"),
        )

    def test_what_is_left_out_is_told(self) -> None:
        """Twice."""
        self.assertEqual(
            self.run_all({"b"}),
            (0, "ok        a: fine\nLEFT OUT  b\nok        c: fine\n2 ok, 0 failed, left out: b\n"),
        )


if __name__ == "__main__":
    unittest.main()
