#!/usr/bin/env python3
"""Makes the pages below `reference/` of both books, and their places in the tables of contents.

`python3 book/generate.py --binary target/debug/lab2048` writes them; with `--check` it only says what is out of date, as a diff,
and ends with 1. They come from the help of the program, its schemas, policies and explanations, from the catalogues in `src/lang`,
and from the tables of words in `src/lbc` and `src/readiness`.
"""

import argparse
import difflib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True

from generator.everything import pages  # noqa: E402
from generator.fluent import FluentError  # noqa: E402
from generator.program import Program  # noqa: E402
from generator.said import LANGUAGES  # noqa: E402
from generator.sources import SourceError  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def changes(program: Program) -> Iterator[tuple[Path, str | None]]:
    """Files that are not as they are to be, each with its text; `None` where it is to go."""
    for language in LANGUAGES:
        source = ROOT / "book" / language / "src"
        wanted = {source / path: text for path, text in pages(program, language, ROOT).items()}
        for path, text in wanted.items():
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                yield path, text
        for path in sorted((source / "reference").glob("**/*.md")):
            if path not in wanted:
                yield path, None


def outdated(binary: Path) -> list[str]:
    """The files that are not as they are to be, and why nothing can be said of them, if so."""
    try:
        return [str(path.relative_to(ROOT)) for path, _ in changes(Program(binary.resolve()))]
    except (FluentError, SourceError) as error:
        return [f"all of them: {error}"]


def diff(path: Path, text: str | None) -> str:
    """What differs."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    name = str(path.relative_to(ROOT))
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), (text or "").splitlines(keepends=True), f"{name} (as it is)", f"{name} (new)"
    )
    return "".join(lines)


def write(path: Path, text: str | None) -> None:
    """Writes a page, or removes it."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> int:
    """Writes, or compares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="lab2048")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if something is out of date")
    arguments = parser.parse_args()
    if not os.access(arguments.binary, os.X_OK):
        parser.error(f"{arguments.binary} cannot be run")
    try:
        found = list(changes(Program(arguments.binary.resolve())))
    except (FluentError, SourceError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path, text in found:
        if arguments.check:
            print(diff(path, text), end="")
        else:
            write(path, text)
            print(path.relative_to(ROOT))
    if arguments.check and found:
        print(f"\n{len(found)} files are out of date: run book/generate.py without --check", file=sys.stderr)
    return 1 if arguments.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
