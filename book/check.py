#!/usr/bin/env python3
"""Checks the two books: `python3 book/check.py --binary target/debug/lab2048`.

Fails (exit 1) where
- the languages do not have the same pages, the same depth of headings, the same anchors or the same commands,
- a link within the books, or its anchor, leads nowhere, or a file of the project that a page names is not there,
- a page that book/generate.py makes is out of date,
- a command does not end with 0, or with the code that its block names, or does not print what the page shows,
- the page on troubleshooting has a symptom that the program does not say.

Without --binary nothing is run. External links are only listed.

How a block of code is marked, after its language:
    sh              each line begins with `lab2048 ` and is run, in order, page by page, in an empty folder on a world of its own
    sh,exit=3       each of its commands has to end with 3
    sh,norun        is not run: AWS, kubectl, what waits for somebody
    console         lines that begin with `lab2048 ` or `$ lab2048 ` are run, the others are output
    yaml,file=PATH  is written to PATH in that folder first (any language but sh and console)
    text            output of the commands before it; `…` stands for whatever is left out, a word with a digit for any other such
    text,norun      output that is not compared
    json,of=PATH    lines of a file that the commands before it have written, compared like output
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from checker import links, pages, same, symptoms  # noqa: E402
from checker.commands import Ran, Runner  # noqa: E402
from checker.pages import CONTENTS, Book  # noqa: E402
from generate import outdated  # noqa: E402
from generator.said import LANGUAGES  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
# Commands wait most of their time; the sandbox's clock does not stop for others.
AT_ONCE = 4


@dataclass(frozen=True)
class Timed:
    """The commands of a page, and how long they took."""

    ran: Ran
    seconds: float


def run(books: dict[str, Book], arguments: argparse.Namespace) -> dict[tuple[str, str], Timed]:
    """Runs the commands of the pages that are asked for, by language and name."""
    if not arguments.binary:
        return {}
    runner = Runner(arguments.binary.resolve(), arguments.timeout)

    def timed(language: str, name: str) -> Timed:
        begun = time.monotonic()
        ran = runner.page(language, books[language][name])
        return Timed(ran, time.monotonic() - begun)

    asked = [
        (language, name)
        for language in arguments.lang or LANGUAGES
        for name, page in books[language].items()
        if any(block.is_shell() for block in page.blocks) and name in (arguments.page or books[language])
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(asked, threads.map(lambda one: timed(*one), asked), strict=True))


def rows(books: dict[str, Book], ran: dict[tuple[str, str], Timed]) -> list[tuple[str, ...]]:
    """A line for each page with commands."""
    found = [("PAGE", *(f"COMMANDS {language}" for language in books), "SECONDS")]
    for name in dict.fromkeys(name for _, name in ran):
        those = [ran.get((language, name)) for language in books]
        cells = ["-" if one is None else f"{one.ran.count}{' FAILED' if one.ran.failure else ''}" for one in those]
        found.append((name, *cells, f"{sum(one.seconds for one in those if one):.0f}"))
    return found


def table(lines: list[tuple[str, ...]]) -> None:
    """Prints a table."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def listed(title: str, entries: list[str]) -> None:
    """Prints a list."""
    print(f"\n{title}: {len(entries) or 'none'}")
    for entry in entries:
        print(f"  {entry}")


def main() -> int:
    """Checks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--binary", type=Path, help="lab2048, to run the commands; without it nothing is run")
    parser.add_argument("--lang", choices=LANGUAGES, action="append", help="run the commands of this book alone")
    parser.add_argument("--page", action="append", help="run the commands of this page alone, such as sandbox.md")
    parser.add_argument("--timeout", type=int, default=180, help="seconds that a command may take")
    arguments = parser.parse_args()
    if arguments.binary and not os.access(arguments.binary, os.X_OK):
        parser.error(f"{arguments.binary} cannot be run")

    books = {language: pages.book(ROOT / "book" / language / "src") for language in LANGUAGES}
    led = links.links(books)
    faults = [*same.faults(books), *led.broken, *links.files(books, ROOT)]
    failures = [f"{name}: {what}" for name, what in faults]
    failures += symptoms.unknown(books, ROOT / "src")
    if arguments.binary:
        failures += [f"out of date: {path}" for path in outdated(arguments.binary)]
    ran = run(books, arguments)
    for one in ran.values():
        failures += [one.ran.failure] if one.ran.failure else []
        failures += [f"{line} (did not come)" for line in one.ran.unseen]

    if ran:
        table(rows(books, ran))
    listed("external links, not asked for", [f"{url}  ({at[0]})" for url, at in sorted(led.external.items())])
    listed("failures", failures)
    number = sum(CONTENTS not in name for book in books.values() for name in book)
    print(f"\n{number} pages, {sum(one.ran.count for one in ran.values())} commands run, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
