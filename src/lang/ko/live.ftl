# 진행 화면과 진행 기록.

phase-reading = AWS와 클러스터 조회 중
phase-settling = 파드와 노드가 1:1이 될 때까지 대기 중
phase-leftovers = 남은 리소스가 있는지 찾는 중

live-after = 먼저 { $nodes }
live-more = … 외 { $count }개
live-usually = 보통 { $time }
live-longer = 평소보다 오래 걸림
live-steps = 전체 { $planned }단계 중 { $done }단계
live-left = 약 { $time } 남음
live-left-late = 약 { $time } 남음, 길면 { $late }
live-done-soon = 곧 끝남
live-retry = { $why }, 다시 시도 중
live-call-failed = 호출 실패, 다시 시도 중: { $cause }

pod-waits = Fargate 노드 대기
pod-pulls = 이미지 가져오는 중
pod-starts = 시작 중
pod-ready = 준비됨
pod-stops = 종료 중, 노드도 사라짐
pod-place = { $zone }, { $subnet }의 { $node }

line-wait-game = 게임 응답 기다리는 중
line-wait-gone = { $node } 삭제 기다리는 중
line-wait = { $node } 기다리는 중
line-progress = { $node }: { $stage }
line-again = { $node }: { $why }, { $time } 뒤 다시 시도{ $raw }
line-call-failed = 호출 실패
line-not-started = { $node } 시작하지 않음
line-not-started-needs = { $node } 시작하지 않음({ $needed } 필요)
line-failed = { $node } 실패
line-failed-why = { $node } 실패: { $why }
line-superseded = 다른 실행이 이 랩을 변경하고 있었습니다. 다시 조회합니다
line-overruled = 디플로이먼트 { $name }의 파드 수가 이번 실행의 { $count }개에서 { $now }개로 바뀌었습니다
line-overruled-by = 디플로이먼트 { $name }의 파드 수가 이번 실행의 { $count }개에서 { $now }개로 바뀌었습니다({ $author }에서)
line-overruled-meanwhile = 그동안 다른 곳에서 변경했습니다: { $what }
line-stop-1 = 중지 중: 새 단계는 시작하지 않고, 진행 중인 단계가 끝나기를 기다립니다(Ctrl-C 한 번 더: 기다리지 않음)
line-stop-2 = 중지 중: 더 기다리지 않습니다(Ctrl-C 한 번 더: 즉시 종료)
line-stop-3 = 즉시 중지합니다

step-silent = API 응답 대기 중
step-stage = { $stage }: { $cause }
step-still = 아직 { $stage }, 최대 { $limit } 중 { $elapsed } 경과
step-still-why = 아직 { $stage }, 최대 { $limit } 중 { $elapsed } 경과: { $cause }
step-new-role = 새 역할이 AWS 전체에 아직 반영되지 않음(보통 몇 초 걸림)
step-new-change = 방금 한 변경이 AWS 전체에 아직 반영되지 않음(보통 몇 초 걸림)
step-unbegun = { $node } 시작하지 않음
step-unawaited = { $node } 기다리지 않음
step-unawaited-at = { $node } 기다리지 않음(아직 { $stage })
step-unawaited-aws = { $node } 기다리지 않음(AWS에서 아직 { $stage })
step-answer-late = 아직 응답이 없어 다시 시도 중: { $cause }

queue-holder = { $holder }에서 사용 중
queue-holder-since = { $holder }에서 사용 중({ $since }부터)
queue-place = { $place } 차례: { $holder }
queue-waiting = { $node } 기다리는 중: { $holder }
queue-waiting-place = { $node } 기다리는 중, { $place } 차례: { $holder }
queue-unordered = { $waiting }; 대기 순서를 알 수 없음: { $why }
