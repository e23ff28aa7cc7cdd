# 수업의 랩들: `fleet plan`, `apply`, `status`, `destroy`, `init`.

fleet-labs = 랩 { $count }개
fleet-clusters = 클러스터 { $count }개
fleet-counted = { $word } { $count }개
fleet-names-more = { $names } 외 { $count }개

fleet-waiting = 대기 중
fleet-under-way = 진행 중
fleet-done = 완료
fleet-failed = 실패
fleet-held = 시작 안 함
fleet-possible = 가능
fleet-not-possible = 불가능
fleet-as-wanted = 원하는 상태
fleet-not-as-wanted = 원하는 상태 아님
fleet-absent = 없음
fleet-ready = 준비됨
fleet-stopped = 중지됨
fleet-not-ready = 준비되지 않음
fleet-deleting = 삭제 중
fleet-unreadable = 읽을 수 없음
fleet-starting = 시작 중

fleet-to-create = { $count }개 생성
fleet-to-update = { $count }개 변경
fleet-to-replace = { $count }개 교체
fleet-to-delete = { $count }개 삭제

fleet-head-lab = 랩
fleet-head-cluster = 클러스터
fleet-head-state = 상태
fleet-head-time = 시간
fleet-head-result = 결과

fleet-label-shared = 공유
fleet-label-own = 추가 열
fleet-label-plan = 계획
fleet-label-cost = 비용

fleet-heading = { $roster } 명단의 { $labs }({ $clusters })
fleet-shared-profile = 프로파일 { $profile }({ $labs })
fleet-shared-balancers = 로드 밸런서 { $count }개(랩마다 포트 하나)
fleet-own-columns = { $columns }(그대로 표시)
fleet-by-plan = { $file }({ $ago } 작성): 그 뒤에 달라진 것은 건드리지 않습니다
fleet-not-in-file = 읽지 못한 { $labs } 제외: { $names }
fleet-lab-gone = { $lab } 삭제됨
fleet-lab-ready = { $lab } 준비됨
fleet-lab-failed = { $lab } 실패
fleet-so-far = { $labs } 중 { $counts }
fleet-sum = { $labs } 중 { $counts }.
fleet-sum-in = { $labs } 중 { $counts }, { $took } 소요.
fleet-cost = AWS 요금 기준 시간당 약 { $hourly }, 하루 약 { $daily }
fleet-hints = 힌트 { $count }개
fleet-lesson-solved = { $lesson }: { $took } 만에 { $points }점, { $hints }
fleet-lesson-under-way = { $lesson }: { $took }째 진행 중, { $hints }

fleet-watching = { $seconds }초마다 다시 조회합니다(Ctrl-C로 종료)
fleet-stopping = 중지 중: 새 랩은 시작하지 않고, 진행 중인 랩이 끝나기를 기다립니다(Ctrl-C 한 번 더: 기다리지 않음)
fleet-making-shared = 랩들이 공유하는 리소스를 만드는 중
fleet-removing-shared = 랩들이 공유하는 리소스를 삭제하는 중

fleet-phase-reading = 조회 중
fleet-phase-settling = 노드 안정화 대기 중
fleet-phase-leftovers = 남은 리소스 찾는 중
fleet-waits-for = { $node } 대기 중
fleet-after = { $holder } 다음
fleet-place-after = { $place }번째 차례, { $holder } 다음
fleet-left-item = { $name }(이유: { $reason })
fleet-left-over = 남은 리소스: { $items }
fleet-no-cause = 원인을 알 수 없음
fleet-lab-not-planned = 계획에 없는 랩입니다

fleet-not-begun = 시작 안 함: { $why }
fleet-barred-canary = 시작 안 함: 같은 클러스터의 첫 랩이 실패했습니다
fleet-barred-failures = 시작 안 함: 실패한 랩이 너무 많습니다
fleet-barred-stopped = 시작 안 함: Ctrl-C로 중지했습니다
fleet-barred-ground = 시작 안 함(공유 프로파일 { $profile }): { $what }
fleet-no-profile-left = 이 랩의 프로파일을 만들 수 없습니다. { $cluster } 클러스터에는 { $most }개까지 만들 수 있는데, 이미 { $there }개가 있고 나머지는 앞의 랩들이 사용합니다. 프로파일 하나를 공유하세요(환경 shared-cluster)

fleet-ground = 프로파일 { $profile }({ $labs }): { $what }
fleet-ground-of-others = 이 수업의 것이 아니므로 있는 그대로 사용합니다
fleet-ground-there = 이미 있습니다
fleet-ground-not-there = 없습니다
fleet-ground-made-first = 가장 먼저 만듭니다
fleet-ground-removed-last = 마지막에 삭제합니다
fleet-ground-made = 만들었습니다
fleet-ground-removed = 삭제했습니다
fleet-ground-unread = 읽을 수 없습니다: { $why }
fleet-ground-moved = 계획과 다릅니다: { $moved }
fleet-ground-unfinished = 원하는 상태가 되지 않았습니다: { $why }
fleet-not-in-plan = 계획에 없습니다
fleet-stays-not-chosen = 남겨 둡니다. 명단의 랩 중 일부만 선택했습니다
fleet-stays-in-use = 남겨 둡니다. 이 프로파일을 사용하는 랩이 아직 남아 있습니다

fleet-head-limit = 항목
fleet-head-where = 위치
fleet-head-allowed = 한도
fleet-head-in-use = 사용 중
fleet-head-new = 추가
fleet-head-room = 여유
fleet-limit-profiles = Fargate 프로파일
fleet-limit-addresses = 파드용 주소
fleet-limit-listeners = ALB의 리스너
fleet-limit-balancers = 로드 밸런서
fleet-limit-target-groups = 대상 그룹
fleet-limit-vcpus = Fargate vCPU 수
fleet-balancer-in = { $cluster } 클러스터의 ALB { $name }
fleet-region-of = { $region }(계정 { $account })
fleet-enough = 충분
fleet-too-little = 부족
fleet-not-known = 알 수 없음
fleet-share-profile = 프로파일 하나를 공유하거나(환경 shared-cluster) 할당량 증가를 요청하세요: `{ $command }`
fleet-more-addresses = 클러스터에 서브넷을 추가하거나(보조 CIDR로도 가능) 랩의 파드 수를 줄이세요(app.replicas)
fleet-spread-listeners = ingress.port를 지정하지 마세요. 그러면 필요할 때 ALB를 하나 더 사용합니다. 또는 랩을 여러 그룹으로 나누세요(ingress.group)
fleet-share-balancers = 랩들이 로드 밸런서를 공유하게 하거나(`--set ingress.group=class`) 할당량 증가를 요청하세요: elasticloadbalancing의 할당량 L-53DA6B97
fleet-fewer-target-groups = 사용하지 않는 대상 그룹을 삭제하거나 할당량 증가를 요청하세요: elasticloadbalancing의 할당량 L-B22855CB
fleet-ask-vcpus = 조회하지 않았습니다. `{ $command }` 명령으로 할당량을 확인하세요
fleet-label-queue = 대기
fleet-label-expected = 예상
fleet-queue = { $cluster } 클러스터의 { $labs }: 프로파일을 하나씩 차례로 만들며, 마지막 프로파일은 { $last } 뒤에 만들어집니다
fleet-until-ready = 모두 준비될 때까지 약 { $total }

fleet-fill-in = 이름을 채운 뒤 `{ $command }` 명령으로 확인하세요. 열을 추가할 수 있으며, 열 제목은 app.replicas나 cluster.name 같은 환경의 키이거나 직접 정한 이름입니다.

# 터미널에서 보는 진행 중인 수업.

fleet-head-stage = 단계
fleet-turn = { $place }번째 차례
fleet-more = … 외 { $count }개: { $parts }
fleet-whole = { $labs } 중 { $done }개
fleet-whole-so = { $labs } 중 { $word } { $done }개
fleet-about-to-end = 곧 끝남
