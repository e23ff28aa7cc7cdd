"""What waits, `status` and `doctor` say where something is not ready, why, and what helps: names of messages in `readiness.ftl`.

Which of them go together only the source knows (`src/readiness`), so it is written down here.
"""

from typing import NamedTuple

from .said import Said


class Wait(NamedTuple):
    """A stage, what is said of it, and its remedy, each by the name of its message, or as it is said."""

    stage: str
    why: str | Said
    remedy: str | Said


AGAIN = Said("wait", "기다리세요")
APPLY = Said("`lab2048 apply`", "`lab2048 apply`를 실행하세요")
DOCTOR = Said("`lab2048 doctor` names what is wrong", "`lab2048 doctor`가 원인을 알려 줍니다")
DESCRIBE = Said(
    "`kubectl -n NAMESPACE describe deployment NAME`; the message says what is refused",
    "`kubectl -n NAMESPACE describe deployment NAME`. 무엇이 거부되었는지는 메시지에 나옵니다",
)
REASON = Said("the reason that AWS gives", "AWS가 알려 준 이유")
MEND = Said(
    "mend what the reason says, then `lab2048 apply`", "이유에 나온 문제를 해결한 뒤 `lab2048 apply`를 실행하세요"
)
SEE_ALB = Said(
    "see the load balancer in the EC2 console; then `lab2048 destroy` and `lab2048 apply`",
    "EC2 콘솔에서 로드 밸런서를 확인한 뒤, `lab2048 destroy`와 `lab2048 apply`를 실행하세요",
)
RESOLVER = Said("mend DNS on this machine", "이 컴퓨터의 DNS 설정을 고치세요")
REDIRECTS = Said(
    "correct the redirects: annotations `actions.*`, or the image's own",
    "리디렉션을 수정하세요: 어노테이션 `actions.*` 또는 이미지 자체의 설정",
)
UNTRUSTED = Said("what is wrong with the certificate", "인증서의 문제")
RIGHT_DNS = Said(
    "wait; with a name of your own make the DNS record that is shown",
    "기다리세요. 직접 정한 이름이면 표시된 DNS 레코드를 만드세요",
)
OPEN_CIDRS = Said(
    "ingress.allowedCidrs, or the ALB's security group", "ingress.allowedCidrs나 ALB의 보안 그룹을 확인하세요"
)
RULES = Said(
    "ingress.host, ingress.path, annotations `conditions.*`",
    "ingress.host, ingress.path, 어노테이션 `conditions.*`를 확인하세요",
)
TLS = Said(
    "ingress.port and ingress.certificateArn have to fit", "ingress.port와 ingress.certificateArn을 서로 맞추세요"
)
PATH = Said("ingress.path", "ingress.path를 수정하세요")
PODS = Said("`lab2048 status`: are its pods ready?", "`lab2048 status`로 파드가 준비되었는지 확인하세요")

WAITS: dict[str, list[Wait]] = {
    "profile": [
        Wait("is-awaiting-policy", "is-policy-not-yet", AGAIN),
        Wait("is-role-trust", "is-not-assumable", APPLY),
        Wait("is-role-policy", "is-policy-lacking", APPLY),
        Wait("is-entry-of-earlier-role", "is-entry-bound-to-deleted", DOCTOR),
        Wait("is-awaiting-profile", "is-eks-not-showing", AGAIN),
        Wait("CREATING", "is-eks-sets-up", AGAIN),
        Wait("CREATE_FAILED", REASON, MEND),
        Wait("is-missing", "is-profile-deleted-meanwhile", APPLY),
        Wait("DELETING", "is-deleted-by-somebody", AGAIN),
        Wait("DELETING", "is-eks-evicts", AGAIN),
    ],
    "pods": [
        Wait("is-pods-available", "cause-pods-wait-for-node", AGAIN),
        Wait("is-pods-available", "is-rollout-stalled", DESCRIBE),
        Wait("is-pods-available", "is-pods-uncreated", DESCRIBE),
        Wait("is-recreating-pods", "is-pods-made-too-early", AGAIN),
        Wait("is-selects-no-pod", "is-no-pod-has-labels", "is-selector-put-back"),
    ],
    "balancer": [
        Wait("is-awaiting-controller", "is-not-taken-up", DOCTOR),
        Wait("is-controller-at-work", "is-controller-makes", AGAIN),
        Wait("is-awaiting-alb", "is-no-such-alb", AGAIN),
        Wait("is-awaiting-alb", "is-alb-name-taken", "is-rename-alb"),
        Wait("is-awaiting-alb", "is-alb-name-taken-by-nobody", "is-rename-alb"),
        Wait("is-alb-provisioning", "is-aws-sets-up", AGAIN),
        Wait("is-alb-failed", REASON, SEE_ALB),
        Wait("is-alb-active", "is-alb-impaired", AGAIN),
        Wait("is-awaiting-listener", "is-remade", APPLY),
        Wait("is-awaiting-rule", "is-remade", APPLY),
        Wait("is-awaiting-alb-replacement", "is-alb-other-scheme", AGAIN),
    ],
    "targets": [
        Wait("is-targets-healthy", "is-targets-unregistered", AGAIN),
        Wait("is-targets-healthy", "Target.Timeout", "is-let-alb-in"),
        Wait("is-targets-healthy", "Target.ResponseCodeMismatch", "is-answer-with-200"),
        Wait("is-targets-healthy", "Target.ResponseCodeMismatch", "is-health-path"),
        Wait("is-targets-healthy", "is-target-state-why", "is-look-at-port"),
    ],
    "answer": [
        Wait("is-awaiting-dns", "is-unresolved", RIGHT_DNS),
        Wait("is-awaiting-dns", "is-resolver-failed", RESOLVER),
        Wait("is-unanswered", "is-no-answer-in", OPEN_CIDRS),
        Wait("is-unanswered", UNTRUSTED, "is-mend-certificate"),
        Wait("is-unanswered", "is-redirected-elsewhere", REDIRECTS),
        Wait("is-unanswered", "is-redirected-nowhere", REDIRECTS),
        Wait("is-unanswered", "is-too-many-redirects", REDIRECTS),
        Wait("400", "is-tls-mismatch", TLS),
        Wait("403", "is-not-let-in", OPEN_CIDRS),
        Wait("404", "is-no-rule-takes-it", RULES),
        Wait("404", "is-path-unknown", PATH),
        Wait("502", "is-connection-closed", PODS),
        Wait("503", "is-no-healthy-pod", PODS),
        Wait("503", "is-no-service-at-rule", APPLY),
        Wait("504", "is-no-pod-in-time", PODS),
        Wait("200", "is-page-other", "is-expect-other"),
        Wait("200", "is-page-empty", "is-expect-other"),
        Wait("200", "is-nameless-certificate", "is-mend-certificate"),
    ],
    "removal": [
        Wait("is-being-deleted", "is-ingress-needs-controller", "is-restore-or-do-without"),
        Wait("is-being-deleted", "is-held-by-finalizers", DOCTOR),
        Wait("is-awaiting-alb-deletion", "is-name-still-there", "is-see-controller-log"),
        Wait("is-awaiting-target-groups", "is-left", AGAIN),
        Wait("is-awaiting-security-group", "is-interfaces-use", AGAIN),
        Wait("is-awaiting-security-group", "is-rule-names", "is-take-rule-out"),
        Wait("is-awaiting-security-group", "is-group-unused", AGAIN),
        Wait("Terminating", "is-objects-being-deleted", AGAIN),
        Wait("Terminating", "ingress.k8s.aws/resources", "is-restore-controller"),
    ],
}

TITLES = {
    "profile": Said("Waits for the Fargate profile", "Fargate 프로파일 대기"),
    "pods": Said("Waits for pods", "파드 대기"),
    "balancer": Said("Waits for the load balancer", "로드 밸런서 대기"),
    "targets": Said("Waits for targets", "대상 대기"),
    "answer": Said("Waits for the game's answer", "게임의 응답 대기"),
    "removal": Said("Waits of a removal", "삭제 대기"),
}
