# 실행의 끝, 다음에 할 수 있는 일, 질문.

end-done = 완료
end-unfinished = 끝나지 않음
end-head = { $word }: { $counts }, { $took } 소요.
end-took-sandbox = 샌드박스 시간으로 { $took }(실제 { $real })
end-one-by-one = 전체 { $took }, 손으로 한 단계씩 했다면 { $sum }
end-nothing = 변경 없음
end-created = { $count }개 생성
end-changed = { $count }개 변경
end-replaced = { $count }개 교체
end-deleted = { $count }개 삭제
end-part = { $planned }개 중 { $done }
end-time = 시간
end-requests = 요청

gone-label = 사라짐
gone-pod-node = { $pod }, 노드 { $node }

next-label = 다음
next-open = 브라우저에서 게임 열기
next-status = 랩의 현재 상태
next-scale-more = 파드 늘리기(파드마다 Fargate 노드 하나)
next-scale = 파드 수 바꾸기(노드 수도 바뀜)
next-destroy = 모두 다시 삭제
next-again = 랩을 다시 만들기
next-up = 랩 만들기
next-up-or-mend = 랩을 만들거나 환경 설정에 맞추기
next-would = 생성될 리소스 보기
next-why = 준비되지 않은 이유 보기
next-carry-out = 이 계획 실행
next-remove = 삭제 실행
next-show = 다시 보기
next-lesson-check = 아직 목표와 다른 점 보기
next-lesson-hint = 힌트 3개 중 하나(개당 20점 감점)
next-plan-file = 바뀐 것이 없으면 이 계획 실행
next-plan-file-labs = 바뀐 것이 없는 랩마다 이 계획 실행
next-plan-made-with = 계획을 만들 때와 같은 옵션으로 실행
next-plan-anew = 바뀐 랩의 계획 새로 만들기
next-job-status = 인덱스별, 랩별 진행 상황
next-job-delete = Job과 결과 삭제(랩은 남음)
next-access-yaml = 네임스페이스와 그 안의 권한 적용
next-access-json = 전체 내용과 각자에게 필요한 AWS 권한
next-lesson-start = 새 샌드박스에서 과제 하나 시작
next-lesson-list = 다른 과제 보기
next-lesson-about = 관련 설명 보기

ask-go-on = 실행할까요? [y/N]
ask-remove = 삭제하려면 { $lab } 입력:
ask-only-sandbox = 아래 주소는 샌드박스에만 있습니다. 브라우저에서 게임을 열려면: `{ $command }`
ask-sandbox = 여기는 샌드박스입니다. 이 프로그램 안에 있는 가상의 AWS 리전이며, 실제보다 { $speed }배 빠르고 비용이 들지 않습니다. 실제 AWS에서는: `lab2048 apply -e workshop`
ask-not-confirmed = 승인하지 않음
ask-not-typed = 랩 이름(`{ $lab }`)을 입력하지 않음
ask-other-name = 입력한 이름(`{ $answer }`)이 랩의 이름(`{ $lab }`)과 다름
ask-nothing-changed = { $why }: 아무것도 바꾸지 않았습니다.

open-serving = Ctrl-C를 누를 때까지 게임을 제공합니다.
open-cloud9 = Cloud9에서는 { $url } 주소를 여세요(또는 메뉴 Preview > Preview Running Application을 선택한 뒤 새 창으로 여는 버튼을 누르세요).
open-cloud9-menu = Cloud9에서는 메뉴 Preview > Preview Running Application에서 새 창으로 여는 버튼을 누르고, 그 주소 뒤에 { $path } 경로를 붙이세요.
open-cloud9-port = Cloud9는 포트 8080, 8081, 8082만 보여 줍니다: `{ $command }`
open-editor = 이 편집기에서는 { $url } 주소로 엽니다
open-cloudshell = CloudShell은 그 안에서 실행 중인 웹 페이지를 보여 주지 않습니다. AWS에서는 어느 브라우저로나 열 수 있는 주소가 생깁니다: `{ $command }`
open-ssh = 브라우저가 있는 컴퓨터에서 `{ $command }` 명령을 실행한 뒤(HOST는 이 컴퓨터의 이름) 그곳에서 위 주소를 여세요.

open-answers-but = 로드 밸런서가 응답하지만 문제가 있습니다: { $why }
open-dns = DNS에서 게임의 이름이 로드 밸런서를 가리켜야 합니다. 필요한 레코드:
open-internal = 로드 밸런서가 내부용(internal)입니다. VPC 안의 클라이언트만 접속할 수 있습니다.
open-header = `{ $header }` 헤더가 있는 요청만 도달하는데, 브라우저는 이 헤더를 보내지 않습니다.
open-host = { $name } 이름으로 요청합니다. AWS에서는 DNS에서 이 이름이 로드 밸런서를 가리켜야 합니다.
open-no-browser = 브라우저를 시작하지 못했습니다. 위의 주소를 브라우저에서 여세요.

policy-bound = 위의 역할은 그룹 { $group }에 바인딩되어 있습니다. 액세스 항목으로 사용자를 이 그룹에 넣으려면:

# The report for others, and spans for collectors.
report-written = 보고서의 이름, 계정, 주소, 토큰은 별칭으로 바꾸었습니다. 다른 사람에게 보내기 전에 한 번 읽어 보세요.
report-written-without = 랩을 조회하지 못해 보고서에 랩의 상태가 없습니다: { $cause }
telemetry-off = 스팬을 보내지 않습니다: { $cause }
telemetry-lost = 이번 실행의 스팬이 전달되지 않았습니다: { $cause }
telemetry-variable = { $variable } 변수의 값을 사용할 수 없습니다: { $value }
telemetry-unreachable = 수집기에 연결할 수 없습니다({ $cause })
telemetry-timed-out = 수집기가 제시간에 응답하지 않았습니다
telemetry-refused = 수집기가 HTTP { $status } 상태로 응답했습니다
