# 과제: 과제에 관한 말과 과제 자체의 글. 과제마다 힌트가 3개 있고, 배운 것(.learned)은 해결한 뒤에 읽습니다.

lesson-now-begun = 진행 중
lesson-now-solved = 해결됨
lesson-preparing = 과제를 시작하는 데 필요한 랩을 준비하는 중 ...
lesson-not-yet = 아직 목표를 이루지 못했습니다. 힌트를 보려면: `lab2048 lesson hint`
lesson-solved = 해결했습니다. 걸린 시간 { $took }, 사용한 힌트 { $hints }개, 100점 만점에 { $points }점입니다.

lesson-goal-absent = 랩의 리소스가 하나도 없을 것
lesson-goal-ready = 랩이 준비되어 있을 것
lesson-goal-pods = 파드 { $count }개가 각각 다른 노드에서 실행 중일 것
lesson-goal-mended = 잘못된 것이 바로잡혀 있을 것
lesson-goal-value = { $kind }의 { $field } 값이 { $value }일 것
lesson-goal-gone = 프로파일과 로드 밸런서가 남아 있지 않을 것
lesson-seen-remains = 일부가 남아 있음
lesson-seen-absent = 랩이 없음
lesson-seen-unready = 준비되지 않은 이유를 보려면 `lab2048 doctor`
lesson-seen-pods = 현재 노드 { $nodes }개에 파드 { $pods }개
lesson-seen-unmended = 여전히 잘못되어 있음
lesson-seen-value = 현재 값 { $value }
lesson-seen-no-value = 값이 없음
lesson-seen-left = { $count }개 남아 있음

lesson-unknown = `{ $name }` 과제는 없습니다
lesson-unknown-near = 혹시 `{ $near }` 과제인가요?
lesson-unknown-list = 과제를 모두 보려면: `lab2048 lesson list`
lesson-none-begun = 시작한 과제가 없습니다
lesson-none-begun-start = `lab2048 lesson list` 명령으로 과제를 고른 다음 시작하세요: `lab2048 lesson start NAME`
lesson-world-in-use = 과제는 새 샌드박스에서 시작하는데, 지금 샌드박스에는 이미 리소스가 있습니다
lesson-world-in-use-reset = 지금 샌드박스를 버리고 시작하려면 `lab2048 lesson start { $name } --reset` 명령을 실행하세요. 과제의 샌드박스를 다른 파일에 두려면 환경 변수를 지정하세요: LAB2048_SANDBOX_STATE=/path/lesson.json
lesson-no-lab = 과제를 시작하는 데 필요한 랩이 준비되지 않았습니다(종료 코드 { $code })

lesson-first-lab = 랩 만들기
    .story = 입사 첫날입니다. 동료가 클러스터에 `potato`라는 랩을 만들고 그 주소를 알려 달라고 합니다. 아직 아무것도 없습니다.
    .hint-1 = 명령 하나로 모두 할 수 있습니다. 무엇을 하게 될지는 `lab2048 plan --set lab.name=potato` 명령으로 미리 볼 수 있고, 이때는 아무것도 바뀌지 않습니다.
    .hint-2 = 그 명령은 `apply`입니다. Fargate 프로파일을 만들고, 객체를 적용하고, 기다린 다음, 게임이 응답하는지 확인합니다.
    .hint-3 = 다음 두 명령을 차례로 실행하세요: `lab2048 apply --set lab.name=potato`, `lab2048 open --set lab.name=potato`
    .learned = Fargate 프로파일은 어떤 파드를 직접 관리하는 서버 없이 실행할지 정합니다. 여기서는 한 네임스페이스의 파드입니다. 인그레스는 원하는 것을 적어 둔 것일 뿐입니다. AWS Load Balancer Controller가 그 내용대로 로드 밸런서를 만들고, 로드 밸런서는 파드의 주소로 직접 요청을 보냅니다.

lesson-one-pod-one-node = 파드 하나에 노드 하나
    .story = 랩에서 파드 5개가 실행되고 있습니다. 비용을 내는 사람이 노드가 왜 지난주보다 5개 늘었는지 묻고, 3개로 줄여 달라고 합니다.
    .hint-1 = `lab2048 status -o wide` 명령으로 노드와 파드를 나란히 살펴보세요. Fargate 노드마다 파드가 몇 개 있습니까?
    .hint-2 = 노드에 직접 할 일은 없습니다. 노드는 파드를 따라 생기고 사라집니다.
    .hint-3 = 다음 명령을 실행한 뒤 다시 살펴보세요: `lab2048 scale --replicas 3`
    .learned = Fargate에서는 파드마다 자기만의 머신이 있고, 머신은 파드와 함께 생기고 사라집니다. 그래서 파드 수가 곧 노드 수이고, 요금도 그만큼 나옵니다. 또한 파드마다 프라이빗 서브넷의 주소를 하나씩 차지합니다.

lesson-more-players = 파드보다 많은 플레이어
    .story = 이제 전교생이 게임을 합니다. 파드 8개면 될 것 같습니다.
    .hint-1 = 파드 수는 디플로이먼트의 값입니다. 누가 그 값을 정했는지는 `lab2048 plan` 명령으로 볼 수 있습니다.
    .hint-2 = `scale`은 파드 수를 정하고, 로드 밸런서의 정상 대상이 그 수만큼 될 때까지 기다리며, 나중에 apply를 다시 실행해도 그 수를 유지합니다.
    .hint-3 = 다음 명령을 실행하세요: `lab2048 scale --replicas 8`
    .learned = 새 파드가 준비되는 데는 1분쯤 걸립니다. 먼저 머신을 시작해야 하기 때문입니다. 플레이어가 몰릴 것 같으면 미리 파드를 늘려 두거나 수평 오토스케일러(HPA)에 맡기세요.

lesson-a-way-out = 끝내 시작되지 않는 파드
    .story = 어제 누군가 비용을 아끼려고 계정을 정리했습니다. 그런데 오늘은 새 랩을 만들어도 준비되지 않습니다. 노드도 있고 그 위에 파드도 있는데 게임이 실행되지 않습니다. 무엇이 정리되었는지 알아내고, 랩을 준비된 상태로 만드세요.
    .hint-1 = `lab2048 doctor` 명령은 랩이 아직 없을 때도 네트워크를 살펴봅니다. 경고를 눈여겨 읽어 보세요.
    .hint-2 = 이미지는 인터넷에서 가져옵니다. 프라이빗 서브넷은 어떤 길로 인터넷에 나갑니까?
    .hint-3 = NAT 게이트웨이가 없어졌습니다. 여기서는 `lab2048 sandbox mend no-nat` 명령으로 되살릴 수 있습니다. 그다음 `lab2048 apply` 명령을 실행하세요.
    .learned = Fargate의 머신은 프라이빗 서브넷에 있습니다. 밖에서는 아무도 머신에 접속할 수 없고, 머신은 NAT 게이트웨이를 거쳐야만 밖으로 나갈 수 있습니다(필요한 모든 것의 엔드포인트가 VPC에 있으면 나가지 않아도 됩니다). 나가는 길이 없으면 이미지를 가져올 수 없습니다.

lesson-silence = 대답 없는 인그레스
    .story = 일주일째 여기서는 아무도 로드 밸런서를 받지 못했습니다. 인그레스를 만들고 기다려도 이벤트도 오류도 없습니다. 랩을 준비된 상태로 만드세요.
    .hint-1 = 인그레스는 원하는 것을 적어 둔 것일 뿐입니다. 여기서는 누가 그대로 만들어 줍니까? `lab2048 explain C2` 명령으로 알 수 있습니다.
    .hint-2 = `kubectl -n kube-system get deployment` 명령을 실행해 보세요(먼저 `lab2048 sandbox serve` 명령이 출력하는 설정을 적용해야 합니다). 간단히 `lab2048 doctor` 명령으로도 알 수 있습니다.
    .hint-3 = 컨트롤러에 파드가 없습니다. 여기서는 `lab2048 sandbox mend lbc-absent` 명령으로 되돌리고, 1분쯤 시간을 준 다음(`lab2048 sandbox advance 1m`) `lab2048 apply` 명령을 실행하세요.
    .learned = Kubernetes 자체는 로드 밸런서를 만들지 않습니다. 컨트롤러가 실행되지 않아도 아무도 알려 주지 않고, 보이는 것은 주소 없는 인그레스뿐입니다. 그래서 컨트롤러부터 확인합니다.

lesson-wrong-image = 사라진 이미지
    .story = 누군가 레지스트리를 정리하면서 게임의 이미지가 없어졌습니다. 친한 팀이 같은 게임의 이미지를 public.ecr.aws/lab/2048:1 주소에 두고 있습니다. 랩을 준비된 상태로 만드세요.
    .hint-1 = `lab2048 apply` 명령은 기다려도 소용없다는 것이 확실해지면 바로 그만둡니다. 이미지에 대해 뭐라고 합니까?
    .hint-2 = 어떤 이미지를 실행할지는 환경의 값으로 정합니다. `lab2048 env show` 명령으로 모든 값을 볼 수 있습니다.
    .hint-3 = 다음 명령을 실행하세요: `lab2048 apply --set app.image=public.ecr.aws/lab/2048:1`
    .learned = ErrImagePull과 ImagePullBackOff는 같은 문제입니다. ImagePullBackOff는 ErrImagePull이 난 뒤 다시 시도하기 전까지 쉬는 것일 뿐입니다. 무엇이 잘못되었는지는 이벤트에 한 번만 적히므로, 가장 최근 이벤트를 보여 주는 도구에서는 쉬고 있다는 것만 보입니다.

lesson-full-house = 꽉 찼지만 비어 있는 클러스터
    .story = 리전에는 용량이 충분하고 계정에는 예산이 충분한데도, 새 랩의 파드가 하나도 스케줄되지 않습니다. 랩을 준비된 상태로 만드세요.
    .hint-1 = 파드마다 머신이 필요하고, 머신마다 주소가 필요합니다. `lab2048 doctor` 명령이 그 수를 셉니다.
    .hint-2 = 프라이빗 서브넷의 주소를 모두 썼습니다. 실제 AWS에서는 쓰지 않는 주소를 비우거나 보조 CIDR의 서브넷을 추가합니다.
    .hint-3 = 여기서는 `lab2048 sandbox mend no-free-ips` 명령을 실행하고, 그다음 `lab2048 apply` 명령을 실행하세요.
    .learned = 인원이 많은 수업에서 가장 먼저 모자라는 것은 주소입니다. 롤아웃 중에는 이전 파드와 새 파드가 함께 있으므로 복제본 수보다 많은 주소가 필요합니다.

lesson-lost-rights = 권한을 잃은 컨트롤러
    .story = 로드 밸런서 컨트롤러는 실행 중인데, 어느 인그레스에도 더 이상 로드 밸런서가 생기지 않습니다. 이벤트는 남지만 아무도 읽지 않습니다. 랩을 만들어 이벤트를 읽고, 랩을 준비된 상태로 만드세요.
    .hint-1 = `lab2048 apply` 명령을 실행해 보세요. 인그레스를 기다리면서 이벤트가 무슨 뜻인지 알려 줍니다.
    .hint-2 = 컨트롤러에는 자체 IAM 역할이 있습니다. 그 역할은 무엇을 할 수 있고, 무엇을 더는 할 수 없습니까?
    .hint-3 = 여기서는 `lab2048 sandbox mend lbc-denied` 명령으로 역할에 정책을 되돌려 줄 수 있습니다. 그다음 `lab2048 apply` 명령을 실행하세요.
    .learned = 파드는 서비스 계정에 대한 IAM 역할(IRSA)을 통해서만 AWS 권한을 얻습니다. 이전 버전의 컨트롤러에 맞춰 만든 정책에는 새 버전에 필요한 작업(action)이 빠져 있습니다. 무엇이 빠졌는지는 AWS가 알려 줍니다.

lesson-healthy-but-sick = 비정상으로 판정된 멀쩡한 파드
    .story = 오늘 아침에는 랩이 잘 동작했습니다. 지금도 파드는 모두 실행 중이고 다시 시작되는 파드도 없는데, 로드 밸런서는 모든 파드를 비정상으로 판정합니다. 로드 밸런서가 판정을 바꾸게 하세요.
    .hint-1 = 로드 밸런서는 파드마다 직접 상태를 묻습니다. 어떤 응답을 받는지는 `lab2048 doctor` 명령으로 볼 수 있습니다.
    .hint-2 = `lab2048 plan` 명령은 다른 사람이 랩의 객체에 덧붙인 것을 보여 줍니다. 인그레스를 살펴보세요.
    .hint-3 = 어노테이션 하나 때문에 로드 밸런서가 게임에 없는 페이지를 요청하고 있습니다. 여기서는 `lab2048 sandbox mend health-path` 명령으로 그 어노테이션을 없앨 수 있습니다.
    .learned = Kubernetes의 준비 상태(readiness)와 로드 밸런서의 상태 확인은 서로 다른 두 곳에서 묻는 서로 다른 질문입니다. 파드는 두 질문에 모두 제대로 답해야 합니다.

lesson-nobody-home = 아무 데로도 이어지지 않는 서비스
    .story = 누군가 "레이블만 조금 정리했다"고 합니다. 파드는 실행 중이고 로드 밸런서도 있지만, 요청을 보낼 곳이 없습니다.
    .hint-1 = 서비스는 자기 파드를 어떻게 알아봅니까? `lab2048 doctor` 명령이 서비스와 파드를 비교합니다.
    .hint-2 = `lab2048 plan` 명령은 어떤 필드를 누가 언제 바꾸었는지 알려 줍니다. `apply`는 따로 지정하지 않으면 그 변경을 되돌리지 않습니다.
    .hint-3 = 다음 명령을 실행하면 우리 셀렉터로 되돌아갑니다: `lab2048 apply --force-conflicts`
    .learned = 필드를 바꾼 사람은 그때부터 그 필드의 소유자가 되고, API 서버가 이를 기억합니다. 다른 사람이 정한 값을 말없이 덮어쓰는 도구는 매번 그 사람의 작업을 없던 일로 만듭니다.

lesson-closed-door = 닫혀 버린 문
    .story = 보안 점검에서 보안 그룹의 "사용하지 않는 규칙 하나를 삭제"했습니다. 그 뒤로 게임에 접속하면 시간이 초과됩니다. 그 문을 찾아서 여세요. 남은 것으로 게임을 하는 사람들이 있으니 디플로이먼트는 건드리지 마세요.
    .hint-1 = 로드 밸런서는 자기 대상에 대해 뭐라고 합니까? `lab2048 status` 명령으로 볼 수 있습니다.
    .hint-2 = 대상이 전혀 응답하지 않습니다. 로드 밸런서와 파드 사이에서 중요한 보안 그룹은 하나, 클러스터의 보안 그룹입니다.
    .hint-3 = 클러스터의 보안 그룹에서 컨트롤러의 규칙이 없어졌습니다. 여기서는 `lab2048 sandbox mend firewall` 명령으로 되돌리고, 상태 확인이 다시 이루어지도록 2분쯤 시간을 주세요(`lab2048 sandbox advance 2m`).
    .learned = 컨트롤러는 자체 설명(description)이 붙은 규칙 하나로 로드 밸런서에서 파드로 가는 길을 엽니다. 다시 점검할 때 규칙이 없으면 되돌려 놓지만, 규칙을 계속 지켜보지는 않습니다.

lesson-inside-only = 사내 전용
    .story = 게임은 회사 안에서만 할 수 있어야 합니다. 로드 밸런서가 인터넷을 향하면 안 됩니다. 아직 랩은 없으며, 랩의 이름은 `inside`여야 합니다.
    .hint-1 = 로드 밸런서가 어디를 향할지는 환경의 값으로 정합니다. `lab2048 env show` 명령으로 값을 볼 수 있습니다.
    .hint-2 = 그 값은 `ingress.scheme`입니다.
    .hint-3 = 다음 명령을 실행하세요: `lab2048 apply --set lab.name=inside --set ingress.scheme=internal`
    .learned = 로드 밸런서의 scheme은 나중에 바꿀 수 없습니다. 값을 바꾸면 컨트롤러가 프라이빗 서브넷에 주소가 다른 로드 밸런서를 새로 만들고 처음 것을 삭제합니다.

lesson-more-room = 플레이어마다 더 넉넉하게
    .story = 게임의 새 버전에는 vCPU 0.5개와 메모리 1 GiB가 필요하다고 합니다. 랩의 파드마다 그만큼씩 주세요.
    .hint-1 = `lab2048 env show` 명령이 보여 주는 값 가운데 두 개가 파드가 요청할 양을 정합니다. 그 두 값을 지정해 `lab2048 plan` 명령을 실행하면 파드마다 어떤 크기로 요금이 청구될지 볼 수 있습니다.
    .hint-2 = 그 값은 `app.resources.cpu`와 `app.resources.memory`이며, `500m`, `1Gi`처럼 Kubernetes의 수량 표기로 씁니다.
    .hint-3 = 다음 명령을 실행하세요: `lab2048 apply --set app.resources.cpu=500m --set app.resources.memory=1Gi`
    .learned = Fargate에는 정해진 크기가 있습니다. 파드는 컨테이너가 요청한 양에 Kubernetes용 256 MB를 더한 값이 들어가는 가장 작은 크기를 받고, 요금은 그 크기로 청구됩니다.

lesson-without-a-trace = 흔적 없이
    .story = 워크숍이 끝났습니다. 더는 비용이 나가지 않도록 랩을 남김없이 삭제하세요.
    .hint-1 = 순서가 중요합니다. 로드 밸런서를 삭제하는 것은 컨트롤러의 일인데, 컨트롤러는 인그레스가 알려 줄 수 있는 동안에만 그 일을 합니다.
    .hint-2 = 이 순서를 아는 명령이 하나 있습니다. 이 명령은 끝난 뒤에 남은 것이 있는지도 찾아봅니다.
    .hint-3 = 다음 명령을 실행하세요: `lab2048 destroy`
    .learned = 네임스페이스나 컨트롤러의 프로파일부터 삭제하면, 아무도 모르지만 요금은 모두가 내는 로드 밸런서가 남습니다.
