"""Tables of the program's source: the words of controllers, registries and kubelets that it knows."""

import re
from pathlib import Path
from typing import NamedTuple

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
# `lasting(&["words", "more words"], "id")`, on one line or several.
CAUSE = re.compile(r'\b(?:passing|mendable|lasting|denying)\(\s*&\[(.*?)\],\s*"([\w-]+)",?\s*\)', re.DOTALL)
# `(PullFault::Absent, &["words", "others"])`.
PULL = re.compile(r"\(\s*PullFault::(\w+),\s*&\[(.*?)\],?\s*\)", re.DOTALL)


class SourceError(Exception):
    """A table does not look as it did."""


class Row(NamedTuple):
    """Words by which a cause is known: all of them are in the message."""

    words: tuple[str, ...]
    cause: str


def strings(text: str) -> tuple[str, ...]:
    """The string literals in a piece of source."""
    return tuple(re.sub(r"\\(.)", r"\1", found) for found in STRING.findall(text))


def table(path: Path, name: str) -> str:
    """The source of a constant, up to the line that ends it."""
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"\bconst {name}: .*?= &\[\n(.*?)^\];", text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise SourceError(f"{path} has no table {name}")
    return found[1]


def controller_rows(root: Path, name: str) -> list[Row]:
    """What the controller's events, or its webhooks' refusals, mean."""
    path = root / "src/lbc/causes.rs"
    rows = [Row(strings(words), f"cause-lbc-{cause}") for words, cause in CAUSE.findall(table(path, name))]
    return counted(path, name, rows, table(path, name).count("&["))


def pull_rows(root: Path) -> list[Row]:
    """By what words it is known why an image cannot be pulled."""
    path = root / "src/readiness/pull/fault.rs"
    rows = [
        Row((word,), f"cause-image-{kebab(fault)}")
        for fault, words in PULL.findall(table(path, "WORDS"))
        for word in strings(words)
    ]
    return counted(path, "WORDS", rows, len(STRING.findall(table(path, "WORDS"))))


def counted(path: Path, name: str, rows: list[Row], expected: int) -> list[Row]:
    """The rows, if they are all that the table has."""
    if len(rows) != expected or not rows:
        raise SourceError(f"{path}: {len(rows)} rows of {name} can be read, {expected} are there")
    return rows


def kebab(name: str) -> str:
    """`WrongPlatform` as `wrong-platform`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
