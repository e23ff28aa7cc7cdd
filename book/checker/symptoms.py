"""Whether the program says what the page on troubleshooting has it say."""

from collections.abc import Iterator
from pathlib import Path

from generator.fluent import Catalogue

from .pages import SYMPTOMS, Book


def unknown(books: dict[str, Book], sources: Path) -> Iterator[str]:
    """Symptoms that neither the catalogue of the language nor, for single words, the source has."""
    source = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in sources.glob("**/*.rs"))
    for language, pages in books.items():
        catalogue = Catalogue(*sorted((sources / "lang" / language).glob("*.ftl"))).all()
        for line, symptom in pages[SYMPTOMS].symptoms:
            parts = [part.strip() for part in symptom.split("…") if part.strip()]
            if not all(part in catalogue or (" " not in part and part in source) for part in parts):
                yield f"{language}/{SYMPTOMS}:{line}: the program does not say: {symptom}"
