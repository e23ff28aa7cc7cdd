# 기다리는 동안 읽을거리: 지금 기다리는 것, 그리고 실습 장의 고려 사항.

about-profile = 프로파일은 어떤 파드가 Fargate에서 실행될지 정합니다. 여기서는 네임스페이스 { $namespace }의 파드가 프라이빗 서브넷의 노드에서 실행됩니다.
about-profile-gone = EKS가 프로파일의 파드를 제거한 뒤 프로파일을 삭제합니다. 한 클러스터에서는 프로파일을 한 번에 하나씩만 삭제합니다.
about-balancer = ALB의 이름은 이미 정해졌고, 지금 가용 영역마다 준비되고 있습니다. 리스너와 대상도 함께 만들어집니다.
about-balancer-gone = 로드 밸런서 컨트롤러가 ALB와 리스너, 대상 그룹, 보안 그룹을 삭제합니다.
about-ingress = 로드 밸런서 컨트롤러가 인그레스를 읽어 ALB를 만들고, 인그레스에 ALB의 호스트 이름을 적습니다.
about-ingress-gone = AWS에 남는 리소스가 없도록, 컨트롤러가 ALB를 삭제할 때까지 인그레스를 유지합니다.
about-deployment = 여기서는 파드 1개가 노드 1개입니다. Fargate가 파드마다 작은 가상 머신을 시작하고 그곳으로 이미지를 가져옵니다.
about-deployment-fewer = 파드가 종료되면 노드도 사라집니다. Fargate 노드의 수명은 파드의 수명과 같습니다.
about-deployment-gone = 파드가 종료되고 Fargate 노드도 함께 사라집니다. 이후로는 파드 요금이 청구되지 않습니다.
about-targets = ALB는 각 파드의 IP 주소에 15초 간격으로 상태 확인을 두 번 한 뒤 플레이어를 보냅니다.
about-namespace-gone = 네임스페이스는 마지막에 사라집니다. 그 안의 리소스가 먼저 모두 삭제되어야 합니다.
about-proof = 플레이어의 브라우저처럼 여기서 DNS로 이름을 조회하고 페이지를 요청합니다.
about-look = 확인: { $command }

tip = { $id }: { $text }
tip-C1 = 각 파드에는 자체 커널, CPU, 메모리, 네트워크 인터페이스가 있으며 다른 파드와 공유하지 않습니다.
tip-C2 = 로드 밸런서는 파드의 주소로만 Fargate 파드에 연결됩니다(대상 유형 ip). 노드 포트는 없습니다.
tip-C3 = DaemonSet은 Fargate에서 지원되지 않습니다. 필요한 데몬은 파드 안의 사이드카 컨테이너로 실행합니다.
tip-C4 = 권한 있는 컨테이너(privileged)는 Fargate에서 실행되지 않습니다. 파드 아래의 머신은 AWS의 것이기 때문입니다.
tip-C5 = Fargate 파드는 hostPort나 hostNetwork를 지정할 수 없습니다. 빌려 쓸 호스트가 없기 때문입니다.
tip-C6 = 열린 파일(nofile)과 프로세스(nproc)의 소프트 제한은 1,024, 하드 제한은 65,535입니다. 게임 서버에는 대개 충분합니다.
tip-C7 = Fargate에서는 GPU를 사용할 수 없습니다. GPU가 필요한 파드는 EC2 노드에 배포합니다.
tip-C8 = Fargate 파드는 퍼블릭 IP 없이 프라이빗 서브넷에서만 실행됩니다. 이미지는 NAT 게이트웨이나 VPC 엔드포인트를 거쳐 가져옵니다.
tip-C9 = Vertical Pod Autoscaler로 파드의 크기를, Horizontal Pod Autoscaler로 개수를 정합니다. Fargate에서 VPA 모드는 Auto 또는 Recreate입니다.
tip-C10 = VPC에서 DNS 확인과 DNS 호스트 이름을 활성화해야 노드가 클러스터를 찾을 수 있습니다.
tip-C11 = 각 파드는 가상 머신(VM) 안에 격리되어 있어, 컨테이너를 벗어나도 다른 파드에 닿을 수 없습니다.
tip-C12 = 파드마다 서브넷의 IP 주소를 하나씩 사용합니다. 남은 주소 수가 파드 수를 제한하며, 보조 CIDR로 주소를 늘릴 수 있습니다.
tip-C13 = Fargate에서는 인스턴스 메타데이터(IMDS)를 사용할 수 없습니다. 자격 증명은 서비스 계정에 대한 IAM 역할로 받고, 리전은 파드 사양에 직접 적습니다.
tip-C14 = Fargate 파드는 가용 영역에서만 실행됩니다. Outposts, Wavelength, 로컬 영역에는 배포할 수 없습니다.
tip-C15 = AWS는 Fargate 머신을 패치할 때 파드를 축출(evict)합니다. PodDisruptionBudget으로 필요한 파드 수를 지킬 수 있습니다.
tip-C16 = Fargate의 네트워크 플러그인은 Amazon VPC CNI이며, 다른 CNI는 사용할 수 없습니다.
tip-C17 = EBS CSI 컨트롤러는 Fargate에서 실행할 수 있지만, Fargate 파드에 EBS 볼륨을 탑재할 수는 없습니다.
tip-C18 = 프로파일의 셀렉터는 최대 5개이며, 각 셀렉터에는 네임스페이스가 있어야 합니다. 레이블로 범위를 좁힐 수 있습니다.
