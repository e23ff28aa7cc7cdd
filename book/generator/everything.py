"""All generated pages of a language."""

from pathlib import Path

from . import checks, environment, exits, permissions, summary, symptoms, verbs
from .program import Program


def pages(program: Program, language: str, root: Path) -> dict[str, str]:
    """Paths below `src` of the book, each with what is to be there, in the order of the table of contents."""
    found = {
        **verbs.pages(program, language),
        **environment.pages(program, language, root),
        **checks.pages(program, language, root),
        **symptoms.pages(language, root),
        **exits.pages(program, language),
        **permissions.pages(program, language),
    }
    contents = root / "book" / language / "src/SUMMARY.md"
    return {**found, contents.name: summary.summary(contents.read_text(encoding="utf-8"), language, found)}
