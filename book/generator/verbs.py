"""Every verb, with its help."""

from .markdown import ORIGINAL, block, code, page, plain, section, table
from .program import Program
from .said import Said

TITLE = Said("Verbs", "명령 전체")
INTRODUCTION = Said(
    "Every verb with its help, as `lab2048 VERB --help` prints it. [The verbs](../verbs.md) shows how they are used.",
    "모든 명령의 도움말입니다. `lab2048 VERB --help`로도 볼 수 있습니다. 사용 방법은 [명령](../verbs.md)에 있습니다.",
)
HEAD = Said("verb|what it does|below it", "명령|하는 일(영어)|하위 명령")
PROGRAM = Said("The program itself", "프로그램 자체의 도움말")
OF = Said("Help of `{verb}`.", "`{verb}`의 도움말입니다.")
BELOW = Said("It has verbs of its own: {verbs}.", "하위 명령: {verbs}.")


def pages(program: Program, language: str) -> dict[str, str]:
    """The page with all verbs, and a page for each."""
    found = {"reference/verbs.md": index(program, language)}
    for name in program.verbs():
        found[f"reference/verbs/{name}.md"] = verb(program, language, name)
    return found


def index(program: Program, language: str) -> str:
    """All verbs, with what each does."""
    rows = []
    for name, what in program.verbs().items():
        below = ", ".join(code(sub) for sub in program.verbs(name)) or "-"
        rows.append((f"[{code(name)}](verbs/{name}.md)", plain(what), below))
    return page(
        TITLE.of(language),
        INTRODUCTION.of(language),
        table(HEAD.of(language).split("|"), rows),
        section(2, PROGRAM.of(language), "program", block(program.help())),
    )


def verb(program: Program, language: str, name: str) -> str:
    """A verb, and below it those that it has."""
    below = [path for path in walk(program, (name,)) if len(path) > 1]
    parts = [OF.of(language).format(verb=f"lab2048 {name}") + " " + ORIGINAL.of(language)]
    if below:
        links = ", ".join(f"[{code(' '.join(path[1:]))}](#{'-'.join(path[1:])})" for path in below)
        parts.append(BELOW.of(language).format(verbs=links))
    parts.append(block(program.help(name)))
    for path in below:
        level = min(len(path), 3)
        parts.append(section(level, f"lab2048 {' '.join(path)}", "-".join(path[1:]), block(program.help(*path))))
    return page(f"lab2048 {name}", *parts)


def walk(program: Program, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """A verb and all that are below it."""
    found = [path] if path else []
    for name in program.verbs(*path):
        found += walk(program, (*path, name))
    return found


def leaves(program: Program) -> list[tuple[str, ...]]:
    """The verbs that do something themselves."""
    return [path for path in walk(program) if not program.verbs(*path)]
