"""The rights that a lab takes, as the program prints them."""

from typing import Any

from .markdown import block, code, page, section, table
from .program import Program
from .said import Said

TITLE = Said("Rights, one by one", "권한 전체")
INTRODUCTION = Said(
    """What `lab2048 policy` prints for the environment `workshop`. For yours it names your cluster and lab: print it anew.
[Permissions](../permissions.md) says who gives these rights to whom.""",
    """환경 `workshop`에 대해 `lab2048 policy`가 출력하는 내용입니다. 다른 환경에서는 그 환경의 클러스터와 랩 이름이 들어가므로 직접 출력해서
쓰세요. 누가 누구에게 권한을 부여하는지는 [권한](../permissions.md)에 있습니다.""",
)
ACTIONS = Said("Actions of IAM", "IAM 작업")
ACTIONS_WHAT = Said(
    "`yes` where `policy iam`, alone or with the flag, has the action.",
    "`policy iam`을 그대로 또는 옵션과 함께 실행했을 때 출력에 있는 작업을 `O`로 표시했습니다.",
)
YES = Said("yes", "O")
ACTION = Said("action", "작업")
RULES = Said("Rules of Kubernetes", "Kubernetes 규칙")
RULES_WHAT = Said("What `policy rbac` allows.", "`policy rbac`이 허용하는 내용입니다.")
RULES_HEAD = Said("in|API group|resource|verbs", "위치|API 그룹|리소스|동사(verb)")
CORE = Said("(core)", "(core)")
WHOLE_POLICY = Said("The whole policy", "정책 전문")
WHOLE_ROLES = Said("All roles", "역할 전문")

FLAGS = ("", "--read-only", "--without-controller", "--sweep")


def pages(program: Program, language: str) -> dict[str, str]:
    """Actions and rules as tables, then all of both."""
    text = page(
        TITLE.of(language),
        INTRODUCTION.of(language),
        section(2, ACTIONS.of(language), "actions", ACTIONS_WHAT.of(language), actions(program, language)),
        section(2, RULES.of(language), "rules", RULES_WHAT.of(language), rules(program, language)),
        section(2, WHOLE_POLICY.of(language), "policy", block(program.text(*asked("iam")), "json")),
        section(2, WHOLE_ROLES.of(language), "roles", block(program.text(*asked("rbac")), "yaml")),
    )
    return {"reference/permissions.md": text}


def asked(kind: str, *flags: str) -> list[str]:
    """How rights are asked for."""
    return ["policy", kind, "-e", "workshop", *(flag for flag in flags if flag)]


def actions(program: Program, language: str) -> str:
    """Which action is part of which policy."""
    having = {flag: actions_of(program.document(*asked("iam", flag))) for flag in FLAGS}
    rows = [
        (code(action), *(YES.of(language) if action in having[flag] else "" for flag in FLAGS))
        for action in sorted(set().union(*having.values()))
    ]
    head = [ACTION.of(language), "`policy iam`", *(code(flag) for flag in FLAGS if flag)]
    return table(head, rows)


def actions_of(policy: dict[str, Any]) -> set[str]:
    """The actions of a policy."""
    found: set[str] = set()
    for statement in policy["Statement"]:
        listed = statement["Action"]
        found |= {listed} if isinstance(listed, str) else set(listed)
    return found


def rules(program: Program, language: str) -> str:
    """What each role allows."""
    rows = []
    for item in program.document(*asked("rbac"), "-o", "json")["items"]:
        for rule in item.get("rules", []):
            names = ", ".join(code(name) for name in rule.get("resourceNames", []))
            resources = ", ".join(code(resource) for resource in rule["resources"])
            groups = ", ".join(code(group) if group else CORE.of(language) for group in rule["apiGroups"])
            verbs = ", ".join(rule["verbs"])
            rows.append((item["kind"], groups, f"{resources} ({names})" if names else resources, verbs))
    return table(RULES_HEAD.of(language).split("|"), rows)
