"""Reads pages, as far as they are checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CONTENTS = "SUMMARY.md"
SYMPTOMS = "troubleshooting.md"
COMMAND = "lab2048 "

FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{\s*#([\w-]+)\s*\})?\s*$")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
CODE = re.compile(r"`([^`]*)`")

# A line of a page, and what is on it.
Found = tuple[int, str]


@dataclass
class Block:
    """A block of code."""

    line: int
    language: str
    marks: dict[str, str]
    lines: list[str] = field(default_factory=list)

    def is_shell(self) -> bool:
        """Whether there are commands in it."""
        return self.language in ("sh", "console")

    def commands(self) -> Iterator[tuple[int, str | None]]:
        """What is to be run: number of the line, command. A line that cannot be run is `None` in its place."""
        joined, begin = "", 0
        for number, text in enumerate(self.lines, self.line + 1):
            begin = begin or number
            if text.rstrip().endswith("\\"):
                joined += text.rstrip()[:-1] + " "
                continue
            text, joined, at, begin = (joined + text).strip(), "", begin, 0
            if self.language == "console":
                text = text.removeprefix("$ ")
                if text.startswith(COMMAND):
                    yield at, text
            elif text.startswith(COMMAND):
                yield at, text
            elif text and not text.startswith("#"):
                yield at, None

    def shells(self) -> list[str]:
        """All lines that a shell could read, without their comments, which each language has for itself."""
        texts = [re.sub(r"\s+#.*$", "", text).strip() for text in self.lines]
        return [text for text in texts if text and not text.startswith("#")]


@dataclass
class Page:
    """A page."""

    name: str
    headings: list[int] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    # Those that are written down, so that they have to be the same in all languages.
    given: set[str] = field(default_factory=set)
    links: list[Found] = field(default_factory=list)
    spans: list[Found] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    symptoms: list[Found] = field(default_factory=list)

    def commands(self) -> list[str]:
        """All that is run, and all that could be: it has to be the same in all languages."""
        return [text for block in self.blocks if block.is_shell() for text in block.shells()]

    def files(self) -> list[str]:
        """What is written into the folder in which the commands are run."""
        return [block.marks["file"] for block in self.blocks if "file" in block.marks]


Book = dict[str, Page]


def anchor_of(heading: str) -> str:
    """The anchor that mdBook gives a heading."""
    text = re.sub(r"[`*]", "", heading).lower()
    return "".join("-" if c.isspace() else c for c in text if c.isalnum() or c in "_-" or c.isspace())


def read(path: Path, name: str) -> Page:
    """Reads a page."""
    page, block, fence = Page(name), None, ""
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
            block = Block(number, language, {name: value for name, _, value in (mark.partition("=") for mark in marks)})
            page.blocks.append(block)
            continue
        if heading := HEADING.match(text):
            page.headings.append(len(heading[1]))
            page.anchors.add(heading[3] or anchor_of(heading[2]))
            page.given |= {heading[3]} if heading[3] else set()
        if name == SYMPTOMS and text.startswith("| `"):
            page.symptoms += [(number, span) for span in CODE.findall(text.split("|")[1])]
        page.spans += [(number, span) for span in CODE.findall(text)]
        page.links += [(number, target) for target in LINK.findall(CODE.sub("", text))]
    return page


def book(source: Path) -> Book:
    """All pages of a language, by their path below `src`."""
    names = {path: path.relative_to(source).as_posix() for path in sorted(source.glob("**/*.md"))}
    return {name: read(path, name) for path, name in names.items()}
