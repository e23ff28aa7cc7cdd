"""What a page says in each language."""

from typing import NamedTuple

LANGUAGES = ("en", "ko")


class Said(NamedTuple):
    """The same words in both languages."""

    en: str
    ko: str

    def of(self, language: str) -> str:
        """The words in this language."""
        return self.ko if language == "ko" else self.en
