# 모든 화면에서 쓰는 이름과 동작.

node-role = 역할 { $name }
node-profile = 프로파일 { $name }
node-access-entry = 액세스 항목 { $name }
node-namespace = 네임스페이스 { $name }
node-service = 서비스 { $name }
node-ingress = 인그레스 { $name }
node-deployment = 디플로이먼트 { $name }
node-balancer = 로드 밸런서 { $name }
node-targets = 대상 { $name }
node-object = { $kind } { $name }
node-proof = 게임
node-lock = 이 랩의 잠금

kind-role = 역할
kind-profile = 프로파일
kind-access-entry = 액세스 항목
kind-namespace = 네임스페이스
kind-service = 서비스
kind-ingress = 인그레스
kind-deployment = 디플로이먼트
kind-balancer = 로드 밸런서
kind-targets = 대상
kind-proof = 응답 확인

op-create = { $node } 생성
op-update = { $node } 변경
op-replace = { $node } 교체
op-delete = { $node } 삭제

done-create = { $node } 생성됨({ $time })
done-update = { $node } 변경됨({ $time })
done-replace = { $node } 교체됨({ $time })
done-delete = { $node } 삭제됨({ $time })
done-none = { $node } 준비됨({ $time })
done-gone = { $node } 사라짐({ $time })
done-taken = { $node } 획득함({ $time })
done-answers = { $node } 응답함({ $time })

table-name = 이름
table-now = 상태
table-title = 제목
table-about = 설명
table-topics = 관련 설명
table-target = 배포 위치
table-state = 상태
table-from = 출처
table-key = 키
table-value = 값
table-check = 검사
table-feeling = 증상
