# 검사 결과: 무엇을 보았고, 무엇이 보였고, 어떻게 하면 되는지.

check-unseen = 확인할 수 없음: { $what }
check-container = { $owner }의 컨테이너 { $name }
check-and-more = { $name } 외 { $more }개

check-what-subnets = 서브넷
check-what-private-subnets = 어느 서브넷이 프라이빗인지
check-what-route-table = 서브넷의 라우팅 테이블
check-what-nat-gateway = 서브넷의 NAT 게이트웨이
check-what-zone-kind = 영역의 종류
check-what-vpc = VPC 정보
check-what-dns-resolution = VPC의 DNS 확인 설정
check-what-dns-hostnames = VPC의 DNS 호스트 이름 설정
check-what-profiles = Fargate 프로파일
check-what-access-entry = 역할의 액세스 항목
check-what-role = 파드 실행 역할
check-what-daemon-sets = DaemonSet 목록
check-what-network-plugin = 네트워크 플러그인
check-what-autoscalers = 오토스케일러
check-what-budgets = 중단 예산(PodDisruptionBudget)
check-what-nodes = 노드
check-what-containerd = 노드의 containerd 버전
check-what-balancing-limits = 로드 밸런서 할당량
check-what-balancing-use = 사용 중인 로드 밸런서 수
check-what-balancer = ALB 상태
check-what-caller = 호출자의 신원
check-what-coredns = CoreDNS 상태
check-what-controller = 로드 밸런서 컨트롤러
check-what-controller-arguments = 컨트롤러의 인수
check-what-leader-lease = 컨트롤러의 리더 리스(lease)
check-what-webhook = 컨트롤러의 웹훅
check-what-class = 인그레스의 IngressClass
check-what-class-params = 클래스의 IngressClassParams

check-subnets-elsewhere = 파드용으로 지정한 서브넷이 클러스터의 VPC에 없습니다
check-subnets-elsewhere-remedy = fargate.subnets 값을 고치거나 `auto`로 두세요
check-no-private-subnet = VPC에 프라이빗 서브넷이 없습니다. Fargate 파드에는 프라이빗 서브넷이 필요합니다
check-none-private = VPC의 서브넷 { $count }개 중 프라이빗 서브넷 없음
check-no-private-subnet-remedy = 라우팅 테이블에 NAT 게이트웨이 경로가 있고 인터넷 게이트웨이 경로가 없는 서브넷을 만드세요(C8)
check-public-subnets = Fargate 파드는 퍼블릭 서브넷에서 실행되지 않습니다
check-public-routes = 인터넷 게이트웨이로 가는 경로가 있는 서브넷: { $subnets }
check-public-subnets-remedy = fargate.subnets에 프라이빗 서브넷을 지정하거나 `auto`로 두세요
check-subnets-unavailable = 파드가 쓸 서브넷을 아직 사용할 수 없습니다
check-private-subnets = 파드가 쓸 프라이빗 서브넷 { $count }개

check-nat-missing = { $subnet }: { $gateway } 게이트웨이가 더 이상 없음
check-nat-state = { $subnet }: { $gateway } 게이트웨이가 { $state } 상태
check-nat-state-because = { $subnet }: { $gateway } 게이트웨이가 { $state } 상태: { $reason }
check-nat-private = { $subnet }: { $gateway } 게이트웨이는 인터넷에 연결되지 않는 프라이빗 NAT 게이트웨이
check-nat-black-hole = { $subnet }: { $gateway } 게이트웨이로 가는 경로가 끊어짐(블랙홀)
check-no-way-out = { $subnet }: 외부로 나가는 경로 없음
check-way-through = { $subnet }: { $gateway } 경유
check-no-pull = 인터넷으로 나가는 경로가 없어 일부 서브넷의 파드가 이미지를 가져올 수 없습니다: { $image }
check-no-pull-remedy = `aws ec2 create-nat-gateway` 명령으로 NAT 게이트웨이를 만들고 0.0.0.0/0 경로를 연결하세요. 또는 이미지를 ECR에 두고 ecr.api, ecr.dkr, s3, sts용 VPC 엔드포인트를 만드세요
check-pull-unclear = 외부로 나가는 경로가 NAT 게이트웨이가 아니어서, 파드가 이미지를 가져올 수 있는지 알 수 없습니다: { $image }
check-pull-unclear-remedy = 이 경로가 인터넷으로 이어지는지 네트워크 담당자에게 확인하세요
check-way-out = 파드가 쓸 모든 서브넷에 작동하는 NAT 게이트웨이가 있습니다

check-free-addresses = 파드 { $pods }개가 쓸 주소 { $free }개 남음
check-free-in-subnet = { $subnet }: { $count }개 남음
check-addresses-tight = { $subnet }: 남은 주소는 { $left }개인데, 파드 { $pods }개를 롤아웃하려면 최대 { $needed }개가 필요합니다
check-addresses-tight-in-more = { $subnet }: 남은 주소는 { $left }개인데, 파드 { $pods }개를 롤아웃하려면 최대 { $needed }개가 필요합니다(다른 서브넷 { $more }개도 부족)
check-addresses-remedy = 안 쓰는 주소를 비우거나, fargate.subnets에 서브넷을 추가하거나(보조 CIDR의 서브넷도 가능), 파드 수를 줄이세요

check-other-zones = Fargate 파드는 일반 가용 영역에서만 실행됩니다
check-on-outpost = { $subnet }: Outpost에 있음
check-in-local-zone = { $subnet }: 로컬 영역 { $zone }에 있음
check-in-wavelength-zone = { $subnet }: Wavelength 영역 { $zone }에 있음
check-other-zones-remedy = 이 서브넷을 fargate.subnets에서 빼세요
check-ordinary-zones = 파드가 쓸 서브넷이 모두 가용 영역에 있습니다

check-dns-on = VPC의 DNS 확인과 DNS 호스트 이름이 켜져 있습니다
check-dns-off = VPC의 DNS 설정이 꺼져 있어 Fargate 노드가 클러스터를 찾을 수 없습니다

check-own-daemon-sets = 랩에 Fargate에서 실행되지 않는 DaemonSet이 있습니다
check-own-daemon-sets-remedy = DaemonSet 대신 각 파드의 사이드카 컨테이너로 실행하세요
check-no-daemon-set = 게임과 함께 실행해야 하는 DaemonSet은 없습니다
check-other-daemon-sets = DaemonSet은 Fargate 노드에서 실행되지 않으므로, 클러스터의 DaemonSet은 게임의 파드를 다루지 못합니다
check-other-daemon-sets-remedy = 게임을 위해 할 일은 없습니다. Fargate 파드의 로그는 `lab2048 explain C3`에서 확인하세요

check-none-privileged = 권한 있는 컨테이너(privileged)가 없습니다
check-privileged = 권한 있는 컨테이너(privileged)는 Fargate에서 시작되지 않습니다
check-privileged-remedy = 템플릿에서 securityContext.privileged 설정을 지우세요

check-no-host-access = 호스트의 포트나 네트워크를 쓰는 파드가 없습니다
check-host-access = Fargate 파드에는 포트나 네트워크를 빌려 쓸 호스트가 없습니다
check-host-access-remedy = hostPort, hostNetwork, hostPID, hostIPC 설정을 지우세요. ALB는 파드 자체의 주소로 요청을 보냅니다

check-no-gpu = GPU를 요청하는 파드가 없습니다
check-gpu = Fargate에는 GPU가 없습니다
check-gpu-remedy = GPU 요청을 지우거나, GPU가 있는 EC2 노드에서 파드를 실행하세요

check-no-metadata = 인스턴스 메타데이터에 의존하는 파드가 없습니다
check-metadata = Fargate 파드에서 쓸 수 없는 인스턴스 메타데이터를 요청하는 컨테이너가 있습니다
check-metadata-remedy = 리전 등의 값은 환경 변수로, 자격 증명은 서비스 계정의 역할(IRSA)로 전달하세요

check-other-network-plugin = VPC CNI가 아닌 네트워크 플러그인이 실행 중입니다. Fargate 파드는 VPC CNI만 사용합니다
check-other-network-plugin-remedy = 이 플러그인의 네트워크 정책과 오버레이는 게임의 파드에 적용되지 않습니다
check-vpc-cni = VPC CNI 외에 다른 네트워크 플러그인이 보이지 않습니다
check-no-aws-node = aws-node DaemonSet 없음. Fargate에는 VPC CNI가 내장되어 있음

check-volumes-refused = Fargate 파드에는 EBS, 호스트, 그 밖의 블록 볼륨을 탑재할 수 없습니다
check-volume-refused = { $object }: 볼륨 { $name }의 종류는 { $kind }
check-volumes-refused-remedy = 정적 볼륨으로 준비한 EFS나 emptyDir(20 GiB)을 사용하세요
check-volumes-fine = Fargate에서 탑재할 수 없는 볼륨을 쓰는 파드가 없습니다
check-volume-claims = Fargate에서 볼륨 클레임(PVC)은 미리 만들어 둔 EFS 볼륨에 바인딩된 경우에만 작동합니다
check-volume-claim = { $object }: 볼륨 클레임 { $claim }

check-no-autoscaler = 파드 수를 정하는 오토스케일러가 없습니다
check-autoscaler = 오토스케일러가 파드 수를 정하므로 `scale`이나 환경의 복제본 수는 적용되지 않습니다
check-autoscaler-remedy = 파드 수를 직접 정하려면: `{ $command }`

check-budget = 중단 예산(PodDisruptionBudget)이 게임을 보호합니다
check-budget-stiff = 중단 예산 때문에 파드가 하나도 빠질 수 없어, Fargate가 패치할 때 파드를 강제로 중지합니다
check-budget-stiff-remedy = 파드가 하나 이상 빠질 수 있게 하세요: --set app.disruptionBudget=1
check-no-budget = 중단 예산이 없어, Fargate가 패치할 때 모든 파드를 한꺼번에 옮길 수 있습니다
check-no-budget-remedy = 일부 파드를 계속 유지하려면: --set app.disruptionBudget=20%

check-selectors = 셀렉터 { $count }개
check-no-selector = 게임의 파드에 해당하는 셀렉터가 프로파일에 없어, 파드가 계속 Pending 상태로 남습니다
check-no-selector-for = 네임스페이스 { $namespace }, 레이블 { $labels }인 파드
check-no-selector-remedy = 셀렉터를 추가하세요: { $selector }
check-namespace-of-cluster = 네임스페이스 { $namespace }에는 클러스터 자체의 파드도 있습니다
check-namespace-set = app.namespace 값: { $namespace }
check-namespace-of-cluster-remedy = 랩 전용 네임스페이스를 사용하세요: --set app.namespace=NAME

check-profile-takes = { $profile } 프로파일이 게임의 파드를 선택합니다
check-profile-takes-not = { $profile } 프로파일이 게임의 파드를 선택하지 않습니다
check-takers = 게임의 파드를 선택하는 프로파일: { $profiles }
check-no-taker = 게임의 파드를 선택하는 프로파일: 없음
check-profile-takes-not-remedy = fargate.profile 값을 고치거나, 랩이 자체 프로파일을 쓰게 하세요: --set fargate.own=true
check-no-other-taker = 게임의 파드를 선택하는 다른 프로파일이 없습니다
check-other-takers = 게임의 파드를 선택하는 다른 프로파일이 있습니다. 이름순으로 가장 앞선 { $winner } 프로파일이 적용됩니다
check-other-takers-remedy = 다른 프로파일의 셀렉터를 좁히거나 그 프로파일을 사용하세요: --set fargate.own=false --set fargate.profile=NAME

check-slot-free = 생성하거나 삭제하는 중인 다른 프로파일이 없습니다
check-slot-taken = { $profile } 프로파일이 { $status } 상태이므로, 끝날 때까지 랩의 프로파일은 기다립니다
check-one-profile-at-a-time = 클러스터는 한 번에 하나의 프로파일만 생성하거나 삭제함

check-profile-not-yet = { $profile } 프로파일이 아직 없습니다
check-profile-is = { $profile } 프로파일이 { $status } 상태입니다
check-profile-problems = EKS가 { $profile } 프로파일의 문제 { $count }개를 보고합니다

check-no-role-made = 랩이 역할을 만들지 않으므로 액세스 항목이 남지 않습니다
check-no-access-entry-left = 이전 역할의 액세스 항목이 남아 있지 않습니다
check-access-entry-fresh = 역할의 액세스 항목이 역할보다 나중에 만들어졌습니다
check-access-entry-stale = 클러스터에 이름이 같은 이전 역할의 액세스 항목이 남아 있어, 노드가 조인할 수 없습니다
check-access-entry-bound = { $entry }: 삭제된 역할에 묶여 있는 항목
check-access-entry-stale-remedy = `{ $command }` 명령을 실행한 다음 프로파일을 다시 만드세요

check-profiles = 프로파일 { $count }개
check-profiles-fit = 클러스터의 기본 프로파일 할당량 { $most }개 중 { $wanted }개 사용
check-vcpu-quota-unread = 계정의 Fargate vCPU 할당량은 확인하지 않음
check-profiles-too-many = 프로파일 { $wanted }개는 클러스터의 기본 할당량 { $most }개를 넘습니다
check-profiles-too-many-remedy = 와일드카드 셀렉터로 프로파일 하나를 공유하거나(환경 shared-cluster) AWS에 할당량 증가를 요청하세요

check-size-fits = 모든 파드가 Fargate가 제공하는 크기에 맞습니다
check-size-no-pod = 실행할 파드가 없습니다
check-size-with-storage = { $size }, 임시 스토리지 { $storage } GiB
check-size-too-large = 가장 큰 Fargate 머신보다 많은 자원을 요청하는 파드가 있으며, 이 파드는 Pending 상태로 남습니다
check-size-storage = 임시 스토리지 { $storage } GiB
check-size-too-large-remedy = 요청을 줄이세요. Fargate의 최대 크기는 16 vCPU와 120 GB(이 중 0.25 GB는 Kubernetes가 사용), 임시 스토리지는 { $storage } GiB입니다
check-size-unreadable = 파드의 resources에 읽을 수 없는 값이 있습니다
check-size-unreadable-remedy = 250m, 0.5, 256Mi, 1Gi와 같은 형식으로 쓰세요
check-size-unequal = 요청(requests)과 제한(limits)이 다릅니다. Fargate는 요청만 보고 파드의 크기를 정합니다
check-size-differs = { $resource } 요청 { $request }, 제한 { $limit }
check-size-no-limit = { $resource } 요청 { $request }, 제한 없음
check-size-sized = { $differences }(정해지는 크기: { $size })
check-size-unequal-remedy = 각 컨테이너의 요청과 제한을 같게 하거나 제한만 지정하세요. 요청한 것보다 많은 자원은 쓸 수 없고, 제한이 다른 컨테이너는 시작하지 못할 수 있습니다(StartError)
check-size-crowded = 볼륨이 파드의 임시 스토리지보다 커질 수 있습니다
check-size-volumes = 볼륨 { $held } GiB, 임시 스토리지 { $there } GiB
check-size-crowded-remedy = 그만큼의 임시 스토리지를 요청하세요(최대 { $storage } GiB): resources.requests.ephemeral-storage

check-no-ingress = 랩에 인그레스가 없으므로 ALB도 없습니다
check-no-balancer-left = 계정에서 로드 밸런서를 더 만들 수 없어, 인그레스가 로드 밸런서를 받지 못합니다
check-balancers-used = Application Load Balancer { $most }개 중 { $used }개 사용 중
check-no-balancer-left-remedy = 안 쓰는 로드 밸런서를 삭제하거나, 하나를 공유하거나(--set ingress.group=NAME), 할당량을 늘리세요: `{ $command }`
check-no-target-group-left = 계정에서 대상 그룹을 더 만들 수 없어, 인그레스가 대상 그룹을 받지 못합니다
check-target-groups-used = 대상 그룹 { $most }개 중 { $used }개 사용 중
check-no-target-group-left-remedy = 안 쓰는 대상 그룹을 삭제하거나 할당량을 늘리세요: `{ $command }`
check-room-for-balancer = 로드 밸런서를 하나 더 만들 수 있습니다
check-used = { $most }개 중 { $used }개 사용 중
check-no-listener-left = 공유 ALB에 리스너를 더 만들 수 없습니다
check-listeners-wanted = 필요한 리스너 { $count }개, 허용 { $most }개
check-no-listener-left-remedy = 랩을 포트가 아니라 경로로 구분하거나(ingress.path) 할당량을 늘리세요: `{ $command }`
check-no-rule-left = 공유 ALB에 규칙을 더 만들 수 없습니다
check-rules-wanted = 필요한 규칙 { $count }개, 허용 { $most }개
check-no-rule-left-remedy = 랩을 더 많은 그룹으로 나누세요(ingress.group)
check-no-group-of-one-left = 공유 ALB에 대상 그룹을 더 연결할 수 없습니다
check-groups-of-one-wanted = 필요한 대상 그룹 { $count }개, 허용 { $most }개
check-no-group-of-one-left-remedy = 랩을 더 많은 그룹으로 나누세요(ingress.group). 이 제한은 늘릴 수 없습니다
check-room-on-balancer = ALB가 이미 있고, 랩을 추가할 여유가 있습니다
check-listeners = 리스너 { $count }개

check-image-elsewhere = 주소별로 이미지를 가져오는 횟수를 제한하는 Docker Hub의 이미지가 없습니다
check-image-of-hub = 이미지를 Docker Hub에서 가져옵니다. Docker Hub는 주소별로 가져오는 횟수를 제한합니다
check-image-refused = Docker Hub의 횟수 제한 때문에 이만큼의 파드가 이미지를 가져올 수 없습니다
check-hub-pulls = { $images }: NAT 게이트웨이 { $gateways }개, 6시간 동안 주소당 { $pulls }번까지 가져올 수 있으므로 파드가 { $pods }개인 랩 { $labs }개면 모두 소진됩니다
check-image-format-fine = 이미지의 형식은 containerd 2가 거부하는 것으로 알려진 형식이 아닙니다
check-image-format-read = 노드의 containerd는 아직 이 이미지의 옛 형식을 읽을 수 있습니다
check-image-format-unread = 이미지가 노드의 containerd에서 읽지 못하는 Docker schema 1 형식입니다: { $image }
check-no-node-version = 버전을 알려 주는 노드가 없음

check-no-place-in-group = 인그레스의 그룹 내 순서가 올바르지 않아, 컨트롤러가 그룹 전체에 대해 아무것도 만들지 않습니다
check-group-order = { $key }: { $order }, 이를 알려 주는 이벤트는 없음
check-group-order-remedy = { $key } 값을 { $least }에서 { $most } 사이의 숫자로 지정하세요
check-annotations-known = 컨트롤러용으로 보이는 어노테이션은 모두 컨트롤러가 아는 것입니다
check-annotations-unknown = 컨트롤러가 모르는 어노테이션이 있으며, 컨트롤러는 이를 무시합니다
check-annotation-near = { $key }(혹시 { $near }인가요?)
check-annotations-unknown-remedy = 이름을 고치거나(ingress.annotations 또는 템플릿) 어노테이션을 빼세요

check-all-rehearsed = 랩이 요청하는 것이 모두 샌드박스에서 효과를 냅니다
check-not-rehearsed = 여기서 예행연습하지 않는 것: { $what }
check-not-rehearsed-remedy = 샌드박스에서는 확인할 수 없습니다. AWS에서 확인하세요
