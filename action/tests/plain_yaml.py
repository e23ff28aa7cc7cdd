"""Reads the YAML that this project's workflows are written in, with nothing but the standard library.

Mappings and lists in blocks, `|` and `>` blocks, plain and quoted scalars on one line, flow lists and `{}`. Scalars
stay text. Anything else is an error, so that nothing is read as other than it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

Node = str | list["Node"] | dict[str, "Node"]

KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'#&*!|>%@`\[{?,-][^#:]*?|-[^\s:][^:]*?):(?:\s+(.*))?$""")
BLOCK = re.compile(r"([|>])([+-]?)$")


class PlainYamlError(ValueError):
    """What this reader does not know, with its line."""


@dataclass
class Line:
    """A line that holds something."""

    number: int
    indent: int
    text: str


def without_comment(text: str) -> str:
    """The text before a comment; `#` counts only after a blank and outside of quotes."""
    quote = ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and (at == 0 or text[at - 1] in " [{,"):
            quote = character
        elif character == "#" and (at == 0 or text[at - 1].isspace()):
            return text[:at].rstrip()
    return text.rstrip()


class Reader:
    """Goes through the lines once."""

    def __init__(self, text: str) -> None:
        """Keeps all lines: blocks of text need the empty ones, too."""
        self.raw = text.splitlines()
        self.at = 0

    def peek(self) -> Line | None:
        """The next line that holds something."""
        while self.at < len(self.raw):
            text = self.raw[self.at]
            content = without_comment(text.strip())
            if content and content != "---":
                if "\t" in text[: len(text) - len(text.lstrip())]:
                    raise PlainYamlError(f"line {self.at + 1}: a tab")
                return Line(self.at + 1, len(text) - len(text.lstrip(" ")), content)
            self.at += 1
        return None

    def node(self, indent: int) -> Node:
        """What begins at the next line, which has at least this indent."""
        line = self.peek()
        if line is None or line.indent < indent:
            return ""
        if line.text == "-" or line.text.startswith("- "):
            return self.sequence(line.indent)
        if KEY.match(line.text):
            return self.mapping(line.indent)
        raise PlainYamlError(f"line {line.number}: {line.text}")

    def mapping(self, indent: int) -> dict[str, Node]:
        """Keys of one indent."""
        found: dict[str, Node] = {}
        while (line := self.peek()) and line.indent == indent and (match := KEY.match(line.text)):
            key = scalar(match[1], line.number)
            if not isinstance(key, str) or key in found:
                raise PlainYamlError(f"line {line.number}: the key {key} again")
            self.at += 1
            found[key] = self.value(match[2] or "", indent, line.number)
        if line and line.indent > indent:
            raise PlainYamlError(f"line {line.number}: indented too far")
        return found

    def value(self, text: str, indent: int, number: int) -> Node:
        """What follows a key."""
        if block := BLOCK.match(text):
            return self.block(indent, block[1] == ">", block[2])
        if text:
            return scalar(text, number)
        below = self.peek()
        # A list may have its key's own indent.
        if below and below.indent == indent and below.text.startswith("- "):
            return self.sequence(indent)
        return self.node(indent + 1)

    def sequence(self, indent: int) -> list[Node]:
        """Entries of one indent."""
        found: list[Node] = []
        while (line := self.peek()) and line.indent == indent and (line.text == "-" or line.text.startswith("- ")):
            rest = line.text[1:].strip()
            if not rest:
                self.at += 1
                found.append(self.node(indent + 1))
            elif block := BLOCK.match(rest):
                self.at += 1
                found.append(self.block(indent, block[1] == ">", block[2]))
            elif KEY.match(rest):
                # The entry's first key stands where its other keys stand.
                raw = self.raw[self.at]
                self.raw[self.at] = raw.replace("-", " ", 1)
                found.append(self.node(indent + 1))
            else:
                self.at += 1
                found.append(scalar(rest, line.number))
        return found

    def block(self, indent: int, folded: bool, chomp: str) -> str:
        """Text as it stands, or folded into lines."""
        lines: list[str] = []
        inner: int | None = None
        while self.at < len(self.raw):
            text = self.raw[self.at]
            here = len(text) - len(text.lstrip(" "))
            if text.strip():
                if here <= indent:
                    break
                inner = here if inner is None else inner
            lines.append(text[inner or 0 :])
            self.at += 1
        joined = "\n".join(lines).rstrip("\n")
        if folded:
            joined = re.sub(r"(?<!\n)\n(?![\n ])", " ", joined)
        return joined if chomp == "-" else joined + "\n"


def scalar(text: str, number: int) -> Node:
    """A value on one line."""
    if text == "{}":
        return {}
    if text.startswith("[") and text.endswith("]"):
        items = re.findall(r"\s*('[^']*'|\"[^\"]*\"|[^,]+)\s*(?:,|$)", text[1:-1])
        return [scalar(item.strip(), number) for item in items]
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"' and "\\" not in text:
        return text[1:-1]
    if text[0] in "\"'[{&*!|>%@`" or ": " in text or text.endswith(":"):
        raise PlainYamlError(f"line {number}: {text}")
    return text


def read(path: Path) -> dict[str, Node]:
    """A file that is a mapping."""
    reader = Reader(path.read_text(encoding="utf-8"))
    found = reader.node(0)
    if (line := reader.peek()) or not isinstance(found, dict):
        raise PlainYamlError(f"{path}: line {line.number if line else 1}")
    return found
