"""Where links lead, and whether files of the project that a page names are there."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .pages import Book, Page
from .same import Fault

ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")
# The other book, as it lies beside this one when both are built.
OTHER_BOOK = re.compile(r"(?:\.\./)+(\w+)/(.+)\.html")
FOLDERS = {"action", "book", "environments", "examples", "packaging", "schemas", "src", "templates", "tests"}
# A path with a folder, and nothing in it that a shell or a template would make something else of.
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")


@dataclass
class Links:
    """What was found."""

    broken: list[Fault] = field(default_factory=list)
    # Addresses that nobody asks here, with the places that have them.
    external: dict[str, list[str]] = field(default_factory=dict)


def links(books: dict[str, Book]) -> Links:
    """Where the links of all pages lead."""
    found = Links()
    for language, pages in books.items():
        for page in pages.values():
            for line, target in page.links:
                at = f"{language}/{page.name}:{line}"
                if ELSEWHERE.match(target):
                    found.external.setdefault(target, []).append(at)
                elif what := fault(books, language, page, target):
                    found.broken.append((page.name, f"{at}: {what} {target}"))
    return found


def fault(books: dict[str, Book], language: str, page: Page, target: str) -> str | None:
    """Why a link leads nowhere."""
    file, _, anchor = target.partition("#")
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), file)) if file else page.name
    if other := OTHER_BOOK.fullmatch(file):
        language, name = other[1], f"{other[2]}.md"
    led = books.get(language, {}).get(name)
    if led is None:
        return "no page"
    return "no anchor" if anchor and anchor not in led.anchors else None


def files(books: dict[str, Book], root: Path) -> Iterator[Fault]:
    """Files of the project that pages name in code, and that are not there."""
    for language, pages in books.items():
        own = {file for page in pages.values() for file in page.files()}
        for page in pages.values():
            for line, span in page.spans:
                is_of_project = PATH.fullmatch(span) and span.partition("/")[0] in FOLDERS
                if is_of_project and span not in own and not (root / span).exists():
                    yield page.name, f"{language}/{page.name}:{line}: no file {span}"
