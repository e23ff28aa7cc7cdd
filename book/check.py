#!/usr/bin/env python3
"""Checks the two books: `python3 book/check.py --binary target/debug/lab2048`.

Fails (exit 1) where
- the languages do not have the same pages, the same depth of headings or the same commands,
- a link within the books, or its anchor, leads nowhere,
- a command does not end with 0, or with the code that its block names.

Only lists external links, shown output that did not come, and symptoms that the program's catalogues do not have.

How a block of code is marked, after its language:
    sh              each line begins with `lab2048 ` and is run, in order, page by page, in an empty folder on a world of its own
    sh,exit=3       each of its commands has to end with 3
    sh,norun        is not run: AWS, kubectl, what waits for somebody
    console         lines that begin with `lab2048 ` or `$ lab2048 ` are run, the others are output
    yaml,file=PATH  is written to PATH in that folder first (any language but sh and console)
    text            output of the commands before it; `…` stands for whatever is left out
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

BOOKS = Path(__file__).resolve().parent
LANGUAGES = ("en", "ko")
CATALOGUES = BOOKS.parent / "src"
SYMPTOMS = "troubleshooting.md"

FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{\s*#([\w-]+)\s*\})?\s*$")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
CODE = re.compile(r"`[^`]*`")


@dataclass
class Block:
    """A block of code."""

    line: int
    language: str
    marks: dict
    lines: list = field(default_factory=list)

    def commands(self):
        """What is to be run: number of the line, command. A line that cannot be run is `None` in its place."""
        joined, begin = "", None
        for number, text in enumerate(self.lines, self.line + 1):
            begin = begin or number
            if text.rstrip().endswith("\\"):
                joined += text.rstrip()[:-1] + " "
                continue
            text, joined, at, begin = (joined + text).strip(), "", begin, None
            if self.language == "console":
                text = text.removeprefix("$ ")
                if text.startswith("lab2048 "):
                    yield at, text
            elif text.startswith("lab2048 "):
                yield at, text
            elif text and not text.startswith("#"):
                yield at, None


@dataclass
class Page:
    """A page as far as it is checked."""

    name: str
    headings: list = field(default_factory=list)
    anchors: set = field(default_factory=set)
    links: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    symptoms: list = field(default_factory=list)

    def commands(self):
        """All that is run, and all that could be, without comments: it has to be the same in both languages."""
        shells = [block for block in self.blocks if block.language in ("sh", "console")]
        texts = [text for block in shells for text in block.lines]
        texts = [re.sub(r"\s+#.*$", "", text).strip() for text in texts]
        return [text for text in texts if text and not text.startswith("#")]


def anchor_of(heading):
    """The anchor that mdBook gives a heading."""
    text = re.sub(r"[`*]", "", heading).lower()
    return "".join("-" if c.isspace() else c for c in text if c.isalnum() or c in "_-" or c.isspace())


def read(path):
    """Reads a page."""
    page, block, fence = Page(path.name), None, ""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = FENCE.match(text.strip())
        if block is not None:
            if found and found[1].startswith(fence) and not found[2]:
                block = None
            else:
                block.lines.append(text)
            continue
        if found:
            fence = found[1]
            language, *marks = (found[2] or "").split(",")
            marks = dict(mark.partition("=")[::2] for mark in marks)
            block = Block(number, language, marks)
            page.blocks.append(block)
            continue
        if heading := HEADING.match(text):
            page.headings.append(len(heading[1]))
            page.anchors.add(heading[3] or anchor_of(heading[2]))
            continue
        if path.name == SYMPTOMS and text.startswith("| `"):
            cell = text.split("|")[1]
            page.symptoms += [(number, span) for span in re.findall(r"`([^`]+)`", cell)]
        plain = CODE.sub("", text)
        page.links += [(number, target) for target in LINK.findall(plain)]
    return page


def books():
    """All pages of each language, by name."""
    return {
        language: {path.name: read(path) for path in sorted((BOOKS / language / "src").glob("**/*.md"))}
        for language in LANGUAGES
    }


def compare(pages):
    """Where the languages differ."""
    first, *others = LANGUAGES
    for other in others:
        for name in sorted(pages[first].keys() ^ pages[other].keys()):
            yield name, f"{first if name not in pages[first] else other} does not have this page"
        for name in sorted(pages[first].keys() & pages[other].keys()):
            one, two = pages[first][name], pages[other][name]
            if one.headings != two.headings:
                yield name, f"headings of {first} {one.headings}, of {other} {two.headings}"
            if one.anchors != two.anchors and name != "SUMMARY.md" and all(a.isascii() for a in one.anchors | two.anchors):
                yield name, f"anchors of one language alone: {', '.join(sorted(one.anchors ^ two.anchors))}"
            differ = [pair for pair in zip(one.commands(), two.commands()) if pair[0] != pair[1]]
            if differ:
                yield name, f"other commands: {first} `{differ[0][0]}`, {other} `{differ[0][1]}`"
            elif len(one.commands()) != len(two.commands()):
                yield name, f"{first} has {len(one.commands())} commands, {other} has {len(two.commands())}"
            files = [[(b.marks["file"]) for b in page.blocks if "file" in b.marks] for page in (one, two)]
            if files[0] != files[1]:
                yield name, f"other files: {files[0]}, {files[1]}"
    for language in LANGUAGES:
        listed = {target for _, target in pages[language]["SUMMARY.md"].links}
        for name in sorted(pages[language].keys() - listed - {"SUMMARY.md"}):
            yield name, f"not in SUMMARY.md of {language}"


def links(pages):
    """Links within the books that lead nowhere, and external ones."""
    broken, external = [], {}
    for language in LANGUAGES:
        for page in pages[language].values():
            for line, target in page.links:
                at = f"{language}/{page.name}:{line}"
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    external.setdefault(target, []).append(at)
                    continue
                file, _, anchor = target.partition("#")
                book = language
                # The other book, as it lies beside this one once both are built.
                if other := re.fullmatch(r"\.\./(\w+)/(.+)\.html", file):
                    book, file = other[1], f"{other[2]}.md"
                led = pages.get(book, {}).get(file or page.name)
                if led is None:
                    broken.append((page.name, f"{at}: no page {target}"))
                elif anchor and anchor not in led.anchors:
                    broken.append((page.name, f"{at}: no anchor {target}"))
    return broken, external


def masked(text):
    """A line without what differs from run to run: words with digits in them."""
    return " ".join("#" if re.search(r"\d", word) else word for word in text.split())


class Runner:
    """Runs what is on the pages."""

    def __init__(self, binary, timeout):
        self.binary = binary
        self.timeout = timeout
        self.unseen = []

    def page(self, language, page):
        """How many commands were run, and what failed."""
        count, seen = 0, ""
        with tempfile.TemporaryDirectory(prefix="lab2048-book-") as root:
            root = Path(root)
            for folder in ("bin", "home", "state", "work"):
                (root / folder).mkdir()
            (root / "bin" / "lab2048").symlink_to(self.binary)
            for block in page.blocks:
                at = f"{language}/{page.name}"
                if path := block.marks.get("file"):
                    file = root / "work" / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
                if block.language == "text" and seen:
                    self.shown(at, block, seen)
                if block.language not in ("sh", "console") or "norun" in block.marks:
                    continue
                wanted = int(block.marks.get("exit", 0))
                for line, command in block.commands():
                    if command is None:
                        return count, f"{at}:{line}: does not begin with `lab2048 `; mark the block `norun`?"
                    count += 1
                    code, output = self.run(root, language, command)
                    seen += output + "\n"
                    if code != wanted:
                        last = "\n".join("        " + text for text in output.splitlines()[-12:])
                        return count, f"{at}:{line}: `{command}` ended with {code}, not {wanted}\n{last}"
        return count, None

    def run(self, root, language, command):
        """Exit code and output."""
        environment = {
            "PATH": f"{root / 'bin'}:/usr/bin:/bin",
            "HOME": str(root / "home"),
            "XDG_STATE_HOME": str(root / "state"),
            "LANG": "C.UTF-8",
            "LAB2048_LANG": language,
            "NO_COLOR": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=root / "work",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
        try:
            output, _ = process.communicate(timeout=self.timeout)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return f"no end within {self.timeout} s", output

    def shown(self, at, block, seen):
        """Lines of an output that did not come."""
        seen = masked(seen)
        for number, text in enumerate(block.lines, block.line + 1):
            parts = [masked(part) for part in text.split("…")]
            if not all(part in seen for part in parts):
                self.unseen.append(f"{at}:{number}: {text.strip()}")


def unknown_symptoms(pages):
    """Symptoms that neither the catalogue of the language nor, for single words, the source has."""
    if not CATALOGUES.is_dir():
        return
    source = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in CATALOGUES.glob("**/*.rs"))
    for language in LANGUAGES:
        if SYMPTOMS not in pages[language]:
            continue
        files = sorted((CATALOGUES / "lang" / language).glob("*.ftl"))
        catalogue = "\n".join(file.read_text(encoding="utf-8") for file in files)
        for line, symptom in pages[language][SYMPTOMS].symptoms:
            parts = [part.strip() for part in symptom.split("…") if part.strip()]
            known = all(part in catalogue or (" " not in part and part in source) for part in parts)
            if not known:
                yield f"{language}/{SYMPTOMS}:{line}: {symptom}"


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def progress(name):
    """Which page is under way, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{name:<40}\r", end="", file=sys.stderr, flush=True)


def listed(title, entries):
    print(f"\n{title}: {len(entries) or 'none'}")
    for entry in entries:
        print(f"  {entry}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, help="lab2048, to run the commands; without it nothing is run")
    parser.add_argument("--lang", choices=LANGUAGES, action="append", help="run the commands of this book alone")
    parser.add_argument("--page", action="append", help="run the commands of this page alone, such as sandbox.md")
    parser.add_argument("--timeout", type=int, default=180, help="seconds that a command may take")
    arguments = parser.parse_args()
    if arguments.binary and not os.access(arguments.binary, os.X_OK):
        parser.error(f"{arguments.binary} cannot be run")

    pages = books()
    differences = list(compare(pages))
    broken, external = links(pages)
    failures = [f"{name}: {what}" for name, what in differences] + [what for _, what in broken]
    runner = Runner(arguments.binary.resolve(), arguments.timeout) if arguments.binary else None
    languages = arguments.lang or LANGUAGES

    rows = [("PAGE", "SAME", "LINKS", *(f"COMMANDS {language}" for language in LANGUAGES), "SECONDS")]
    for name in sorted(set().union(*pages.values()) - {"SUMMARY.md"}):
        cells, begin = [], time.monotonic()
        for language in LANGUAGES:
            page = pages[language].get(name)
            skipped = language not in languages or (arguments.page and name not in arguments.page)
            if runner is None or page is None or skipped:
                cells.append("-")
                continue
            count, failure = runner.page(language, page)
            cells.append(f"{count} ok" if failure is None else f"{count}, the last FAILED")
            failures += [failure] if failure else []
        same = "FAILED" if name in [page for page, _ in differences] else "ok"
        led = "FAILED" if name in [page for page, _ in broken] else "ok"
        rows.append((name, same, led, *cells, f"{time.monotonic() - begin:.0f}"))
        progress(name)
    progress("")

    table(rows)
    listed("external links, not asked for", [f"{url}  ({', '.join(at)})" for url, at in sorted(external.items())])
    listed("shown, and not printed by the commands before it", runner.unseen if runner else [])
    listed("symptoms that the program's catalogues do not have", list(unknown_symptoms(pages)))
    listed("failures", failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
