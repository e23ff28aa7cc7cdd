#!/usr/bin/env python3
"""Whether the work tree can become a release: one line for each thing that has to be so.

    just release-check [--without book]

What is left out by --without is told, and so is everything that could not be tried, which counts as failed. What the
recipes say goes into target/release-check.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from building.run import answer
from makers.model import PackagingError, Version

ROOT = Path(__file__).resolve().parent.parent
# Recipes of the justfile, from the soonest to the longest. `dist-check` looks at what `dist` has made.
RECIPES = ("deny", "book", "schema", "test", "dist", "dist-check")
TAIL = 15


class NotSo(Exception):
    """What has to be put right."""


@dataclass(frozen=True)
class Tree:
    """The project in a folder."""

    root: Path

    def text(self, name: str) -> str:
        """A file."""
        return (self.root / name).read_text(encoding="utf-8")

    def toml(self, name: str) -> dict[str, Any]:
        """A file in TOML."""
        return tomllib.loads(self.text(name))

    def version(self) -> str:
        """The one of Cargo.toml."""
        return str(self.toml("Cargo.toml")["package"]["version"])

    def git(self, *arguments: str) -> str:
        """What git says."""
        return answer(["git", *arguments], cwd=self.root)

    def tags(self) -> list[str]:
        """Tags of versions on the commit."""
        return [tag for tag in self.git("tag", "--points-at", "HEAD").split() if tag.startswith("v")]


def clean(tree: Tree) -> str:
    """Nothing that is in no commit."""
    changed = tree.git("status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise NotSo(f"not in a commit: {', '.join(line[3:] for line in changed[:3])}{more}")
    return tree.git("rev-parse", "--short", "HEAD").strip()


def tag(tree: Tree) -> str:
    """The commit's tag is the version's, if it has one."""
    version = Version.parse(tree.version()).cargo
    others = [name for name in tree.tags() if name != f"v{version}"]
    if others:
        raise NotSo(f"the commit has the tag {', '.join(others)}, and Cargo.toml the version {version}")
    if tree.tags():
        return f"v{version}"
    if tree.git("tag", "--list", f"v{version}").strip():
        raise NotSo(f"there is a tag v{version} already, on another commit: Cargo.toml needs a new version")
    return f"none yet; it will be v{version}"


def section(changelog: str, heading: str) -> str | None:
    """What stands below a heading of the changelog, `## 1.2.3 - 2026-01-31` or `## [1.2.3] - 2026-01-31`."""
    found = re.search(rf"^## \[?{re.escape(heading)}\]?( .*)?\n((?:(?!## ).*\n?)*)", changelog, re.MULTILINE)
    return found[2].strip() if found else None


def changelog(tree: Tree) -> str:
    """The version is told; before its tag `Unreleased` may still stand for it."""
    version, text = tree.version(), tree.text("CHANGELOG.md")
    told = section(text, version)
    if told:
        dated = re.search(rf"^## \[?{re.escape(version)}\]? - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
        if not dated:
            raise NotSo(f"the heading of {version} has no date: `## {version} - 2026-01-31`")
        return f"has {version}"
    if told is not None or tree.tags():
        raise NotSo(f"nothing below a heading `## {version}`")
    if not section(text, "Unreleased"):
        raise NotSo(f"neither `## {version}` nor anything below `## Unreleased`")
    return f"`Unreleased` has entries; with the tag it becomes `## {version} - DATE`"


def toolchain_of_ci(tree: Tree) -> str:
    """The Rust version that Cargo.toml promises is the one that everything is tried with."""
    promised = str(tree.toml("Cargo.toml")["workspace"]["package"]["rust-version"])
    used = str(tree.toml("rust-toolchain.toml")["toolchain"]["channel"])
    if used != promised and not used.startswith(f"{promised}."):
        raise NotSo(f"rust-version is {promised}, and rust-toolchain.toml, which CI uses, has {used}")
    return f"{promised}, tried with {used}"


def repository(tree: Tree) -> str:
    """Where the files will lie; before the tag it may still be open."""
    package = tree.toml("Cargo.toml")["package"]
    if "repository" in package:
        return str(package["repository"])
    if tree.tags():
        raise NotSo("Cargo.toml has no `repository`, and release.yml releases nothing without it")
    return "none yet; with the tag Cargo.toml has to have it, and formula and krew manifest are made then"


def recipe(tree: Tree, name: str) -> str:
    """A recipe ends with 0, and leaves the work tree as it was."""
    just = os.environ.get("JUST", "just")
    logs = tree.root / "target/release-check"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    before = tree.git("status", "--porcelain")
    begun = time.monotonic()
    with log.open("wb") as opened:
        try:
            done = subprocess.run(
                [just, name],
                cwd=tree.root,
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except OSError as error:
            raise NotSo(f"{just}: {error.strerror}") from error
    took = f"{time.monotonic() - begun:.0f} s"
    if done.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        raise NotSo(
            f"ends with {done.returncode} after {took}, see {log}\n" + "\n".join(f"        {line}" for line in said)
        )
    if tree.git("status", "--porcelain") != before:
        raise NotSo(f"has changed the work tree: {tree.git('diff', '--stat').strip()}")
    return took


def checks(tree: Tree) -> Iterator[tuple[str, Callable[[], str]]]:
    """All of them, by name."""
    yield "clean work tree", partial(clean, tree)
    yield "tag", partial(tag, tree)
    yield "changelog", partial(changelog, tree)
    yield "repository", partial(repository, tree)
    yield "Rust version", partial(toolchain_of_ci, tree)
    for name in RECIPES:
        yield name, partial(recipe, tree, name)


def run(found: Iterator[tuple[str, Callable[[], str]]], without: set[str]) -> int:
    """Runs each, whatever came of those before; the exit code."""
    failed: list[str] = []
    left_out: list[str] = []
    good = 0
    for name, check in found:
        if name in without:
            left_out.append(name)
            print(f"LEFT OUT  {name}", flush=True)
            continue
        try:
            note = check()
        except (NotSo, PackagingError, OSError, KeyError, ValueError) as error:
            failed.append(name)
            said = str(error) if isinstance(error, NotSo | PackagingError) else repr(error)
            print(f"FAILED    {name}: {said}", flush=True)
            continue
        good += 1
        print(f"ok        {name}: {note}", flush=True)
    rest = f", left out: {', '.join(left_out)}" if left_out else ""
    print(f"{good} ok, {len(failed)} failed{rest}")
    return 1 if failed else 0


def main() -> int:
    """Checks everything."""
    parser = argparse.ArgumentParser(description="Whether the work tree can become a release.")
    parser.add_argument("--without", action="append", default=[], choices=RECIPES, help="a recipe to leave out")
    options = parser.parse_args()
    return run(checks(Tree(ROOT)), set(options.without))


if __name__ == "__main__":
    sys.exit(main())
