# `sandbox`: 샌드박스에 한 일, 그리고 밖에서 접속하는 방법.

world-advanced = 샌드박스 시간이 { $time } 지나 지금은 { $now }입니다.
world-new = 새 샌드박스를 시작했습니다. 실습 장과 같은 클러스터({ $cluster })가 있고, 랩의 리소스는 없습니다.
world-new-many = 새 샌드박스를 시작했습니다. 실습 장과 같은 클러스터 { $count }개({ $names })가 있고, 랩의 리소스는 없습니다.

world-now-broken = 고장
world-broke = 고장({ $breakage }): { $feeling }
world-broken-already = 이미 고장 나 있습니다: { $breakage }
world-mended = 복구({ $breakage }): { $fault }
world-nothing-broken = 고장 난 것이 없습니다.

world-served = 샌드박스의 주소는 { $url }입니다. AWS CLI, kubectl, 브라우저로 접속할 수 있으며 Ctrl-C로 종료합니다.
world-served-elsewhere = 다른 터미널에서 다음을 실행하세요:
world-served-game = 랩이 준비된 뒤 게임을 열려면: lab2048 open
world-served-clock = 샌드박스의 시계는 실제보다 빠릅니다. 그래서 kubectl에서 이 컴퓨터의 시계로 계산하는 AGE는 <invalid>로 표시됩니다.
world-served-no-more = 제공을 끝냈습니다. 샌드박스는 그대로 남아 있습니다.

# 고장을 모르는 사람이 느끼는 증상: 원인은 알려 주지 않습니다.

world-feeling-lbc-absent = 인그레스에 주소가 생기지 않는데, 아무도 이유를 알려 주지 않습니다
world-feeling-lbc-denied = 아무리 기다려도 로드 밸런서가 생기지 않습니다
world-feeling-lbc-identity = 자격 증명을 준 사람이 없는데, 인그레스는 자격 증명이 문제라고 합니다
world-feeling-lbc-cluster = 컨트롤러는 실행 중인데, 눈앞에 있는 것을 찾지 못합니다
world-feeling-lbc-namespace = 인그레스는 있는데 아무 일도 일어나지 않습니다. 이벤트조차 없습니다
world-feeling-class-missing = 어제 되던 것이 오늘은 거부됩니다
world-feeling-webhook-down = 아무 문제 없는 서비스를 클러스터가 거부합니다
world-feeling-webhook-certificate = 클러스터와 컨트롤러가 더 이상 서로를 신뢰하지 않습니다
world-feeling-no-nat = 노드가 생기고 그 위에 파드도 있는데, 거기서 더 나아가지 않습니다
world-feeling-public-subnets = 어떤 서브넷도 Fargate의 마음에 들지 않는 것 같습니다
world-feeling-untagged-subnets = 동작은 하는데, 어디에 만들지를 컨트롤러는 어떻게 알까요?
world-feeling-no-free-ips = 클러스터가 꽉 찬 것 같지만, 사실은 그렇지 않습니다
world-feeling-one-zone = 서브넷이 충분한데도 여전히 모자랍니다
world-feeling-dns-off = 머신은 시작되는데 끝내 도착하지 않습니다
world-feeling-firewall = 파드는 멀쩡한데, 아무도 파드에 닿지 못합니다
world-feeling-image-missing = 파드가 시작을 되풀이하지만, 한 번도 실행되지 않습니다
world-feeling-image-arm = 이미지는 있는데 쓸모가 없습니다
world-feeling-pull-limit = 참가자 절반까지는 잘되었습니다
world-feeling-profile-failed = 프로파일이 만들어지고, 기다리다, 결국 포기합니다
world-feeling-stale-access-entry = 모든 것이 제대로인데 머신이 오지 않습니다
world-feeling-pod-quota = 파드가 머신을 기다리는데, 이 계정은 그 머신을 가질 수 없습니다
world-feeling-quota = 하나를 더 만들 자리가 없습니다
world-feeling-throttling = 오늘은 AWS의 기분이 좋지 않습니다
world-feeling-no-access = 문은 잠겨 있는데, 열쇠는 맞는 열쇠입니다
world-feeling-service-selector = 파드는 실행 중인데, 페이지에는 오류가 나옵니다
world-feeling-health-path = 로드 밸런서가 멀쩡한 파드를 비정상으로 봅니다
world-feeling-alb-deleted = Kubernetes에는 주소가 있는데, 인터넷에는 없습니다
world-feeling-listener-deleted = 로드 밸런서가 활성 상태인데, 듣고 있지 않습니다

# 무엇이 잘못되었는지: 복구한 뒤에 알려 줍니다.

world-fault-lbc-absent = AWS Load Balancer Controller의 파드 수가 0으로 설정되어 있었습니다
world-fault-lbc-denied = AWS Load Balancer Controller의 IAM 역할에 권한이 부족했습니다
world-fault-lbc-identity = AWS Load Balancer Controller의 IAM 역할이 이 클러스터를 신뢰하지 않았습니다
world-fault-lbc-cluster = AWS Load Balancer Controller가 다른 클러스터의 이름으로 실행되고 있었습니다
world-fault-lbc-namespace = AWS Load Balancer Controller가 다른 네임스페이스를 지켜보고 있었습니다
world-fault-class-missing = IngressClass alb가 없었습니다
world-fault-webhook-down = AWS Load Balancer Controller의 웹훅에 엔드포인트가 없었습니다
world-fault-webhook-certificate = AWS Load Balancer Controller의 웹훅이 클러스터에서 신뢰하지 않는 인증서를 제시했습니다
world-fault-no-nat = 프라이빗 서브넷에 NAT 게이트웨이가 없어 이미지를 가져올 수 없었습니다
world-fault-public-subnets = 모든 서브넷에 인터넷 게이트웨이로 가는 경로가 있었습니다
world-fault-untagged-subnets = kubernetes.io/role 태그가 있는 서브넷이 없었습니다
world-fault-no-free-ips = 프라이빗 서브넷에 사용 가능한 주소가 없었습니다
world-fault-one-zone = 모든 서브넷이 가용 영역 하나에 있었습니다
world-fault-dns-off = VPC의 DNS 호스트 이름이 꺼져 있었습니다
world-fault-firewall = 로드 밸런서가 파드에 연결하도록 허용하는 보안 그룹 규칙이 없었습니다
world-fault-image-missing = 컨테이너 이미지가 존재하지 않았습니다
world-fault-image-arm = 컨테이너 이미지가 ARM 머신용으로만 만들어져 있었습니다
world-fault-pull-limit = 레지스트리가 NAT 게이트웨이의 주소에서 오는 이미지 요청을 더는 받아 주지 않았습니다
world-fault-profile-failed = 새 Fargate 프로파일이 CREATE_FAILED 상태로 끝났습니다
world-fault-stale-access-entry = 이름이 같지만 이미 삭제된 역할의 액세스 항목이 아직 남아 있었습니다
world-fault-pod-quota = 계정에 남은 Fargate 용량이 없었습니다
world-fault-quota = 계정에서 로드 밸런서를 더 만들 수 없었습니다
world-fault-throttling = 모든 AWS 호출이 처음 한 번은 요청 제한(throttling)에 걸렸습니다
world-fault-no-access = 호출하는 IAM 사용자나 역할을 클러스터가 알지 못했습니다
world-fault-service-selector = 누군가 랩에 있는 서비스의 셀렉터를 바꾸어 놓았습니다
world-fault-health-path = 누군가 랩의 인그레스에 다른 상태 확인 경로를 지정해 놓았습니다
world-fault-alb-deleted = 누군가 랩의 로드 밸런서를 직접 삭제했습니다
world-fault-listener-deleted = 누군가 랩의 로드 밸런서에서 리스너를 직접 삭제했습니다
