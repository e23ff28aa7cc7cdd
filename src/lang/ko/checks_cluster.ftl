# 검사가 클러스터에서 찾은 것: 호출자, 클러스터 자체, 로드 밸런서 컨트롤러, 인그레스, ALB의 서브넷.

check-cluster-account = 계정 { $account }
check-cluster-other-account = 자격 증명의 계정은 { $account }, 클러스터의 계정은 { $own }입니다
check-cluster-choose-credentials = 다른 자격 증명을 선택하세요: --profile NAME 또는 AWS_PROFILE

check-cluster-status = { $name } 클러스터는 { $status } 상태입니다
check-cluster-region = 리전 { $region }
check-cluster-field-set = { $field } 필드가 설정되어 있습니다
check-cluster-only-registered = { $name } 클러스터는 EKS에 등록만 되어 있고 EKS가 운영하지는 않습니다
check-cluster-choose-run-by-eks = EKS가 운영하는 클러스터를 선택하세요: --cluster NAME
check-cluster-on-outpost = { $name } 클러스터는 Outpost에서 실행되는데, Outpost에서는 Fargate를 사용할 수 없습니다
check-cluster-choose-in-region = 리전에 있는 클러스터를 선택하세요: --cluster NAME
check-cluster-government = { $name } 클러스터는 AWS GovCloud에 있습니다. 2024년 말 기준으로 이곳의 EKS에서는 Fargate가 지원되지 않았습니다
check-cluster-government-remedy = 해당 리전에서 지원되는지 EKS 사용 설명서(AWS Fargate)에서 확인하거나, 다른 리전의 클러스터를 선택하세요
check-cluster-updating = 업데이트가 끝날 때까지 EKS가 Fargate 프로파일의 생성이나 삭제를 거부할 수 있습니다. 프로그램은 업데이트가 끝나기를 기다립니다

check-cluster-api-of-eks = EKS가 알려 준 Kubernetes API를 사용합니다
check-cluster-context-leads = { $context } 컨텍스트는 { $name } 클러스터에 연결됩니다
check-cluster-context-unsure = kubeconfig의 { $context } 컨텍스트가 { $name } 클러스터에 연결되는지 확인할 수 없습니다
check-cluster-other-server = 컨텍스트의 서버는 { $url }, 클러스터의 서버는 { $own }입니다
check-cluster-other-authority = { $url } 서버에 대한 컨텍스트의 인증 기관이 클러스터의 인증 기관과 다릅니다
check-cluster-context-remedy = `cluster.context`에 지정되어 있어 이 컨텍스트를 사용합니다. 클러스터 자체의 컨텍스트를 만드는 명령: aws eks update-kubeconfig --name { $name } --region { $region }

check-cluster-no-problem = EKS가 보고하는 클러스터의 문제가 없습니다
check-cluster-problems = EKS가 클러스터의 문제 { $count }개를 보고합니다
check-cluster-no-auto-mode = 클러스터가 EKS Auto Mode를 사용하지 않습니다
check-cluster-auto-mode = 클러스터가 EKS Auto Mode를 사용합니다. 이 모드에서는 파드와 ALB가 다른 방식으로 운영됩니다
check-cluster-auto-mode-seen = computeConfig.enabled 값이 true입니다. Auto Mode의 IngressClass에 지정된 컨트롤러는 eks.amazonaws.com/alb입니다
check-cluster-auto-mode-remedy = AWS Load Balancer Controller를 따로 설치하고 전용 IngressClass를 두세요

check-cluster-api-access = 퍼블릭 액세스: { $public }(허용 주소: { $from }), 프라이빗 액세스: { $private }
check-cluster-anywhere = 제한 없음
check-cluster-api-reached = Fargate 파드가 Kubernetes API에 접속할 수 있습니다
check-cluster-api-out-of-reach = Fargate 파드가 Kubernetes API에 접속하지 못할 수 있습니다. 일부 퍼블릭 주소만 허용됩니다

check-cluster-no-coredns = CoreDNS가 설치되어 있지 않아 파드가 이름을 조회할 수 없습니다
check-cluster-no-coredns-seen = kube-system/coredns 디플로이먼트 없음
check-cluster-coredns-ready = CoreDNS 파드 { $wanted }개 중 { $ready }개가 준비되었습니다
check-cluster-coredns-unready = 준비된 CoreDNS 파드가 없어 파드가 이름을 조회할 수 없습니다
check-cluster-coredns-unready-seen = 파드 { $wanted }개 중 0개 준비됨
check-cluster-coredns-unready-remedy = `kubectl -n kube-system describe deployment coredns` 명령으로 원인을 확인하세요. EC2 노드가 없는 클러스터에서는 CoreDNS에도 kube-system용 Fargate 프로파일이 필요합니다

check-cluster-lbc-installed = 로드 밸런서 컨트롤러가 설치되어 있습니다
check-cluster-lbc-version-unknown = 버전 알 수 없음
check-cluster-no-lbc = AWS Load Balancer Controller가 설치되어 있지 않습니다. 이대로는 인그레스의 ALB가 만들어지지 않습니다
check-cluster-no-lbc-seen = 레이블이 { $label }인 디플로이먼트 없음
check-cluster-lbc-install = 컨트롤러를 설치하세요: { $command }
check-cluster-lbc-ready = 로드 밸런서 컨트롤러의 파드 { $count }개가 준비되었습니다
check-cluster-lbc-unready = 로드 밸런서 컨트롤러에 준비된 파드가 없습니다
check-cluster-lbc-unready-seen = { $deployment }: 준비된 파드 0개

check-cluster-arguments-fit = 컨트롤러의 인수가 랩에 맞습니다
check-cluster-arguments-unfit = 컨트롤러의 인수가 랩에 맞지 않습니다. 이대로는 컨트롤러가 인그레스를 담당하지 않습니다
check-cluster-flag-hidden = { $flag } 값이 { $written }인데, 실제 값은 ConfigMap, Secret 또는 필드에서 가져옵니다
check-cluster-argument-refused = 인수 { $word } 때문에 컨트롤러가 시작되지 않습니다
check-cluster-name-missing = --cluster-name 인수가 없습니다(클러스터: { $cluster })
check-cluster-name-other = --cluster-name 값은 { $other }, 클러스터는 { $cluster }입니다
check-cluster-class-other = --ingress-class 값이 인그레스의 어노테이션과 다릅니다({ $key }: { $class })
check-cluster-watch-other = --watch-namespace 값은 { $watched }, 랩의 네임스페이스는 { $namespace }입니다
check-cluster-flag-missing-on-fargate = --{ $flag } 인수가 없습니다. Fargate에서 실행되는 컨트롤러는 이 값을 스스로 알아낼 수 없습니다

check-cluster-leader-works = 컨트롤러의 리더가 일하고 있습니다
check-cluster-lease-renewed = 리스를 { $age } 전에 갱신함
check-cluster-leader-idle = 컨트롤러의 리더가 일하지 않아 인그레스가 처리되지 않습니다
check-cluster-lease-old = { $lease } 리스의 마지막 갱신: { $age } 전
check-cluster-webhook-answers = 컨트롤러의 웹훅에 엔드포인트가 있습니다
check-cluster-webhook-fails = { $cause }. 해결될 때까지 서비스와 인그레스가 거부됩니다
check-cluster-webhook-no-endpoint = 컨트롤러의 웹훅에 엔드포인트가 없습니다. 생길 때까지 서비스와 인그레스가 거부됩니다
check-cluster-webhook-no-address = { $service } 서비스에 준비된 주소가 없습니다

check-cluster-no-ingress = 랩에 인그레스가 없습니다
check-cluster-no-class = { $name } IngressClass가 없습니다
check-cluster-class-named = 인그레스에 지정된 클래스: { $name }
check-cluster-no-class-remedy = 이 클래스는 컨트롤러와 함께 설치됩니다(Helm 값 createIngressClassResource). 다른 클래스를 선택하려면: --set ingress.class=NAME
check-cluster-class-fits = { $name } IngressClass는 로드 밸런서 컨트롤러의 클래스입니다
check-cluster-class-auto-mode = { $name } IngressClass는 EKS Auto Mode의 클래스이며, 지원되지 않습니다
check-cluster-class-auto-mode-remedy = 컨트롤러가 ingress.k8s.aws/alb인 IngressClass를 만들고 선택하세요: --set ingress.class=NAME
check-cluster-class-of-others = { $name } IngressClass는 다른 컨트롤러의 클래스입니다
check-cluster-class-without-controller = spec.controller 없음
check-cluster-class-of-others-remedy = 컨트롤러가 ingress.k8s.aws/alb인 클래스를 선택하세요: --set ingress.class=NAME

check-cluster-no-params = 인그레스보다 우선하는 IngressClassParams가 없습니다
check-cluster-params-agree = IngressClassParams가 랩의 설정을 바꾸지 않습니다
check-cluster-params-win = IngressClassParams가 랩의 설정보다 우선합니다
check-cluster-params-win-remedy = IngressClassParams를 변경하거나, IngressClassParams가 없는 클래스를 선택하세요: --set ingress.class=NAME
check-cluster-param-instead = { $field }: { $value }(랩의 설정: { $wanted })
check-cluster-param-group = group: { $value }(ALB 공유)

check-cluster-alb-alone = ALB를 이 랩만 사용합니다
check-cluster-group-peaceful = 그룹 안에서 이 랩의 요청이 다른 인그레스와 겹치지 않습니다
check-cluster-group-others = { $group }: 다른 백엔드 { $count }개
check-cluster-group-clashes = 그룹의 다른 인그레스가 같은 요청에 응답합니다. 둘 중 하나만 요청을 받습니다
check-cluster-group-clash = { $backend }: 포트 { $port }에서 { $requests } 사용 중
check-cluster-group-clashes-remedy = 랩에 그룹 안에서 겹치지 않는 포트를 지정하세요: --set ingress.port=8081

check-cluster-from-service = 서비스의 어노테이션 { $key }
check-cluster-from-annotation = 어노테이션 { $key }
check-cluster-from-flag = 컨트롤러의 플래그
check-cluster-from-default = 컨트롤러의 기본값
check-cluster-targets-pods = ALB가 파드의 주소로 요청을 보냅니다
check-cluster-targets-nodes = ALB가 노드로 요청을 보내게 됩니다. Fargate에서는 허용되지 않습니다
check-cluster-targets-nodes-remedy = 인그레스에 어노테이션 alb.ingress.kubernetes.io/target-type: ip를 추가하거나, IngressClassParams에 spec.targetType: ip를 설정하세요

check-cluster-route-open = 요청이 게임으로 이어집니다
check-cluster-route-by-header = 브라우저가 보내지 않는 헤더가 있는 요청만 게임으로 이어집니다
check-cluster-route-narrowed = 일반 요청은 { $service } 서비스로 이어지지 않아, 여기서 게임의 응답을 확인할 수 없습니다
check-cluster-route-closed = { $service } 서비스로 이어지는 요청이 없습니다
check-cluster-route-closed-remedy = 인그레스에 백엔드가 이 서비스인 규칙을 두고, 앞선 규칙이 그 요청을 모두 가져가지 않게 하세요
check-cluster-way-by-name = { $url }({ $host } 이름이 ALB를 가리킨 뒤부터)
check-cluster-way-by-certificate = { $url }(인증서의 첫 번째 이름이 ALB를 가리킨 뒤부터, 다른 이름은 ingress.host로 지정)
check-cluster-way-with-headers = { $way }, 헤더 { $headers } 포함
check-cluster-both = { $some } 및 { $more }

check-cluster-no-alb = 랩에 인그레스가 없으므로 ALB도 없습니다
check-cluster-alb-keeps-subnets = ALB가 이미 있으며 서브넷은 바뀌지 않습니다
check-cluster-alb-subnets-given = ALB의 서브넷이 직접 지정되어 있습니다
check-cluster-alb-subnets = ALB에 쓸 서브넷 { $count }개가 있습니다
check-cluster-alb-subnets-untagged = { $tag } 태그가 있는 서브넷이 없습니다. 컨트롤러는 라우팅 경로가 맞는 서브넷을 사용합니다
check-cluster-alb-subnets-by-routes = 컨트롤러가 사용할 서브넷: { $subnets }. 2.12.1 이전 버전은 어떤 서브넷도 사용하지 않습니다
check-cluster-alb-subnets-none = { $tag } 태그가 있는 서브넷도, 라우팅 경로가 맞는 서브넷도 없습니다
check-cluster-alb-subnets-too-few = ALB에는 가용 영역 2개의 서브넷이 필요한데, 서브넷을 찾은 가용 영역은 { $count }개입니다
check-cluster-subnet-full = { $subnet }(남은 주소 { $free }개, 8개 필요)
check-cluster-subnet-of-others = { $subnet }(다른 클러스터의 태그)
