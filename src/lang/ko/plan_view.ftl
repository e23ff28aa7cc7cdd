# 계획, 검사에서 확인한 것, 실행의 끝, 오류, 샌드박스의 세계. {"\u00A0"}는 줄을 바꾸지 않는 공백입니다.

view-op-create = 생성
view-op-update = 변경
view-op-replace = 교체
view-op-delete = 삭제
view-op-none = 유지

view-none = 없음
view-absent = (없음)
view-begun = { $begin }…(전체 { $count }자)

view-ago-seconds = { $count }초 전
view-ago-minutes = { $count }분 전
view-ago-hours = { $count }시간 전
view-ago-days = { $count }일 전
view-ends-in = { $at }, { $time } 남음
view-ends-in-days = { $at }, { $days }일 남음

view-place = (클러스터 { $cluster }, { $region })
view-place-account = (클러스터 { $cluster }, { $region }, 계정 { $account })
view-place-sandbox = (샌드박스의 클러스터 { $cluster }, { $region })
view-place-account-sandbox = (샌드박스의 클러스터 { $cluster }, { $region }, 계정 { $account })
view-context = 컨텍스트
view-changes = 변경 사항
view-validated = 검증됨
view-not-validated = 아직 검증 안 됨
view-refused = 거부됨
view-recreate-pods = 파드 다시 생성

view-plan = 계획: 생성 { $create }개, 변경 { $update }개, 교체 { $replace }개, 삭제 { $delete }개.
view-plan-recreates = 다시 생성할 파드 { $count }개.
view-plan-none = 계획을 세울 수 없습니다. 위의 문제를 먼저 해결하세요.
view-plan-idle = 변경할 것이 없습니다. 랩이 원하는 상태로 준비되어 있습니다.
view-plan-idle-gone = 삭제할 것이 없습니다. 랩의 리소스가 없습니다.
view-plan-waits = 변경할 것은 없지만 아직 모두 준비되지는 않았습니다.
view-plan-waits-for = 변경할 것은 없지만 아직 모두 준비되지는 않았습니다: { $stages }.
view-plan-waits-gone = 더 삭제할 것은 없지만 아직 모두 사라지지는 않았습니다.
view-why = 이유 보기: { $command }

view-costs = 비용
view-cost = 시간당 약 { $hourly }, 하루 약 { $daily }입니다.
view-cost-sandbox = 샌드박스에서는 무료이며, AWS에서는 시간당 약 { $hourly }, 하루 약 { $daily }입니다.
view-cost-old = 시간당 약 { $hourly }, 하루 약 { $daily }입니다({ $days }일이 넘은 { $date } 요금 기준).
view-cost-sandbox-old = 샌드박스에서는 무료이며, AWS에서는 시간당 약 { $hourly }, 하루 약 { $daily }입니다({ $days }일이 넘은 { $date } 요금 기준).
view-cost-pods = 파드 { $count }개(각각 { $size }): 시간당 { $dollars }
view-cost-balancer = 로드 밸런서(트래픽 요금 제외): 시간당 { $dollars }
view-cost-addresses = 로드 밸런서의 퍼블릭 IPv4 주소 { $count }개: 시간당 { $dollars }
view-cost-prices = { $region } 리전의 { $date } 요금 기준
view-cost-unknown = 알 수 없음: { $region } 리전의 요금 정보가 없습니다

view-trust = 신뢰 대상
view-trust-any = { $services }(어떤 리소스의 요청이든)
view-trust-for = { $services }({ $resources }의 요청만)
view-policy = 정책
view-boundary = 권한 경계
view-subnets = 서브넷
view-subnets-chosen = EKS가 클러스터의 프라이빗 서브넷에서 선택
view-pods = 파드
view-pods-of = 네임스페이스{"\u00A0"}{ $namespace }
view-pods-of-labels = 네임스페이스{"\u00A0"}{ $namespace },{"\u00A0"}레이블{"\u00A0"}{ $labels }
view-pods-labels = 레이블 { $labels }
view-pods-billed = { $count }개, 각각{"\u00A0"}{ $size }{"\u00A0"}기준으로{"\u00A0"}청구
view-pods-too-large = { $count }개, Fargate가 제공하는 가장 큰 크기보다 큼
view-role = 역할
view-entry = 액세스 항목
view-entry-added = EKS가 이 역할의 액세스 항목을 추가
view-ports = 포트
view-image = 이미지
view-group = IngressGroup { $group }에서 공유
view-open = 허용 대상
view-open-on = { $whom }, 리스너 { $listeners }
view-everybody = 누구나(0.0.0.0/0)
view-by-groups = 보안 그룹 { $groups }에서 허용하는 곳
view-internal = VPC와 VPC에 연결된 네트워크 중 { $whom }
view-rules = 규칙
view-rules-targets = { $rules }, 대상은 { $target }
view-rule = { $path }{"\u00A0"}->{"\u00A0"}{ $backend }
view-target-ip = 파드 주소(ip)
view-target-instance = 노드 포트(instance)

view-diff-hidden = { $path }: 변경됨(값은 표시하지 않음)
view-diff-removed = (제거)
view-hidden-fields = 서버가 설정한 필드 { $count }개는 표시하지 않음
view-not-validated-why = 아직 검증 안 됨: { $why }
view-validated-elsewhere = 해당 네임스페이스가 아직 없어 다른 네임스페이스에서 검증됨

view-drift = 드리프트
view-drift-deleted = 삭제됨{ $by }
view-drift-changed = { $path } 값 변경됨: { $wanted } -> { $found }{ $by }
view-drift-added = { $path } 값 추가됨: { $found }{ $by }
view-drift-removed = { $path } 값 제거됨{ $by }
view-by = ({ $manager }에서)
view-by-when = ({ $when }, { $manager }에서)
view-when = ({ $when }에)
view-drift-kept = 그대로 유지
view-drift-recreated = 다시 생성
view-drift-put-back = 원래대로 되돌림

view-adopted = 소유자에게서 넘겨받음(--adopt)
view-adopted-gone = 이 랩의 리소스가 아니지만 삭제(--adopt)
view-forced = 다른 필드 관리자의 필드를 넘겨받음(--force-conflicts)
view-taken = 함께 사용하는 곳이 있지만 진행(--force-shared)
view-replaced = 삭제하고 다시 생성(--replace)
view-by-hand = 컨트롤러가 하는 순서대로 직접 삭제(--without-controller)
view-taken-back = 참가자에게서 그 안의 권한과 함께 회수(--take-back)

view-refused-foreign = 이 랩의 리소스가 아닙니다({ $owner }). 넘겨받으려면: --adopt
view-refused-replace = 삭제하지 않고는 변경할 수 없습니다({ $fields }). 삭제하고 다시 생성하려면: --replace
view-refused-shared = 함께 사용하는 곳이 있으며, 그곳에서는 더 이상 사용할 수 없게 됩니다: { $users }. 그래도 진행하려면: --force-shared
view-refused-unread = 함께 사용하는 곳이 있는지 읽을 수 없습니다: { $why }. 그래도 진행하려면: --force-shared
view-refused-controller = 끝없이 기다리게 됩니다: { $why }. 다음과 같이 조치하고 다시 삭제하세요: { $remedy }. 또는 컨트롤러가 만든 것을 컨트롤러 없이 삭제하려면: --without-controller
view-refused-autoscaled = 수평 오토스케일러 { $name }에서 파드 수를 정합니다. 오토스케일러의 범위를 바꾸거나 먼저 삭제하세요
view-conflict = 충돌
view-conflict-changed = { $manager }에서 { $field }의 값을 변경했습니다(현재 { $found }).
view-conflict-changed-when = { $when }에 { $manager }에서 { $field }의 값을 변경했습니다(현재 { $found }).
view-conflict-removed = { $manager }에서 { $field }의 값을 제거했습니다.
view-conflict-removed-when = { $when }에 { $manager }에서 { $field }의 값을 제거했습니다.
view-conflict-keep = { $found }개로 유지하려면: `lab2048 scale --replicas { $found }`.
view-conflict-back = { $wanted } 값으로 되돌리려면: --force-conflicts
view-conflict-remove = 제거하려면: --force-conflicts

view-checks = 검사
view-well = 정상 { $count }개
view-errors = 오류 { $count }개
view-warnings = 경고 { $count }개
view-unchecked = 확인하지 못함 { $count }개
view-unchecked-why = 확인하지 못함: { $ids }({ $reason })
view-more = 설명
view-nothing-wrong = 문제가 없습니다.
view-possible = 랩을 만들 수 없게 하는 문제는 없습니다. 위의 { $warnings }를 확인하세요.
view-impossible = 지금 상태로는 랩이 동작할 수 없습니다. 위의 { $errors }를 해결하세요.

view-remedy-here = 샌드박스에서는: `lab2048 sandbox mend { $names }`
view-remedy-here-and-aws = 샌드박스에서는: `lab2048 sandbox mend { $names }`; AWS에서는: { $remedy }
view-remedy-served = { $remedy } (샌드박스에서는 `lab2048 sandbox serve`에서 출력하는 설정으로)
view-remedy-controller = `lab2048 sandbox mend { $names }` 명령으로 샌드박스의 컨트롤러를 복구하세요

view-error = 오류
view-caused-by = 원인
view-left-behind = 남은 것
view-leaves-nothing = 이 단계에서 생긴 것은 없습니다
view-leaves-free = 이미 만들어진 것은 삭제할 때까지 남습니다
view-leaves-something = 이미 만들어진 것은 남아 있으며, 삭제할 때까지 비용이 듭니다
view-leaves-unknown = 알 수 없음: 호출이 반영되었을 수도, 아닐 수도 있습니다

view-stopped = 첫 변경 전에 중지했습니다: 위의 { $findings }({ $marks })
view-would-stop = `{ $verb }` 명령은 첫 변경 전에 중지됩니다: 위의 { $findings }({ $marks })
view-stop-flags = 모두 진행하려면 필요한 옵션: { $flags }
view-not-ours = 이 랩의 리소스가 아닌 것 { $count }개: { $things }. 넘겨받으려면: --adopt
view-not-ours-gone = 이 랩의 리소스가 아닌 것 { $count }개: { $things }. 그래도 삭제하려면: --adopt
view-owned = { $nodes }({ $owner })
view-nothing-changed = 아무것도 바꾸지 않았습니다.
view-nothing-changed-looked = 아무것도 바꾸지 않았습니다. `{ $verb }` 명령도 아무것도 바꾸지 않습니다.

view-interrupted = 중단되었습니다. 이미 만들어진 것은 남아 있으며, 삭제할 때까지 비용이 계속 듭니다.
view-interrupted-free = 중단되었습니다. 이미 만들어진 것은 삭제할 때까지 남습니다.
view-interrupted-gone = 중단되었습니다. 아직 삭제되지 않은 것은 남아 있으며, 삭제할 때까지 비용이 계속 듭니다.
view-interrupted-gone-free = 중단되었습니다. 아직 삭제되지 않은 것은 삭제할 때까지 남습니다.
view-again = 같은 명령을 다시 실행하면 여기서부터 이어서 진행합니다. 만들어진 것을 삭제하려면: `lab2048 destroy`
view-again-gone = 같은 명령을 다시 실행하면 여기서부터 이어서 진행합니다.

view-kind-balancer = 로드 밸런서
    .many = 로드 밸런서
view-kind-untagged-balancer = 태그 없는 로드 밸런서
    .many = 태그 없는 로드 밸런서
view-kind-target-group = 대상 그룹
    .many = 대상 그룹
view-kind-security-group = 보안 그룹
    .many = 보안 그룹
view-kind-shared-security-group = 공유 보안 그룹
    .many = 공유 보안 그룹
view-kind-profile = Fargate 프로파일
    .many = Fargate 프로파일
view-kind-role = 역할
    .many = 역할
view-kind-access-entry = 액세스 항목
    .many = 액세스 항목
view-kind-namespace = 네임스페이스
    .many = 네임스페이스
view-looked-for = { $kinds } 확인
view-none-left = 남은 것 없음
view-left = { $count }개 남음
view-not-known = 알 수 없음({ $reason })
view-costs-ended = 이제 비용이 발생하지 않습니다.
view-costs-in-part = 계획에서 남겨 둔 것에는 비용이 계속 들 수 있습니다.
view-left-over = 랩의 리소스 중 다음이 남아 있습니다.
view-costs-daily = 하루 비용 { $dollars }
view-left-of-controller = 컨트롤러가 만든 것을 모두 삭제하려면: { $command }

view-plan-of = { $made }에 `{ $command }` 명령으로 만든 계획입니다.

view-dns = DNS 설정
view-dns-record = 게임의 이름이 ALB를 가리켜야 합니다. 필요한 레코드:

view-world = { $cluster }({ $region }, 계정 { $account }, 샌드박스)
view-world-time = 시각
view-world-speed = { $now }, 실제보다 { $speed }배 빠름
view-world-ahead = 실제 시각보다 { $ahead } 앞섭니다. 리소스의 나이는 이 시각 기준입니다
view-world-broken = 고장
view-world-throttled = 요청 제한
view-world-requests = 요청 { $count }개
view-world-role = 역할
view-world-policies = { $role }, 정책 { $count }개
view-world-balancer = 로드 밸런서
view-world-targets = 대상 그룹
view-world-no-targets = 대상 없음
view-world-firewall = 보안 그룹
view-world-profile = 프로파일
view-world-profile-for = { $name } { $status }, 네임스페이스 { $namespaces }
view-world-access = 액세스 항목
view-world-namespace = 네임스페이스
view-world-nodes = 노드
view-world-nodes-of = EC2 { $ec2 }개, Fargate { $fargate }개
