# 각 리소스가 어디까지 진행되었는지, 왜 더 나아가지 못하는지: 단계, 원인, 조치.

is-present = 있음
is-ready = 준비됨
is-missing = 없음
is-gone = 삭제됨
is-still-there = 남아 있음
is-being-deleted = 삭제 중
is-deletion-without-effect = 삭제 요청이 아직 반영되지 않았습니다
is-held-by-finalizers = 파이널라이저(finalizer)가 남아 있어 삭제되지 않습니다: { $names }
is-more-unknown = 그 밖의 정보는 알 수 없습니다: { $why }
is-deleted-meanwhile = 기다리던 리소스가 없어졌습니다. 누군가 삭제했습니다

is-no-role = 역할 없음
is-awaiting-role = 역할 생성 대기 중
is-iam-not-showing = IAM에 아직 나타나지 않습니다
is-iam-not-everywhere = 삭제가 아직 IAM 전체에 반영되지 않았습니다
is-awaiting-policy = 정책 연결 대기 중
is-policy-not-yet = { $policy } 정책이 아직 연결되지 않았습니다
is-role-trust = 역할의 신뢰 정책
is-not-assumable = { $service } 서비스가 이 프로파일용으로 이 역할을 수임할 수 없습니다
is-role-policy = 역할의 정책
is-policy-lacking = { $policy } 정책이 연결되어 있지 않습니다

is-no-profile = 프로파일 없음
is-awaiting-profile = 프로파일 생성 대기 중
is-eks-not-showing = EKS에 아직 나타나지 않습니다
is-eks-sets-up = EKS가 준비하는 중입니다. 최대 6분 걸립니다
is-eks-no-reason = EKS가 이유를 알려 주지 않습니다
is-eks-not-begun = EKS가 아직 삭제를 시작하지 않았습니다
is-eks-evicts = EKS가 파드를 축출하고 프로파일을 제거하는 중입니다. 몇 분 걸립니다
is-deleted-by-somebody = 누군가 삭제하고 있습니다
is-profile-deleted-meanwhile = 기다리는 동안 누군가 프로파일을 삭제했습니다
is-gone-and-another = 삭제됨(같은 이름으로 새로 만들어진 것이 있음)

is-no-entry = 액세스 항목 없음
is-awaiting-entry = 액세스 항목 생성 대기 중
is-entry-comes-with-profile = EKS가 프로파일과 함께 만듭니다
is-entry-there = 액세스 항목 있음
is-entry-of-earlier-role = 이전 역할의 액세스 항목
is-entry-bound-to-deleted = 이미 삭제된 역할에 묶여 있습니다
is-entry-still-there = 액세스 항목 남아 있음
is-entry-gone = 액세스 항목 삭제됨

is-no-phase = 단계(phase) 표시 대기 중
is-not-active = API 서버가 아직 네임스페이스를 Active로 표시하지 않았습니다
is-objects-being-deleted = 네임스페이스 안의 객체를 삭제하는 중입니다
is-restore-controller = 이를 제거하는 로드 밸런서 컨트롤러에 준비된 파드가 없습니다. 컨트롤러를 복구하세요

is-uncounted = 집계 대기 중
is-budget-unseen = 중단 예산 컨트롤러가 이 예산을 아직 처리하지 않았습니다
is-pods-may-be-away = 지금 빠져도 되는 파드: { $count }개

is-no-address = 주소 없음
is-no-cluster-address = 서비스에 아직 클러스터 주소(ClusterIP)가 없습니다
is-selects-no-pod = 선택하는 파드 없음
is-no-pod-has-labels = 여기 있는 파드 { $count }개 가운데 서비스가 선택하는 레이블이 붙은 파드가 없습니다: { $labels }
is-selector-put-back = 셀렉터를 되돌리려면 `lab2048 apply --force-conflicts`

is-pods-available = 파드 { $wanted }개 중 { $available }개 사용 가능
is-pods-available-stopping = 파드 { $wanted }개 중 { $available }개 사용 가능, { $stopping }개 종료 중
is-change-unseen = 디플로이먼트 컨트롤러가 아직 변경을 처리하지 않았습니다
is-rollout-stalled = 롤아웃이 진행되지 않습니다: { $message }
is-pods-uncreated = 파드를 만들 수 없습니다: { $message }
is-pods-from-new-template = 새 템플릿으로 만든 파드는 { $wanted }개 중 { $updated }개입니다
is-old-pods-stopping = 이전 파드 { $count }개가 아직 종료 중입니다
is-recreating-pods = 파드를 다시 만드는 중
is-pods-made-too-early = 프로파일이 파드를 받을 수 있게 되기 전에 만들어진 파드입니다
is-pods-left = 남은 파드 { $count }개
is-own-pods-stopping = 파드가 아직 종료 중입니다: { $count }개 남음
is-pods-gone-itself-not = 파드는 모두 사라졌지만 디플로이먼트 자체는 아직 남아 있습니다

is-awaiting-controller = 컨트롤러 대기 중
is-not-taken-up = 아직 이 인그레스를 맡은 컨트롤러가 없습니다. 로드 밸런서 컨트롤러가 실행 중인지, 인그레스의 클래스가 그 컨트롤러의 것인지 확인하세요
is-controller-at-work = 컨트롤러 작업 중
is-controller-makes = 컨트롤러가 인그레스를 맡아 로드 밸런서를 만드는 중입니다
is-balancer-has-host = 로드 밸런서에 호스트 이름 있음
is-host-name = 호스트 이름 { $name }
is-controller-removes = 컨트롤러가 로드 밸런서를 삭제하는 중입니다(그동안 컨트롤러는 아무것도 보고하지 않습니다)
is-ingress-needs-controller = 로드 밸런서 컨트롤러에 준비된 파드가 없습니다. 로드 밸런서와 파이널라이저는 이 컨트롤러만 제거할 수 있습니다
is-restore-or-do-without = 컨트롤러를 같은 --cluster-name으로 복구하세요. 그러면 삭제가 저절로 계속됩니다. 컨트롤러 없이 삭제하려면 `lab2048 destroy --without-controller`

is-no-alb = ALB 없음
is-awaiting-alb = 컨트롤러의 ALB 생성 대기 중
is-no-such-alb = { $name } 로드 밸런서가 아직 없습니다
is-vanished = 있었는데 사라졌습니다
is-vanished-error = 있었는데 사라졌습니다: { $error }
is-alb-name-taken = { $name } 이름의 로드 밸런서가 이미 있어 컨트롤러가 이 랩의 로드 밸런서를 만들 수 없습니다. 그 로드 밸런서의 인그레스: { $stack }
is-alb-name-taken-by-nobody = { $name } 이름의 로드 밸런서가 이미 있어 컨트롤러가 이 랩의 로드 밸런서를 만들 수 없습니다. 그 로드 밸런서는 어느 인그레스의 것도 아닙니다
is-rename-alb = ingress.loadBalancerName을 설정하거나 그 로드 밸런서를 삭제하세요
is-awaiting-alb-replacement = 컨트롤러의 ALB 교체 대기 중
is-alb-other-scheme = { $name } 로드 밸런서의 scheme: 현재 { $scheme }, 필요한 값 { $wanted }
is-alb-provisioning = ALB 프로비저닝 중
is-aws-sets-up = AWS가 준비하는 중입니다. 2~3분 걸립니다
is-alb-active = ALB 활성
is-alb-impaired = ALB에 문제가 있습니다(active_impaired): { $reason }
is-alb-failed = ALB 실패
is-aws-no-reason = AWS가 이유를 알려 주지 않습니다
is-awaiting-listener = ALB 활성, 리스너 대기 중
is-awaiting-listener-on = ALB 활성, 포트 { $port }의 리스너 대기 중
is-awaiting-rule = 파드로 보내는 규칙 대기 중
is-awaiting-rule-of = 포트 { $port }에서 파드로 보내는 규칙 대기 중
is-remade = 컨트롤러가 인그레스와 함께 만듭니다. 누군가 삭제한 것은 인그레스가 바뀔 때 또는 10시간 안에 다시 생깁니다

is-awaiting-alb-deletion = 컨트롤러의 ALB 삭제 대기 중
is-name-still-there = { $name } 로드 밸런서가 아직 남아 있습니다
is-see-controller-log = 컨트롤러의 로그에서 원인을 찾으세요: `kubectl -n kube-system logs deployment/{ $name } --tail=20`. 컨트롤러 없이 삭제하려면 `lab2048 destroy --without-controller`
is-alb-gone = ALB 삭제됨, 대상 그룹 찾는 중
is-awaiting-target-groups = ALB의 대상 그룹 삭제 대기 중
is-left = 아직 남아 있습니다: { $names }
is-groups-gone = 대상 그룹 삭제됨, 보안 그룹 찾는 중
is-alb-stays = 대상 그룹 삭제됨(ALB는 같은 그룹의 다른 인그레스를 위해 남음)
is-awaiting-security-group = ALB의 보안 그룹 삭제 대기 중
is-group-unused = { $id } 보안 그룹을 사용하는 곳이 더 이상 없습니다. 컨트롤러가 점점 긴 간격으로 삭제를 다시 시도합니다
is-interfaces-use = ALB의 네트워크 인터페이스 { $count }개가 아직 보안 그룹 { $id }에 연결되어 있습니다
is-rule-names = 보안 그룹 { $other }의 인바운드 규칙에 아직 { $id } 그룹이 소스로 지정되어 있습니다
is-take-rule-out = 그 규칙을 삭제하세요: `{ $command }`
is-alb-all-gone = ALB, 대상 그룹, 보안 그룹 삭제됨

is-targets-healthy = 대상 { $wanted }개 중 { $healthy }개 정상
is-target-state = { $state } { $count }개
is-target-state-why = { $state } { $count }개({ $why })
is-targets-unregistered = 아직 등록되지 않은 대상 { $count }개
is-let-alb-in = ALB가 파드에 연결할 수 있게 하세요: 파드의 보안 그룹, 네트워크 ACL, 포트 app.port
is-answer-with-200 = 상태 확인 요청에 게임이 200으로 응답하게 하세요: ingress.path 또는 어노테이션 healthcheck-path
is-look-at-port = 게임이 app.port에서 요청을 받고 있는지 확인하세요: `kubectl logs`, 대상 그룹의 상태 확인
is-health-path = 인그레스의 상태 확인 경로는 { $path }입니다. 게임이 그 경로에서 응답하게 하거나 상태 확인 경로를 /로 되돌리세요: `kubectl -n { $namespace } annotate ingress { $name } { $annotation }-`

is-proof-internal = 내부 ALB: 여기서는 접속할 수 없으므로 정상 대상으로 동작을 확인함
is-proof-by-targets = 일반적인 요청으로는 게임에 접속할 수 없으므로({ $why }) 정상 대상으로 동작을 확인함
is-awaiting-dns = { $host }의 DNS 대기 중
is-unresolved = DNS에서 아직 이름을 찾을 수 없습니다. 1~2분 걸릴 수 있습니다
is-resolver-failed = DNS 조회에 실패했습니다: { $why }
is-unanswered = GET { $url } → 응답 없음
is-no-answer-in = { $time } 안에 응답이 없었습니다
is-too-many-redirects = 리디렉션이 { $limit }번을 넘었습니다. 마지막 리디렉션의 주소: { $last }
is-redirected-elsewhere = 게임의 주소가 아닌 곳으로 리디렉션되었습니다: `{ $url }`. ALB 자체의 이름이나 게임의 이름으로 가는 리디렉션만 따라갑니다
is-redirected-nowhere = 올바른 주소가 아닌 곳으로 리디렉션되었습니다: `{ $url }`
is-certified = { $request }, 인증서의 이름: { $names }
is-nameless-certificate = 인증서에 이름이 없어 브라우저가 거부합니다
is-mend-certificate = 유효하고 게임의 이름으로 발급된 인증서를 ALB에 지정하세요: --set ingress.certificateArn=ARN --set ingress.host=NAME
is-page-empty = 페이지가 비어 있습니다. 게임의 페이지에는 `{ $text }` 텍스트가 있어야 합니다(app.expect)
is-page-other = 게임의 페이지가 아닙니다. 게임의 페이지에는 `{ $text }` 텍스트가 있어야 합니다(app.expect). 받은 페이지의 앞부분: { $page }
is-expect-other = 사용 중인 이미지의 페이지가 맞다면 그 페이지에 있는 텍스트를 지정하세요: --set app.expect=TEXT. 아니라면 브라우저에서 페이지를 열어 보고 중간에 있는 프록시를 확인하세요
is-no-service-at-rule = 컨트롤러가 규칙을 만들 때 인그레스의 서비스를 찾지 못했습니다
is-tls-mismatch = ALB의 그 포트와 요청의 TLS 사용 여부가 서로 다릅니다
is-not-let-in = 이 요청을 보낸 주소에서는 접속이 허용되지 않습니다
is-no-rule-takes-it = ALB에 이 요청을 처리하는 규칙이 없습니다
is-path-unknown = 게임이 직접 응답했지만 이 경로를 모릅니다. ALB는 경로를 그대로 전달하므로 이미지가 이 경로에서 페이지를 제공해야 합니다
is-connection-closed = 파드가 연결을 닫았습니다
is-no-healthy-pod = ALB가 요청을 보낼 정상 파드가 아직 없습니다
is-no-pod-in-time = 제시간에 응답한 파드가 없습니다

is-held = 잠금 보유 중
is-lost = 잠금 잃음

# 실행의 단계가 실패하는 이유와 그다음에 할 일.

run-see-doctor = `lab2048 doctor` 명령으로 고칠 것을 확인하세요
run-then-again = { $what }. 그런 다음 같은 명령을 다시 실행하세요
run-then = { $what }. 그런 다음 { $resume }
run-resume = 같은 명령을 다시 실행하세요. 여기서부터 이어서 진행합니다. 이미 만들어진 것을 삭제하려면 `lab2048 destroy`
run-resume-gone = 같은 명령을 다시 실행하세요. 여기서부터 이어서 진행합니다
run-after-other = 다른 실행이 끝날 때까지 기다렸다가 같은 명령을 다시 실행하세요
run-not-ready-in = { $time } 안에 준비되지 않았습니다
run-not-gone-in = { $time } 안에 삭제되지 않았습니다
run-unanswered-in = { $time } 안에 응답이 없었습니다
run-stopped = 요청에 따라 중지했습니다
run-still-in-line = 앞 순서의 다른 실행을 { $time } 동안 기다렸지만 차례가 오지 않았습니다
run-not-given-back = 잠금을 해제하지 못함
run-expires = { $why }(잠금은 시간이 지나면 저절로 만료됩니다)

# `status`가 말하는, 랩이 준비되지 않은 이유.

run-unread = 읽을 수 없음: { $node }
run-nothing-seen = 랩의 리소스를 하나도 볼 수 없습니다
run-missing = 없음: { $node }
run-no-balancer = 로드 밸런서가 아직 없습니다
run-scaled-to-zero = 파드 수가 0개로 설정되어 있어 게임이 503으로 응답합니다
is-nothing-to-remove = 삭제할 것이 없음
run-profile-is = 프로파일 { $state }
run-role-is = 역할 { $state }
is-wanted-absent = 없어야 하는 객체
is-not-asked = 조회하지 않음

unread-role-arn = 역할의 ARN을 알 수 없습니다
unread-vpc = 클러스터 정보에 VPC도 서브넷도 없습니다
unread-zone = DescribeAvailabilityZones 응답에 해당 영역이 없습니다
unread-route-table = 서브넷에 연결된 라우팅 테이블이 없고, VPC의 기본 라우팅 테이블도 없습니다
unread-subnet = EC2의 서브넷 목록에 이 서브넷이 없습니다
unread-condition = 해당 조건(condition)이 없습니다
unread-leader = 리더가 선출되지 않았습니다
unread-webhook = 이 웹훅을 거친 모의 실행(dry run)이 없습니다

kind-not-held = 클러스터는 { $kind }({ $version }) 종류를 지원하지만 랩에는 이런 객체를 둘 수 없습니다. 템플릿에서 빼고 kubectl로 적용하세요
kind-unserved = 클러스터가 { $kind }({ $version }) 종류를 지원하지 않습니다
kind-served-as = { $unserved }. { $kind }의 사용 가능한 버전: { $versions }
kind-near = { $unserved }. 혹시 { $near }({ $versions })인가요?
kind-of-definition = { $unserved }. 이런 종류는 CustomResourceDefinition으로 추가되며, 클러스터 관리자가 해당 컨트롤러와 함께 설치합니다
is-dry-run-not-elsewhere = 네임스페이스가 아직 없고, 다른 네임스페이스에서 확인할 권한도 없습니다
is-no-namespace = 네임스페이스가 없습니다
is-forbidden = 권한 없음: { $why }
