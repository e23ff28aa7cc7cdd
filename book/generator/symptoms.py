"""Every cause that the program knows: what is seen, what it means, what to do."""

from pathlib import Path

from .defaults import defaults
from .fluent import Catalogue
from .markdown import code, page, plain, section, table, thirds
from .said import Said
from .sources import Row, SourceError, controller_rows, pull_rows
from .waits import TITLES, WAITS, Wait

TITLE = Said("Symptoms", "증상 전체")
INTRODUCTION = Said(
    """What lab2048 recognises in a lab that does not work. Search this page for what you see: in the cluster's events (`kubectl describe`),
or in what lab2048 itself prints. Words in capitals, such as IMAGE or PORT, stand for what is there in your case.
[Troubleshooting](../troubleshooting.md) has the usual ones, [Checks](checks.md) explains the names of checks.""",
    """랩이 동작하지 않을 때 lab2048이 알아내는 원인입니다. 클러스터의 이벤트(`kubectl describe`)나 lab2048의 출력에서 본 것을 이 페이지에서 찾으세요.
IMAGE나 PORT처럼 대문자로 쓴 단어 자리에는 실제 값이 들어갑니다. 자주 겪는 문제는 [문제 해결](../troubleshooting.md)에, 검사의 이름은
[검사](checks.md)에 있습니다.""",
)
IN_EVENTS = Said("in the event|it means|what to do", "이벤트에 있는 말|뜻|조치")
IN_ANSWER = Said("the cluster says|it means|what to do", "클러스터가 보내는 메시지|뜻|조치")
IN_POD = Said("at the pod|it means|what to do", "파드에 보이는 것|뜻|조치")
PRINTED = Said("lab2048 says|what to do", "lab2048의 출력|조치")
SAYS = Said("lab2048 says", "lab2048의 출력")
WAITING = Said("it waits at|because|what to do", "대기 중인 단계|이유|조치")
SEE_EVENT = Said("see the text of the event", "이벤트의 내용을 확인하세요")
SEE_PULL = Said(
    "`kubectl get events --field-selector reason=Failed -A`", "`kubectl get events --field-selector reason=Failed -A`"
)
SEE_LOGS = Said(
    "`kubectl -n NAMESPACE logs POD -c CONTAINER --previous`", "`kubectl -n NAMESPACE logs POD -c CONTAINER --previous`"
)
CORRECT = Said(
    "All of these are mended in `ingress.annotations`, or in the templates.",
    "모두 `ingress.annotations`나 템플릿에서 수정하세요.",
)
PRIVATE = Said("{public}; in ECR: {private}", "{public}. ECR의 이미지라면: {private}")
ANYTHING = Said("anything else", "그 밖의 메시지")
NOTHING = Said("nothing but `Back-off pulling image`", "`Back-off pulling image`뿐")

EVENTS = Said("What the load balancer controller reports", "로드 밸런서 컨트롤러가 보고하는 것")
REFUSALS = Said("When the cluster refuses an object", "클러스터가 객체를 거부할 때")
CONTROLLER = Said("When the controller does not work", "컨트롤러가 동작하지 않을 때")
PODS = Said("Pods and Fargate", "파드와 Fargate")
IMAGES = Said("Images that cannot be pulled", "이미지를 가져올 수 없을 때")
INGRESS = Said("An Ingress that cannot work", "동작할 수 없는 인그레스")

# What is seen at a pod: words of `src/readiness/pod_problem.rs`, and which remedy belongs to them.
POD_WORDS: list[tuple[str | Said, str, str]] = [
    ("OOMKilled", "cause-pod-out-of-memory", "remedy"),
    ("CrashLoopBackOff", "cause-pod-crashes", ""),
    ("exec format error", "cause-image-wrong-processor", ""),
    ("Misconfigured Fargate Profile", "cause-fargate-refuses", "remedy"),
    ("reached the limit on the number of Fargate pods", "cause-fargate-quota", "remedy"),
    ("Pod not supported on Fargate", "cause-fargate-waits", "unsupported"),
    (ANYTHING, "cause-fargate-waits", "remedy"),
    ("Unschedulable", "cause-pod-too-early", "remedy"),
]
# Faults of images that are known by the kubelet's reason, or by nothing that is said: `src/readiness/pull/fault.rs`.
PULL_REASONS: dict[str, str | Said] = {
    "cause-image-forbidden": "ErrImageNeverPull",
    "cause-image-unsigned": "SignatureValidationFailed",
    "cause-image-not-pulled": ANYTHING,
    "cause-image-unsaid": NOTHING,
}
# What else is said of the same words.
ALSO = {"cause-lbc-no-right": "cause-lbc-denied"}
# Remedies that the catalogues do not have: commands, and those of other causes.
REMEDIES: dict[str, Said | str] = {
    "cause-pod-crashes": SEE_LOGS,
    "cause-image-wrong-processor": "cause-image-wrong-platform.remedy",
    "cause-image-not-pulled": SEE_PULL,
    "cause-image-unsaid": SEE_PULL,
}
# What is part of other messages, or a stage that passes by itself.
FRAGMENTS = {
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
        self.image = defaults(root / "environments/defaults.yaml")["app.image"]
        self.told: set[str] = set()

    def page(self) -> str:
        """All causes by what shows them."""
        of = self.language
        sections = [
            section(2, EVENTS.of(of), "events", self.rows(IN_EVENTS, controller_rows(self.root, "EVENTS"))),
            section(2, REFUSALS.of(of), "refusals", self.rows(IN_ANSWER, controller_rows(self.root, "REFUSALS"))),
            section(2, CONTROLLER.of(of), "controller", self.printed("cause-controller-")),
            section(2, PODS.of(of), "pods", self.pods()),
            section(2, IMAGES.of(of), "images", self.images()),
            section(2, INGRESS.of(of), "ingress", CORRECT.of(of), self.listed("cause-ingress-")),
            *(section(2, TITLES[name].of(of), name + "-wait", self.waits(waits)) for name, waits in WAITS.items()),
        ]
        self.complete()
        return page(TITLE.of(of), INTRODUCTION.of(of), *sections)

    def text(self, name: str, **values: str) -> str:
        """A message."""
        self.told.add(name.partition(".")[0])
        return plain(self.catalogue.text(name, **values))

    def remedy(self, cause: str) -> str:
        """What to do about a cause."""
        if not self.catalogue.has(f"{cause}.remedy"):
            given = REMEDIES.get(cause, SEE_EVENT)
            return given.of(self.language) if isinstance(given, Said) else self.text(given)
        # An image in a remedy is the lab's own, which can be pulled.
        found = self.text(f"{cause}.remedy", image=self.image)
        if self.catalogue.has(f"{cause}.private"):
            private = self.text(f"{cause}.private")
            return PRIVATE.of(self.language).format(public=found, private=private)
        return found

    def cause(self, name: str) -> str:
        """What something means."""
        also = ALSO.get(name)
        return "<br>".join(self.text(cause) for cause in (name, also) if cause)

    def words(self, words: str | Said) -> str:
        """Words that are seen somewhere, or a description of them."""
        return words.of(self.language) if isinstance(words, Said) else code(words)

    def rows(self, head: Said, rows: list[Row]) -> str:
        """A line for each cause, with all the words by which it is known."""
        words: dict[str, list[str]] = {}
        for row in rows:
            words.setdefault(row.cause, []).append(" … ".join(code(word.strip()) for word in row.words))
        lines = [(", ".join(dict.fromkeys(seen)), cause) for cause, seen in words.items()]
        return self.causes(head, lines)

    def causes(self, head: Said, lines: list[tuple[str, str]]) -> str:
        """A line for each cause, with what is seen of it."""
        told = [(seen, self.cause(cause), self.remedy(cause)) for seen, cause in lines]
        return thirds(table(head.of(self.language).split("|"), told))

    def images(self) -> str:
        """Why an image cannot be pulled."""
        source = (self.root / "src/readiness/pull/fault.rs").read_text(encoding="utf-8")
        words: dict[str, list[str]] = {}
        for row in pull_rows(self.root):
            words.setdefault(row.cause, []).extend(code(word.strip()) for word in row.words)
        lines = [(", ".join(dict.fromkeys(seen)), cause) for cause, seen in words.items()]
        for cause, reason in PULL_REASONS.items():
            if isinstance(reason, str) and reason not in source:
                raise SourceError(f"the source does not know the reason {reason} any more")
            lines.append((self.words(reason), cause))
        return self.causes(IN_EVENTS, lines)

    def printed(self, prefix: str) -> str:
        """A line for each message of a kind that lab2048 itself says."""
        lines = [(self.text(name), self.remedy(name)) for name in self.named_like(prefix)]
        return table(PRINTED.of(self.language).split("|"), lines)

    def listed(self, prefix: str) -> str:
        """The same, where one remedy is for all."""
        return table([SAYS.of(self.language)], [(self.text(name),) for name in self.named_like(prefix)])

    def named_like(self, prefix: str) -> list[str]:
        """Messages of a kind that stand for themselves."""
        return [name for name in self.catalogue.messages if name.startswith(prefix) and name not in FRAGMENTS]

    def pods(self) -> str:
        """What is seen at pods."""
        source = "".join(
            (self.root / path).read_text(encoding="utf-8")
            for path in ("src/readiness/pod_problem.rs", "src/model/pod_state.rs")
        )
        lines = []
        for words, cause, remedy in POD_WORDS:
            if isinstance(words, str) and words not in source:
                raise SourceError(f"the source does not look for {words} any more")
            what = self.text(f"{cause}.{remedy}") if remedy else self.remedy(cause)
            lines.append((self.words(words), self.text(cause), what))
        return thirds(table(IN_POD.of(self.language).split("|"), lines))

    def waits(self, waits: list[Wait]) -> str:
        """Stages, why they last, and what helps."""
        lines = [(self.named(wait.stage), self.named(wait.why), self.helping(wait.remedy)) for wait in waits]
        return thirds(table(WAITING.of(self.language).split("|"), lines))

    def named(self, name: str | Said) -> str:
        """A message, what is described, a status of HTTP, or a word of AWS."""
        if isinstance(name, Said):
            return name.of(self.language)
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
