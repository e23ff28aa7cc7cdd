"""Whether the languages say the same."""

from collections.abc import Iterator

from .pages import CONTENTS, Book, Page

# A page, and what is wrong with it.
Fault = tuple[str, str]


def faults(books: dict[str, Book]) -> Iterator[Fault]:
    """Where the languages differ, and what no table of contents has."""
    (first, one), *others = books.items()
    for other, two in others:
        for name in sorted(one.keys() ^ two.keys()):
            yield name, f"{first if name not in one else other} does not have this page"
        for name in sorted(one.keys() & two.keys()):
            for what in differences(one[name], two[name]):
                yield name, f"{first} and {other} have other {what}"
    for language, pages in books.items():
        listed = {target for _, target in pages[CONTENTS].links}
        for name in sorted(pages.keys() - listed - {CONTENTS}):
            yield name, f"not in {CONTENTS} of {language}"


def differences(one: Page, two: Page) -> Iterator[str]:
    """What differs between a page and the same in another language."""
    if one.headings != two.headings:
        yield f"headings: {one.headings}, {two.headings}"
    if one.given != two.given:
        yield f"anchors: {', '.join(sorted(one.given ^ two.given))}"
    if one.files() != two.files():
        yield f"files: {one.files()}, {two.files()}"
    commands = list(zip(one.commands(), two.commands(), strict=False))
    for here, there in commands:
        if here != there:
            yield f"commands: `{here}`, `{there}`"
            return
    if len(one.commands()) != len(two.commands()):
        yield f"numbers of commands: {len(one.commands())}, {len(two.commands())}"
