# 계획이 각 리소스에 대해 알려 주는 것: 기다리는 것, 참고 사항, 소유자, 거부된 이유, 있는 리소스의 문제.

plan-wait-profile-active = ACTIVE 상태까지 대기
plan-wait-alb-active = active 상태까지 대기
plan-wait-alb = ALB가 생길 때까지 대기
plan-wait-pods = 파드 { $count }/{ $count }까지 대기
plan-wait-all-pods = 모든 파드가 준비될 때까지 대기
plan-wait-healthy = 정상 대상 { $count }개까지 대기
plan-wait-answer = HTTP 200 응답까지 대기
plan-wait-gone = 사라질 때까지 대기
plan-wait-groups-gone = 이 랩의 대상 그룹이 사라질 때까지 대기
plan-wait-alb-gone = ALB와 보안 그룹이 사라질 때까지 대기

plan-unread = { $node } 상태를 읽을 수 없습니다: { $why }
plan-not-looked-at = 확인하지 못함: { $what }
plan-and-more = { $first } 외 { $more }개
plan-being-deleted = { $node } 삭제가 진행 중입니다. 삭제가 끝난 뒤 다시 적용하세요
plan-going = 이미 삭제 중입니다
plan-pruned = 더 이상 이 랩에 속하지 않습니다
plan-more-fields = { $manager }에서 관리하는 필드가 { $count }개 더 있으며, 그대로 둡니다

plan-owner-lab = lab2048 랩 { $name }
plan-owner-eksctl = eksctl, 클러스터 { $name }
plan-owner-stack = CloudFormation 스택 { $name }
plan-owner-no-tags = 이 랩의 태그가 없음
plan-owner-not-lab = 이 랩에서 만든 역할이 아님
plan-owner-other-lab = 다른 랩 { $lab }의 리소스
plan-owner-tool = { $tool }에서 관리하는 리소스
plan-owner-maker = 이 랩의 레이블이 없음, 만든 도구: { $maker }
plan-owner-no-labels = 이 랩의 레이블이 없음

plan-role-also-has = 다른 정책도 있으며, 그대로 둡니다: { $policies }
plan-profile-waits-turn = 차례를 기다립니다. { $name } 프로파일이 { $status } 상태이며, 한 클러스터에서는 프로파일을 한 번에 하나씩만 변경합니다
plan-profile-still-going = 같은 이름의 이전 프로파일이 아직 삭제 중입니다. 삭제가 끝나면 다시 만듭니다
plan-profile-recreated = { $status } 상태이므로 다시 만듭니다({ $why })
plan-profile-fixed = 프로파일은 변경할 수 없습니다. 프로파일을 삭제하면 그 파드가 종료되고, 새 프로파일이 ACTIVE 상태가 되면 다시 시작됩니다. 새 이름(fargate.profile)을 쓰면 두 프로파일을 나란히 둘 수 있습니다
plan-profile-left-alone = 이 랩의 태그가 있지만 fargate.own이 false이므로 남습니다. 삭제하려면: `lab2048 destroy --set fargate.own=true --set fargate.profile={ $name }`
plan-role-left-alone = 이 랩의 프로파일과 함께 남습니다
plan-role-and-entry-left-alone = 이 랩의 프로파일과 함께 남으며, 액세스 항목도 남습니다

plan-keeps-role = fargate.role이 auto이므로 기존 역할을 유지합니다({ $value })
plan-keeps-subnets = fargate.subnets가 auto이므로 기존 서브넷을 유지합니다({ $value })
plan-keeps-selectors = fargate.selectors가 auto이므로 기존 셀렉터를 유지합니다({ $value }개)
plan-drops-role = 기존 역할({ $value })을 유지할 수 없습니다: { $why }
plan-drops-subnets = 기존 서브넷({ $value })을 유지할 수 없습니다: { $why }
plan-drops-selectors = 기존 셀렉터({ $value }개)를 유지할 수 없습니다: { $why }
plan-unkept-no-role = 그런 역할이 없음
plan-unkept-boundary = 권한 경계가 지정한 값({ $wanted })과 다름
plan-unkept-no-subnets = 서브넷이 없음
plan-unkept-foreign-subnet = { $id } 서브넷이 클러스터의 VPC에 없음
plan-unkept-public-subnet = { $id } 서브넷이 퍼블릭임
plan-unkept-no-match = 게임의 파드를 선택하는 셀렉터가 없음

plan-pods-follow-profile = 파드는 이전 프로파일과 함께 사라지고, 새 프로파일에서 다시 만들어집니다
plan-recreates-early = 파드 { $count }개를 다시 만듭니다. 프로파일이 파드를 받을 수 있게 되기 전에 만들어졌기 때문입니다
plan-recreates-unpulled = 파드 { $count }개를 다시 만듭니다. 이미지를 가져오지 못하고 다음 시도까지 기다리는 중이기 때문입니다
plan-autoscaled = 수평 오토스케일러 { $name }에서 파드 수를 정하므로 replicas는 오토스케일러에 맡깁니다
plan-number-to-keep = 파드 { $number }개를 유지하려면: --set app.replicas={ $number }
plan-replicas-kept = `scale`로 요청한 복제본 { $count }개를 유지합니다. --reset-scale을 쓰면 { $environment }개로 돌아갑니다
plan-replicas-dropped = `scale`로 요청한 복제본 { $count }개를 더 이상 유지하지 않습니다
plan-replicas-of-template = 템플릿에 파드 수가 { $count }개로 정해져 있어 app.replicas 값({ $environment })은 사용하지 않습니다

plan-alb-removed = 컨트롤러가 모르는 사이에 ALB가 삭제되었습니다. 컨트롤러가 다시 확인하게 합니다
plan-alb-part-removed = 컨트롤러가 모르는 사이에 ALB의 리스너나 규칙이 삭제되었습니다. 컨트롤러가 다시 확인하게 합니다
plan-proof-internal = 내부(internal) ALB이므로 여기서는 요청을 보낼 수 없습니다
plan-proof-obstacle = 요청을 보낼 수 없습니다: { $why }
plan-proof-host = { $host } 이름으로 ALB에 요청합니다. 다른 사람도 접속하려면 DNS에서 이 이름이 ALB를 가리켜야 합니다
plan-former-alb = 이 랩이 지금까지 사용한 ALB입니다. 인그레스가 그룹에 들어가므로 컨트롤러가 삭제합니다
plan-former-group-alb = 이 랩이 떠나는 IngressGroup { $group }의 ALB입니다. 그룹의 마지막 인그레스가 사라질 때 컨트롤러가 삭제합니다

plan-alb-shared = 남습니다. IngressGroup { $group }에서 함께 사용하는 백엔드: { $others }
plan-alb-with-ingress = 인그레스({ $ingress })와 함께 남습니다
plan-alb-ingress-unread = 남습니다. 인그레스({ $ingress })가 있는지 읽을 수 없습니다
plan-alb-left-over = 인그레스가 이미 없어 남은 리소스입니다. 삭제하려면 `lab2048 destroy --without-controller` 또는: { $commands }

plan-kept = 남김: { $why }
plan-used-by-profile = { $name } 프로파일에서 아직 사용 중
plan-role-used-by-profile = { $name } 프로파일에서 이 역할을 아직 사용 중
plan-role-not-ours = 역할이 이 랩의 것이 아님
plan-handed-out = `fleet access`로 참가자에게 준 네임스페이스이며 참가자의 권한이 들어 있음(삭제하려면 --take-back)
plan-entry-comes = 프로파일이 ACTIVE 상태가 되면 EKS가 추가하지만, 나중에 삭제하지는 않습니다
plan-entry-stays = 역할에 묶여 있으며, EKS가 삭제하지 않습니다
plan-role-stays = 역할({ $name })과 액세스 항목은 남습니다({ $owner }). 다른 프로파일에 필요할 수 있으며, 비용은 들지 않습니다
plan-namespace-takes = 이 랩의 것이 아닌 리소스도 함께 삭제합니다: { $names }
plan-namespace-unread = 네임스페이스 안의 리소스를 모두 확인하지는 못했습니다: { $why }
plan-user = 네임스페이스 { $namespace }의 { $kind } { $name }
plan-takes-pods = 다음 리소스의 파드도 함께 사라집니다: { $names }
plan-users-unread = 누가 함께 사용하는지 읽을 수 없습니다: { $why }

plan-deletion-protection = 인그레스가 삭제 방지를 요청하고 있어, 컨트롤러가 아무 알림 없이 ALB를 계속 남겨 둡니다. 먼저 실행하세요: `kubectl -n { $namespace } annotate ingress { $name } { $annotation }-`
plan-controller-works = 로드 밸런서 컨트롤러가 작동 중이며 인그레스와 함께 ALB를 삭제합니다. --without-controller 없이 실행하세요
plan-bindings-unread = 인그레스의 TargetGroupBinding을 읽을 수 없습니다: { $why }
plan-made-unread = 컨트롤러가 만든 리소스를 읽을 수 없습니다: { $why }
plan-group-shared = IngressGroup { $group }의 ALB를 다른 백엔드도 사용합니다({ $others }). 이 랩의 부분만 빼는 일은 컨트롤러만 할 수 있습니다
plan-takes-finalizers = 파이널라이저(finalizer)를 제거합니다: { $names }
plan-deletes-bindings = TargetGroupBinding도 삭제합니다: { $names }
plan-webhooks-leave-out = 컨트롤러의 웹훅 중 삭제를 막는 것은 그동안 네임스페이스 { $namespace }의 요청에 적용되지 않게 합니다
plan-deletes-balancer = 로드 밸런서 { $name } 삭제({ $arn })
plan-deletes-target-group = 대상 그룹 { $name } 삭제({ $arn })
plan-deletes-group = 보안 그룹 { $id } 삭제({ $name })
plan-deletes-shared-group = 보안 그룹 { $id } 삭제(클러스터의 모든 인그레스가 공유하며, 그때 사용하는 곳이 없을 때만)

plan-left-by-controller = 로드 밸런서 컨트롤러가 만든 리소스이며, 컨트롤러가 이를 삭제하지 않은 채 인그레스만 사라졌습니다
plan-left-untagged = 이름은 로드 밸런서 컨트롤러가 이 랩의 로드 밸런서에 붙인 이름과 같지만, 찾는 데 쓰는 태그가 사라졌습니다. 누구의 것인지 확인하세요. 대상 그룹과 보안 그룹은 이 로드 밸런서를 삭제한 다음에 삭제할 수 있습니다
plan-left-shared-group = 클러스터의 모든 인그레스가 공유하던 보안 그룹입니다. 마지막 인그레스가 사라졌고, 그사이 다시 시작된 로드 밸런서 컨트롤러는 이 그룹을 더 이상 알지 못합니다
plan-left-profile = 이 랩의 태그가 있으며, 계획을 만든 뒤에 생겼습니다
plan-left-since = 계획을 만든 뒤에 만들어졌거나 다시 생겼습니다
plan-left-namespace = 랩의 레이블이 있습니다

plan-part-state = { $node }: { $state }
plan-part-missing = { $node } 없음
plan-part-unread = { $node } 확인할 수 없음
plan-part-unread-remedy = 읽기 권한을 요청하거나 다시 시도하세요
plan-no-alb = ALB가 없음
plan-no-alb-named = 이름이 { $name }인 로드 밸런서가 없습니다
plan-remedy-once-gone = 삭제가 끝난 뒤 `lab2048 apply`
plan-remedy-failed-profile = 원인을 해결한 뒤 프로파일을 다시 만드세요: `lab2048 apply`
plan-remedy-failed-alb = `lab2048 destroy`, 그다음 `lab2048 apply`
plan-remedy-degraded-profile = EKS가 알려 준 문제를 해결하세요. 그때까지 일부 파드가 시작되지 않을 수 있습니다
plan-remedy-degraded = 기다린 뒤 `lab2048 doctor`로 다시 확인하세요. 로드 밸런서의 문제는 AWS가 해결합니다
plan-remedy-wait = 기다리세요. `lab2048 apply`도 함께 기다리며 단계마다 알려 줍니다
plan-remedy-look-again = 컨트롤러가 인그레스를 다시 확인하게 하세요: `lab2048 apply` 또는 `{ $command }`
