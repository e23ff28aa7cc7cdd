"""The licences of all that is linked into the binaries, as one text."""

from __future__ import annotations

import html.parser
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from makers.model import PackagingError

from .crates import Package
from .toolchain import Rust

NAME = "THIRD-PARTY-LICENSES.txt"
RULE = "=" * 100
# Where a Rust toolchain has the licences of its libraries.
OF_RUST = "share/doc/rust"


@dataclass(frozen=True)
class Part:
    """Something that is linked in and is no package of Cargo.lock."""

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]


class Plain(html.parser.HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Blocks begin a line."""
        self.hidden += tag in ("style", "script", "title")
        if tag in ("p", "div", "h1", "h2", "h3", "li", "pre", "br", "details", "summary"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """And end one."""
        self.hidden -= tag in ("style", "script", "title")
        if tag in ("p", "h1", "h2", "h3", "pre"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Text that is seen."""
        if not self.hidden:
            self.parts.append(data)


def plain(page: str) -> str:
    """A page as text, without the empty lines that its blocks leave."""
    reader = Plain()
    reader.feed(page)
    text = "\n".join(line.rstrip() for line in "".join(reader.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def standard_library(rust: Rust) -> Part:
    """Rust's standard library, and what it is made from."""
    folder = rust.sysroot / OF_RUST
    try:
        found = [("COPYRIGHT-library", plain((folder / "COPYRIGHT-library.html").read_text(encoding="utf-8")))]
        for name in ("Apache-2.0.txt", "MIT.txt"):
            found.append((name, (folder / "licenses" / name).read_text(encoding="utf-8").strip("\n")))
    except OSError as error:
        raise PackagingError(f"the Rust toolchain lacks its licences: {error}") from error
    return Part("Rust standard library", rust.release, "MIT OR Apache-2.0", tuple(found))


def of_zig(tools: Path) -> list[Part]:
    """The C library and what compilers call, which zig makes from sources that it brings along."""
    folder = tools / "ziglang"

    def part(name: str, version: str, licence: str, path: str) -> Part:
        return Part(name, version, licence, ((path, (folder / path).read_text(encoding="utf-8").strip("\n")),))

    try:
        header = (folder / "lib/libc/musl/src/internal/version.h").read_text(encoding="utf-8")
        release = re.search(r'"([\d.]+)"', header)
        [about] = tools.glob("ziglang-*.dist-info")
        zig = about.name.removeprefix("ziglang-").removesuffix(".dist-info")
        return [
            part("musl", release[1] if release else "", "MIT", "lib/libc/musl/COPYRIGHT"),
            part("compiler_rt, from zig", zig, "MIT", "LICENSE"),
            part("libunwind of LLVM, from zig", zig, "Apache-2.0 WITH LLVM-exception", "lib/libunwind/LICENSE.TXT"),
        ]
    except (OSError, ValueError) as error:
        raise PackagingError(f"zig lacks its licences: {error}") from error


def of_roots(folder: Path) -> Part:
    """The certificate authorities of the image, which are linked into nothing."""
    try:
        [about] = folder.glob("certifi-*.dist-info")
        text = (about / "licenses/LICENSE").read_text(encoding="utf-8").strip("\n")
    except (OSError, ValueError) as error:
        raise PackagingError(f"{folder} lacks the licence of the CA roots ({error}): remove it") from error
    version = about.name.removeprefix("certifi-").removesuffix(".dist-info")
    return Part("Mozilla's CA roots, by certifi (in the image alone)", version, "MPL-2.0", (("LICENSE", text),))


def same(text: str) -> str:
    """What is equal for licences that differ in their lines' ends alone."""
    return " ".join(text.split())


def listed(what: Iterable[Package | Part]) -> list[str]:
    """A line for each."""
    return [f"{item.name} {item.version}: {item.licence}" for item in what]


def without_text(packages: Iterable[Package]) -> list[str]:
    """Packages that bring no text, with what they say instead."""
    lines = []
    for package in packages:
        if not package.texts:
            authors = f", by {', '.join(package.authors)}" if package.authors else ""
            where = f", {package.repository}" if package.repository else ""
            lines.append(f"{package.name} {package.version}: {package.licence}{authors}{where}")
    return lines


def write(packages: list[Package], parts: list[Part]) -> str:
    """The whole file: who is linked in, then each text once, with those it is of."""
    lines = [
        "What is linked into lab2048, and the licences of it. Where there is a choice (OR), the texts of all are here.",
        "",
    ]
    lines += listed(parts) + listed(packages)
    bare = without_text(packages)
    if bare:
        said = (
            "These bring no text of their licence along. Those of Apache-2.0 and MIT are below, as Rust's standard "
            "library brings them (Apache-2.0.txt, MIT.txt); what else there is to be said is their authors' names:"
        )
        lines += ["", *textwrap.wrap(said, 100), "", *bare]
    owners: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    items: list[Package | Part] = [*parts, *packages]
    for item in items:
        for path, text in item.texts:
            key = same(text)
            shown.setdefault(key, text)
            owners.setdefault(key, []).append(f"{item.name} {item.version} ({path})")
    for key, text in shown.items():
        lines += ["", RULE, *textwrap.wrap(", ".join(owners[key]), 100, break_on_hyphens=False), RULE, "", text]
    return "\n".join(lines) + "\n"
