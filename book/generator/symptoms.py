"""Every cause that the program knows: what is seen, what it means, what to do."""

from pathlib import Path

from .fluent import Catalogue
from .markdown import code, page, plain, section, table
from .said import Said
from .sources import Row, SourceError, controller_rows, pull_rows
from .waits import TITLES, WAITS, Wait

TITLE = Said("Symptoms", "증상 전체")
INTRODUCTION = Said(
    """Every cause that lab2048 recognises. Search this page for what you see: in the cluster's events (`kubectl describe`), or in what lab2048
itself prints. Words in capitals, such as IMAGE or PORT, stand for what is there in your case. [Troubleshooting](../troubleshooting.md) has the
usual ones, [Checks](checks.md) explains the names of checks.""",
    """lab2048이 알아내는 모든 원인입니다. 클러스터의 이벤트(`kubectl describe`)나 lab2048의 출력에서 본 것을 이 페이지에서 찾으세요. IMAGE나
PORT처럼 대문자로 쓴 단어 자리에는 실제 값이 들어갑니다. 자주 겪는 문제는 [문제 해결](../troubleshooting.md)에, 검사의 이름은 [검사](checks.md)에
있습니다.""",
)
IN_EVENTS = Said("in the event|it means|what to do", "이벤트에 있는 말|뜻|조치")
IN_POD = Said("at the pod|it means|what to do", "파드에 보이는 것|뜻|조치")
PRINTED = Said("lab2048 says|what to do", "lab2048의 출력|조치")
WAITING = Said("it waits at|because|what to do", "대기 중인 단계|이유|조치")
SEE_EVENT = Said("see the text of the event", "이벤트의 내용을 확인하세요")
SEE_PULL = Said(
    "`kubectl get events --field-selector reason=Failed -A`", "`kubectl get events --field-selector reason=Failed -A`"
)
SEE_LOGS = Said(
    "`kubectl -n NAMESPACE logs POD -c CONTAINER --previous`", "`kubectl -n NAMESPACE logs POD -c CONTAINER --previous`"
)
CORRECT = Said("correct ingress.annotations, or the templates", "ingress.annotations나 템플릿을 수정하세요")

EVENTS = Said("What the load balancer controller reports", "로드 밸런서 컨트롤러가 보고하는 것")
REFUSALS = Said("When the cluster refuses an object", "클러스터가 객체를 거부할 때")
CONTROLLER = Said("When the controller does not work", "컨트롤러가 동작하지 않을 때")
PODS = Said("Pods and Fargate", "파드와 Fargate")
IMAGES = Said("Images that cannot be pulled", "이미지를 가져올 수 없을 때")
INGRESS = Said("An Ingress that cannot work", "동작할 수 없는 인그레스")

# What is seen at a pod: words of `src/readiness/pod_problem.rs`, and which remedy belongs to them.
POD_WORDS = [
    ("OOMKilled", "cause-pod-out-of-memory", "remedy"),
    ("CrashLoopBackOff", "cause-pod-crashes", ""),
    ("exec format error", "cause-image-wrong-processor", ""),
    ("Misconfigured Fargate Profile", "cause-fargate-refuses", "remedy"),
    ("reached the limit on the number of Fargate pods", "cause-fargate-quota", "remedy"),
    ("Pod not supported on Fargate", "cause-fargate-waits", "unsupported"),
    ("", "cause-fargate-waits", "remedy"),
    ("Unschedulable", "cause-pod-too-early", "remedy"),
]
# Remedies that the catalogues do not have: commands, and those of other causes.
REMEDIES: dict[str, Said | str] = {
    "cause-pod-crashes": SEE_LOGS,
    "cause-image-wrong-processor": "cause-image-wrong-platform.remedy",
    "cause-image-not-pulled": SEE_PULL,
    "cause-image-unsaid": SEE_PULL,
}
# What is part of other messages, or a stage that passes by itself.
FRAGMENTS = {
    "cause-lbc-denied",
    "cause-controller-give-rights",
    "cause-unseen-controller",
    "cause-unseen-webhook",
    "cause-unseen-class",
    "cause-ingress-all-paths",
    "cause-ingress-annotation",
    "cause-ingress-asks",
    "cause-ingress-asks-method",
    "cause-ingress-asks-sender",
    "cause-ingress-either",
    "cause-pods-pull",
    "cause-pods-start",
}


class Symptoms:
    """The page in one language."""

    def __init__(self, language: str, root: Path) -> None:
        """Reads the catalogues and the tables of the source."""
        self.language = language
        self.root = root
        lang = root / "src/lang" / language
        self.catalogue = Catalogue(lang / "causes.ftl", lang / "readiness.ftl")
        self.told: set[str] = set()

    def page(self) -> str:
        """All causes by what shows them."""
        of = self.language
        sections = [
            section(2, EVENTS.of(of), "events", self.rows(controller_rows(self.root, "EVENTS"))),
            section(2, REFUSALS.of(of), "refusals", self.rows(controller_rows(self.root, "REFUSALS"))),
            section(2, CONTROLLER.of(of), "controller", self.printed("cause-controller-", SEE_EVENT)),
            section(2, PODS.of(of), "pods", self.pods()),
            section(2, IMAGES.of(of), "images", self.rows([*pull_rows(self.root), *self.unspoken()])),
            section(2, INGRESS.of(of), "ingress", self.printed("cause-ingress-", CORRECT)),
            *(section(2, TITLES[name].of(of), name + "-wait", self.waits(waits)) for name, waits in WAITS.items()),
        ]
        self.complete()
        return page(TITLE.of(of), INTRODUCTION.of(of), *sections)

    def text(self, name: str) -> str:
        """A message."""
        self.told.add(name.partition(".")[0])
        return plain(self.catalogue.text(name))

    def remedy(self, cause: str, otherwise: Said) -> str:
        """What to do about a cause."""
        if self.catalogue.has(f"{cause}.remedy"):
            found = self.text(f"{cause}.remedy")
            if self.catalogue.has(f"{cause}.private"):
                found += " / " + self.text(f"{cause}.private")
            return found
        given = REMEDIES.get(cause, otherwise)
        return given.of(self.language) if isinstance(given, Said) else self.text(given)

    def rows(self, rows: list[Row]) -> str:
        """A line for each cause, with all the words by which it is known."""
        words: dict[str, list[str]] = {}
        for row in rows:
            shown = " … ".join(code(word.strip()) for word in row.words)
            words.setdefault(row.cause, []).extend([shown] if shown else [])
        lines = [
            (", ".join(dict.fromkeys(seen)) or "-", self.text(cause), self.remedy(cause, SEE_EVENT))
            for cause, seen in words.items()
        ]
        return table(IN_EVENTS.of(self.language).split("|"), lines)

    def unspoken(self) -> list[Row]:
        """Faults of images that are not known by words of the message alone."""
        spoken = {row.cause for row in pull_rows(self.root)} | {"cause-image-wrong-processor"}
        names = [name for name in self.catalogue.messages if name.startswith("cause-image-")]
        return [Row((), name) for name in names if name not in spoken]

    def printed(self, prefix: str, otherwise: Said) -> str:
        """A line for each message of a kind that lab2048 itself says."""
        names = [name for name in self.catalogue.messages if name.startswith(prefix) and name not in FRAGMENTS]
        lines = [(self.text(name), self.remedy(name, otherwise)) for name in names]
        return table(PRINTED.of(self.language).split("|"), lines)

    def pods(self) -> str:
        """What is seen at pods."""
        source = "".join(
            (self.root / path).read_text(encoding="utf-8")
            for path in ("src/readiness/pod_problem.rs", "src/model/pod_state.rs")
        )
        lines = []
        for words, cause, remedy in POD_WORDS:
            if words not in source:
                raise SourceError(f"the source does not look for {words} any more")
            what = self.text(f"{cause}.{remedy}") if remedy else self.remedy(cause, SEE_EVENT)
            lines.append((code(words) if words else "-", self.text(cause), what))
        return table(IN_POD.of(self.language).split("|"), lines)

    def waits(self, waits: list[Wait]) -> str:
        """Stages, why they last, and what helps."""
        lines = [(self.named(wait.stage), self.named(wait.why), self.helping(wait.remedy)) for wait in waits]
        return table(WAITING.of(self.language).split("|"), lines)

    def named(self, name: str) -> str:
        """A message, a status of HTTP, or a word of AWS."""
        if name.isdecimal():
            return f"`HTTP {name}`"
        return self.text(name) if name.startswith(("is-", "cause-", "run-")) else code(name)

    def helping(self, remedy: str | Said) -> str:
        """What helps."""
        return remedy.of(self.language) if isinstance(remedy, Said) else self.text(remedy)

    def complete(self) -> None:
        """Whether each cause of the catalogue is told."""
        untold = {name for name in self.catalogue.messages if name.startswith("cause-")} - self.told - FRAGMENTS
        if untold:
            raise SourceError(f"causes that no table of generator/symptoms.py has: {', '.join(sorted(untold))}")


def pages(language: str, root: Path) -> dict[str, str]:
    """One page."""
    return {"reference/symptoms.md": Symptoms(language, root).page()}
