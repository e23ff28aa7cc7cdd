"""Exit codes, each with the verbs that may end with it."""

from .markdown import ORIGINAL, code, page, plain, table
from .program import Program
from .said import Said
from .verbs import leaves

TITLE = Said("Exit codes by verb", "명령별 종료 코드")
INTRODUCTION = Said(
    "With what each verb may end, as its help says. [Exit codes](../exit-codes.md) says what to do next.",
    "명령마다 어떤 종료 코드로 끝날 수 있는지 도움말에서 모았습니다. 다음에 할 일은 [종료 코드](../exit-codes.md)에 있습니다.",
)
HEAD = Said("code|meaning|verbs", "코드|뜻(영어)|명령")
EVERY = Said("every verb", "모든 명령")
BUT = Said("every verb but {verbs}", "{verbs} 외의 모든 명령")


def pages(program: Program, language: str) -> dict[str, str]:
    """One table."""
    verbs = leaves(program)
    ends = {path: program.exits(*path) for path in verbs}
    rows = []
    for number, meaning in sorted(program.exits().items()):
        those = [path for path in verbs if number in ends[path]]
        rows.append((str(number), plain(meaning), whose(those, verbs, language)))
    text = page(
        TITLE.of(language),
        INTRODUCTION.of(language),
        table(HEAD.of(language).split("|"), rows),
        ORIGINAL.of(language) if language == "ko" else "",
    )
    return {"reference/exit-codes.md": text}


def whose(those: list[tuple[str, ...]], every: list[tuple[str, ...]], language: str) -> str:
    """Which verbs these are, in few words."""
    others = [path for path in every if path not in those]
    if not others:
        return EVERY.of(language)
    if len(others) <= 3:
        return BUT.of(language).format(verbs=named(others))
    return named(those)


def named(verbs: list[tuple[str, ...]]) -> str:
    """Their names, each with a link to its help."""
    names = []
    for verb, *below in verbs:
        anchor = "#" + "-".join(below) if below else ""
        names.append(f"[{code(' '.join([verb, *below]))}](verbs/{verb}.md{anchor})")
    return ", ".join(names)
