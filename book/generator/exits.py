"""Exit codes, and the verbs that may end with them."""

from .markdown import ORIGINAL, code, page, plain, section, table
from .program import Program
from .said import Said
from .verbs import leaves

TITLE = Said("Exit codes by verb", "명령별 종료 코드")
INTRODUCTION = Said(
    "With what each verb may end, as its help says. [Exit codes](../exit-codes.md) says what to do next.",
    """명령마다 어떤 종료 코드로 끝날 수 있는지 도움말에서 모았습니다. 다음에 할 일은 [종료 코드](../exit-codes.md)에 있습니다.""",
)
CODES = Said("The codes", "코드")
CODES_HEAD = Said("code|meaning", "코드|뜻(영어)")
VERBS = Said("The verbs", "명령")
VERBS_WHAT = Said(
    "Every verb may end with {codes}; besides:",
    "모든 명령은 {codes}(으)로 끝날 수 있습니다. 그 밖의 코드는 다음과 같습니다.",
)
VERBS_HEAD = Said("verb|code", "명령|코드")


def pages(program: Program, language: str) -> dict[str, str]:
    """The codes, and the verbs with theirs."""
    meanings = program.exits()
    ends = {path: set(program.exits(*path)) for path in leaves(program)}
    unknown = set().union(*ends.values()) - set(meanings)
    if unknown:
        raise SystemExit(f"exit codes that the help of the program does not explain: {sorted(unknown)}")
    of_all = set(meanings).intersection(*ends.values())
    codes = [(str(number), plain(meaning)) for number, meaning in sorted(meanings.items())]
    verbs = [(linked(path), numbers(own - of_all) or "-") for path, own in ends.items()]
    text = page(
        TITLE.of(language),
        INTRODUCTION.of(language),
        section(2, CODES.of(language), "codes", table(CODES_HEAD.of(language).split("|"), codes)),
        section(
            2,
            VERBS.of(language),
            "verbs",
            VERBS_WHAT.of(language).format(codes=numbers(of_all)),
            table(VERBS_HEAD.of(language).split("|"), verbs),
        ),
        ORIGINAL.of(language) if language == "ko" else "",
    )
    return {"reference/exit-codes.md": text}


def numbers(codes: set[int]) -> str:
    """Exit codes in their order."""
    return ", ".join(str(number) for number in sorted(codes))


def linked(path: tuple[str, ...]) -> str:
    """A verb, with a link to its help."""
    below = f"#{'-'.join(path[1:])}" if len(path) > 1 else ""
    return f"[{code(' '.join(path))}](verbs/{path[0]}.md{below})"
