"""Small pieces of Markdown."""

import re
from collections.abc import Iterable, Sequence

from .said import Said

COMMENT = "<!-- Generated: do not edit. Renew with `python3 book/generate.py --binary target/debug/lab2048`. -->"

ORIGINAL = Said(
    "The words are the program's own.",
    "코드 블록과 설명은 프로그램이 출력하는 영어 그대로입니다.",
)


def plain(text: str) -> str:
    """Text of the program, so that nothing in it is taken for Markdown or HTML; code in it stays code."""
    parts = re.split(r"(`[^`]+`)", text)
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(r"([\\*_\[\]])", r"\\\1", parts[index].replace("&", "&amp;").replace("<", "&lt;"))
    return "".join(parts)


def code(text: str) -> str:
    """A span of code, whatever is in it."""
    fence = "`"
    while fence in text:
        fence += "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def block(text: str, language: str = "text") -> str:
    """A block of code, without blanks at the ends of lines."""
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return f"```{language}\n" + "\n".join(lines) + "\n```\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar within a cell does not end it."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |\n"

    return line(head) + "|" + "---|" * len(head) + "\n" + "".join(line(row) for row in rows)


def thirds(text: str) -> str:
    """A table whose columns are of one width, as each has long texts."""
    return f'<div class="thirds">\n\n{text}\n</div>\n'


def page(title: str, *parts: str) -> str:
    """A whole page: comment, title, and parts with a blank line between them."""
    return "\n\n".join([COMMENT, f"# {title}", *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def section(level: int, title: str, anchor: str, *parts: str) -> str:
    """A heading with an anchor that is the same in both languages, and what is below it."""
    heading = f"{'#' * level} {title} {{#{anchor}}}"
    return "\n\n".join([heading, *(part.strip("\n") for part in parts if part.strip())]) + "\n"
