"""Every check and consideration, as `explain` tells it."""

from pathlib import Path
from typing import Any

from .fluent import Catalogue
from .markdown import block, code, page, plain, section, table
from .program import Program
from .said import Said

TITLE = Said("Checks", "검사 전체")
INTRODUCTION = Said(
    """Each check of `lab2048 doctor` and `lab2048 plan`, as `lab2048 explain NAME` tells it. C1 to C18 are the considerations of the workshop's
chapter.""",
    """`lab2048 doctor`와 `lab2048 plan`이 하는 검사입니다. `lab2048 explain NAME`으로도 볼 수 있습니다. C1~C18은 실습 장의 고려 사항입니다.""",
)
HEAD = Said("check|about", "검사|내용")
WHY = Said("Why it matters", "중요한 이유")
DOES = Said("What lab2048 does", "lab2048이 하는 일")
LOOK = Said("Look for yourself:", "직접 확인하기:")
DOCS = Said("To read on", "더 읽을거리")


def pages(program: Program, language: str, root: Path) -> dict[str, str]:
    """A section for each."""
    catalogue = Catalogue(root / f"src/lang/{language}/explain.ftl")
    checks = program.document("explain", "-o", "json")
    rows = []
    sections = []
    for check in checks:
        title = catalogue.text(f"explain-{check['id']}")
        rows.append((f"[{code(check['id'])}](#{anchor(check['id'])})", plain(title)))
        sections.append(explained(check, catalogue, language))
    text = page(TITLE.of(language), INTRODUCTION.of(language), table(HEAD.of(language).split("|"), rows), *sections)
    return {"reference/checks.md": text}


def anchor(name: str) -> str:
    """The anchor of a check."""
    return name.lower()


def explained(check: dict[str, Any], catalogue: Catalogue, language: str) -> str:
    """What it is, why it matters, what the program does, where to look."""
    name = f"explain-{check['id']}"
    title = f"{check['id']}: {plain(catalogue.text(name))}"
    parts = [
        plain(catalogue.text(f"{name}.what")),
        f"**{WHY.of(language)}.** {plain(catalogue.text(f'{name}.why'))}",
        f"**{DOES.of(language)}.** {plain(catalogue.text(f'{name}.does'))}",
    ]
    if check.get("look"):
        parts += [LOOK.of(language), block(check["look"])]
    if check.get("docs"):
        docs = plain(check["docs"])
        parts.append(f"{DOCS.of(language)}: " + (f"[{docs}]({check['url']})" if check.get("url") else docs))
    return section(2, title, anchor(check["id"]), *parts)
