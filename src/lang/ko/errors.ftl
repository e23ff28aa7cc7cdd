# 오류 메시지(`error-…`)와 조치(`help-…`).

error-expired = { $origin }: lab.expires 값이 이미 지난 시각입니다({ $at })
error-new-environment = 환경을 만들 수 없습니다
error-render = 템플릿을 렌더링할 수 없습니다
error-session = AWS 세션을 열 수 없습니다
error-cluster = 클러스터를 찾을 수 없습니다
error-connect = 클러스터에 연결할 수 없습니다
error-other-cluster = kubeconfig의 `{ $context }` 컨텍스트는 { $cluster } 클러스터가 아닙니다: { $difference }
error-other-server = 컨텍스트의 서버는 { $url }, 클러스터의 서버는 { $of_eks }입니다
error-other-authority = 컨텍스트에 있는 서버({ $url })의 인증 기관이 클러스터의 인증 기관과 다릅니다
error-world = 샌드박스를 열 수 없습니다
error-unkept = 샌드박스의 상태를 저장할 수 없습니다
error-no-state-folder = 샌드박스의 상태를 저장할 위치를 정할 수 없습니다: 홈 폴더가 없습니다
error-foreign-events = { $path } 파일에 이벤트를 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-foreign-journal = { $path } 파일에 수업의 진행 기록을 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-foreign-plan = { $path } 파일에 계획을 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-foreign-page = { $path } 파일에 페이지를 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-foreign-report = { $path } 파일에 보고서를 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-no-events = { $path } 파일에 실행 기록이 없습니다
error-foreign-kubeconfig = { $path } 파일에 샌드박스의 kubeconfig를 쓸 수 없습니다: 다른 내용이 들어 있습니다
error-no-plan-file = { $path } 파일의 계획을 읽을 수 없습니다
error-plan-file = { $path } 파일의 계획을 사용할 수 없습니다
error-plan-to-make = { $path } 파일의 계획은 랩을 삭제하는 계획이 아니라 만들거나 변경하는 계획입니다
error-plan-to-remove = { $path } 파일의 계획은 랩을 삭제하는 계획입니다
error-stale = 계획을 만든 뒤 바뀐 것이 있습니다: { $moved }
error-stale-elsewhere = 다른 곳을 대상으로 만든 계획입니다: { $moved }
error-locked = 다른 실행이 이 랩에서 작업 중입니다({ $holder }). 아무것도 바꾸지 않았습니다
error-locked-since = 다른 실행이 이 랩에서 작업 중입니다({ $holder }, { $since }부터). 아무것도 바꾸지 않았습니다
error-cycle = 계획의 순서를 정할 수 없습니다
error-circle = 서로를 기다리는 단계가 있습니다: { $path }
error-nobody-to-ask-aws = AWS의 리소스를 변경하는 작업인데, 실행할지 물어볼 터미널이 없습니다
error-nobody-to-ask-sandbox = 샌드박스를 변경하는 작업인데, 실행할지 물어볼 터미널이 없습니다
error-interrupted = 변경을 시작하기 전에 중단되었습니다. 바뀐 것은 없습니다
error-given-up = 다음 상태에서 중단되었습니다: { $wait }
error-too-far = 샌드박스의 시계를 그렇게 멀리 옮길 수 없습니다: 3000년 이후가 됩니다
error-not-sandbox = { $name } 환경의 대상은 AWS입니다. 이 명령은 샌드박스에서만 사용할 수 있습니다
error-no-lab-of-class = 명단에 { $name } 랩이 없습니다
error-several-clusters = 랩이 클러스터 { $count }개({ $names })에 나뉘어 있는데, 매니페스트는 한 번에 클러스터 하나의 것만 만들 수 있습니다
error-ground = 랩이 프로파일을 함께 사용할 수 없습니다
error-selectors = { $profile } 프로파일을 함께 사용하는 랩에는 셀렉터가 { $count }개 필요한데, 프로파일 하나에는 최대 { $most }개만 둘 수 있습니다
error-no-check = { $id } 검사는 없습니다
error-no-endpoint-yet = { $cluster } 클러스터는 { $status } 상태이며 아직 엔드포인트가 없습니다
error-not-broken = { $breakages }: 로드 밸런서가 있는 랩에만 일으킬 수 있는 고장인데, 그런 랩이 없습니다. `lab2048 apply` 명령으로 만드세요
error-no-deployment = { $namespace } 네임스페이스에 파드 수를 바꿀 { $deployment } 디플로이먼트가 없습니다. `lab2048 apply` 명령으로 만드세요
error-no-balancer-answers = 아직 응답하는 로드 밸런서가 없습니다({ $verdict }). `lab2048 apply` 명령으로 만들거나 기다리세요
error-cwd = 작업 디렉터리를 찾을 수 없습니다
error-not-text = { $name } 변수의 값이 UTF-8 텍스트가 아닙니다. 다시 설정하거나 설정을 해제하세요

# 하지 못한 일. 코드의 `what` 값이 ID입니다.

error-cannot-ask-for-the-lab-s-lock = 랩의 잠금을 조회할 수 없습니다
error-cannot-look-for-the-job = Job을 조회할 수 없습니다
error-cannot-look-for-the-load-balancer = 로드 밸런서를 조회할 수 없습니다
error-cannot-make-the-folder = { $path } 폴더를 만들 수 없습니다
error-cannot-make-the-job = Job을 만들 수 없습니다
error-cannot-make-the-page = 페이지를 만들 수 없습니다
error-cannot-make-the-report = 보고서를 만들 수 없습니다
error-cannot-read = { $path } 파일을 읽을 수 없습니다
error-cannot-read-the-assignment = { $path } 파일의 랩 배정을 읽을 수 없습니다
error-cannot-read-the-cluster = 클러스터를 조회할 수 없습니다
error-cannot-read-the-cluster-s-arn = 클러스터의 ARN을 해석할 수 없습니다
error-cannot-read-the-namespaces-of-labs = 랩의 네임스페이스를 조회할 수 없습니다
error-cannot-read-the-results-of-an-earlier-attempt = 이전 시도의 결과를 읽을 수 없습니다
error-cannot-read-who-uses-the-profile = 프로파일을 누가 사용하는지 조회할 수 없습니다
error-cannot-read-your-answer = 입력한 답을 읽을 수 없습니다
error-cannot-remove-the-job = Job을 삭제할 수 없습니다
error-cannot-run = { $path } 프로그램을 실행할 수 없습니다
error-cannot-serve-the-game = 게임을 제공할 수 없습니다
error-cannot-serve-the-sandbox = 샌드박스를 제공할 수 없습니다
error-cannot-show-the-environment = 환경을 표시할 수 없습니다
error-cannot-start-the-shell = 셸을 시작할 수 없습니다
error-cannot-write = { $path } 파일을 쓸 수 없습니다
error-cannot-write-the-assignment = 랩 배정을 쓸 수 없습니다
error-cannot-write-the-environment-down = 환경을 기록할 수 없습니다
error-cannot-write-the-events-to = { $path } 파일에 이벤트를 쓸 수 없습니다
error-cannot-write-the-job-as-yaml = Job을 YAML로 쓸 수 없습니다
error-cannot-write-the-manifests-as-yaml = 매니페스트를 YAML로 쓸 수 없습니다
error-cannot-write-the-page-to = { $path } 파일에 페이지를 쓸 수 없습니다
error-cannot-write-the-plan = 계획을 쓸 수 없습니다
error-cannot-write-the-report-to = { $path } 파일에 보고서를 쓸 수 없습니다
error-cannot-write-the-roles-as-yaml = 역할을 YAML로 쓸 수 없습니다
error-cannot-write-the-schema = 스키마를 쓸 수 없습니다

# 샌드박스의 상태 파일과 그 파일을 기다리는 일.

error-state-find = 샌드박스의 상태 파일을 찾을 수 없습니다: { $path }
error-state-lock = 샌드박스의 상태 파일을 잠글 수 없습니다: { $path }
error-state-make-the-folder-of = 샌드박스의 상태 파일을 둘 폴더를 만들 수 없습니다: { $path }
error-state-read = 샌드박스의 상태 파일을 읽을 수 없습니다: { $path }
error-state-write = 샌드박스의 상태 파일을 쓸 수 없습니다: { $path }
error-world-of-others = 샌드박스의 상태 파일이 다른 사용자의 것입니다: { $path }
error-world-no-file = 샌드박스의 상태 파일 자리에 파일이 아닌 것이 있습니다({ $kind }): { $path }
error-kind-a-folder = 폴더
error-kind-a-named-pipe = 명명된 파이프
error-kind-a-socket = 소켓
error-kind-a-device = 장치
error-world-too-large = 샌드박스의 상태 파일이 너무 큽니다({ $path }): { $most } MiB보다 클 수 없습니다
error-world-damaged = 샌드박스의 상태 파일이 손상되었습니다({ $path }). `lab2048 sandbox reset` 명령으로 새 샌드박스를 만드세요
error-world-edited = 샌드박스의 상태 파일이 편집되었습니다({ $path }): { $what }. `lab2048 sandbox reset` 명령으로 새 샌드박스를 만드세요
error-wait = 다른 프로세스가 샌드박스를 사용 중이어서 기다리는 중입니다
error-wait-for = 프로세스 { $process }({ $command })에서 샌드박스를 사용 중이어서 기다리는 중입니다
error-wait-stopped = 프로세스 { $process }({ $command })에서 샌드박스를 사용 중이어서 기다리는 중입니다. 그 프로세스는 멈춰 있습니다. `kill -CONT { $process }` 명령으로 계속하게 하세요

# 파일에 저장한 계획: 잘못된 점과, 만들 때와 달라진 점.

error-plan-none = 계획 파일이 아닙니다. 계획 파일은 `lab2048 plan --out FILE` 명령으로 만드세요
error-plan-document = 계획 파일이 아니라 `-o json` 출력입니다. 계획 파일은 `lab2048 plan --out FILE` 명령으로 만드세요
error-plan-format = 파일의 형식은 { $found }인데, 이 버전은 형식 { $known }만 읽을 수 있습니다
error-plan-edited = 저장된 뒤에 내용이 바뀌었습니다
error-plan-of-class = 수업 전체의 계획입니다
error-plan-of-lab = 랩 하나의 계획입니다
error-plan-class-format = 수업 계획 파일의 형식은 { $found }인데, 이 버전은 형식 { $known }만 읽을 수 있습니다
error-plan-line = { $number }번째 줄이 계획이 아닙니다
error-plan-lines = 랩마다 한 줄씩 있어야 하는데 그렇지 않습니다
error-plan-other-lab = { $number }번째 줄이 { $lab } 랩을 만드는 계획이 아닙니다
error-roster-class-plan = { $path } 파일은 명단이 아니라 수업의 계획입니다
error-roster-lab-plan = { $path } 파일은 명단이 아니라 랩 하나의 계획입니다
error-plan-without-lab = { $path } 파일의 계획에 { $lab } 랩이 없습니다
error-plan-other-roster = { $path } 파일의 계획에 있는 랩이 { $roster } 명단의 랩과 다릅니다: 명단에 { $lab } 랩이 없습니다
error-not-set = 설정되지 않음
error-moved-place = { $what }: 계획을 만들 때는 { $saved }, 지금은 { $now }
error-moved-setting = { $key }: 계획을 만들 때는 { $saved }, 지금은 { $now }
error-moved-flag = 계획은 { $flag } 옵션으로 만들었는데, 지금은 이 옵션이 없습니다
error-moved-no-flag = 계획은 { $flag } 옵션 없이 만들었는데, 지금은 이 옵션이 있습니다
error-moved-template = 템플릿으로 만든 { $node }의 내용이 달라졌습니다
error-moved-appeared = { $node }: 없었는데 지금은 있습니다
error-moved-vanished = { $node }: 있었는데 지금은 없습니다
error-moved-recreated = { $node }: 삭제된 뒤 다시 생성되었습니다
error-moved-changed = { $node }: 변경되었습니다
error-moved-effect = { $node }: 계획에서는 { $saved }, 지금은 { $now }
error-op-create = 생성
error-op-update = 변경
error-op-replace = 교체
error-op-delete = 삭제
error-op-none = 그대로 둠
error-moved-result = { $node }: 결과가 계획과 달라집니다: { $fields }
error-moved-result-more = { $node }: 결과가 계획과 달라집니다: { $fields } 외 { $more }개
error-moved-order = 단계의 순서가 바뀌었습니다

# 수업의 랩을 만드는 Job.

error-job-name = { $name }: Job의 이름으로 사용할 수 없습니다
error-job-kubeconfig = { $lab } 랩은 kubeconfig로 클러스터에 연결하는데, Job의 파드에는 kubeconfig가 없습니다
error-job-region = { $lab } 랩에 리전이 없습니다. Job의 파드는 이 컴퓨터의 구성에서 리전을 가져올 수 없습니다
error-job-too-large = 명단과 환경의 크기는 { $size }바이트인데, ConfigMap에는 { $room }바이트까지만 넣을 수 있습니다
error-job-foreign = 같은 이름의 리소스가 이미 있는데, lab2048의 Job이 만든 것이 아닙니다: { $names }
error-job-under-way = { $name } Job이 다른 명단이나 다른 옵션으로 진행 중입니다
error-job-missing = { $namespace } 네임스페이스에 lab2048의 { $name } Job이 없습니다
error-job-no-assignment = { $name } ConfigMap에 인덱스별 랩 배정이 없습니다
error-job-no-index = 인덱스 { $index }번은 없습니다. 배정된 인덱스는 { $count }개입니다
error-job-other-roster = { $lab } 랩이 명단에서 배정된 자리({ $place })에 없습니다

# AWS 세션: AWS CLI의 파일, 변수, 프로그램.

error-aws-files = AWS CLI의 구성 파일을 읽을 수 없습니다. 파일을 고치거나, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE 변수로 다른 파일을 지정하세요
error-no-aws-profile = `{ $name }` AWS 프로파일이 없습니다({ $named_by }에서 지정). { $instead }
error-no-source-profile = AWS 프로파일 `{ $profile }`의 source_profile에 지정된 `{ $source_profile }` 프로파일이 없습니다. { $instead }
error-no-profiles = 프로파일이 하나도 없습니다. `aws configure --profile NAME` 명령으로 만드세요
error-profile-near = 혹시 `{ $near }`인가요? ({ $there })
error-names-there = 사용할 수 있는 이름 { $count }개: { $names }
error-no-region = AWS 리전이 설정되지 않았습니다. `--region ap-northeast-2` 옵션을 추가하거나, 환경에 `cluster.region` 값을 설정하거나, `{ $command }` 명령을 실행하세요
error-no-credentials = AWS 자격 증명을 찾을 수 없습니다. `{ $command }` 명령을 실행하거나, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY 변수를 설정하세요
error-no-variable = { $needed_by }에 필요한 { $lacks } 변수가 설정되지 않았습니다. 변수를 설정하거나, --profile NAME 옵션으로 다른 자격 증명을 선택하세요
error-sign-in-expired = AWS Single Sign-On 세션이 만료되었습니다. `{ $command }` 명령을 실행하세요
error-sign-on = AWS Single Sign-On에서 { $account } 계정의 { $role } 역할에 대한 자격 증명을 받지 못했습니다
error-console = AWS 프로파일 `{ $profile }`에서 사용하는 `aws login` 세션의 자격 증명을 AWS CLI에서 받지 못했습니다. `{ $command }` 명령을 실행하세요. 자격 증명을 받을 수 있는지는 `aws configure export-credentials --profile { $profile } --format env` 명령으로 확인할 수 있습니다
error-no-console = AWS 프로파일 `{ $profile }`에서는 `aws login` 세션을 사용합니다. 이 세션은 AWS CLI를 통해 읽는데, PATH에 `aws` 프로그램이 없습니다. AWS CLI를 설치하거나, AWS CLI가 있는 곳에서 `aws configure export-credentials --profile { $profile } --format env` 명령이 출력한 변수를 가져와 설정하세요
error-no-program = AWS 프로파일 `{ $profile }`의 credential_process를 실행할 수 없습니다: `{ $program }` 프로그램이 없습니다. 프로그램을 설치하거나 프로파일을 변경하세요
error-no-program-on-path = AWS 프로파일 `{ $profile }`의 credential_process를 실행할 수 없습니다: PATH에 `{ $program }` 프로그램이 없습니다. 프로그램을 설치하거나 프로파일을 변경하세요
error-process = AWS 프로파일 `{ $profile }`의 credential_process에서 자격 증명을 받지 못했습니다. 직접 실행해 보거나 프로파일을 변경하세요
error-process-failed = 실패했습니다({ $status }): { $why }
error-process-silent = 이유를 출력하지 않았습니다
error-process-babbles = 출력이 credential_process의 응답(Version 1과 키가 있는 JSON)이 아닙니다
error-program-start = 실행할 수 없습니다
error-program-silent = { $seconds }초 안에 응답하지 않아서 종료했습니다
error-program-too-much = 1 MiB 넘게 출력해서 종료했습니다
error-program-interrupted = 실행이 중단되어 함께 종료했습니다
error-program-unreadable = 출력을 읽을 수 없습니다
error-token-file = 토큰 파일을 읽을 수 없습니다: { $path }({ $whose }의 web_identity_token_file)
error-role = 역할을 수임할 수 없습니다: { $arn }({ $whose })
error-other-account = { $arn } 역할을 요청했는데 STS가 다른 계정의 세션({ $given })을 주었습니다. 그 계정에서는 아무 작업도 하지 않습니다. AWS_ENDPOINT_URL이 어디를 가리키는지 확인하세요
error-mfa-unasked = AWS 프로파일 `{ $profile }`에는 MFA 디바이스 { $serial }의 코드가 필요한데, 여기서는 코드를 물어볼 수 없습니다
error-mfa-unanswered = MFA 디바이스 { $serial }의 코드가 입력되지 않았습니다
error-mfa-ended = AWS 프로파일 `{ $profile }`의 자격 증명이 만료되어 MFA 디바이스 { $serial }의 새 코드가 필요합니다. 같은 명령을 다시 실행하세요
error-place-container = 컨테이너에서 자격 증명을 받지 못했습니다({ $whose }). 컨테이너에 역할이 연결된 경우에만 자격 증명이 있습니다. 그렇지 않으면 --profile NAME 옵션으로 다른 자격 증명을 선택하세요
error-place-instance = 인스턴스에서 자격 증명을 받지 못했습니다({ $whose }). 인스턴스에 역할이 연결된 경우에만 자격 증명이 있습니다. 그렇지 않으면 --profile NAME 옵션으로 다른 자격 증명을 선택하세요
error-authority-bundle = { $named_by }에 지정된 { $path } 파일을 사용할 수 없습니다. 설정을 해제하거나 인증서(PEM) 파일을 지정하세요
error-bundle-broken = 파일 안에 손상된 인증서가 있습니다
error-bundle-empty = 파일 안에 인증서(PEM)가 없습니다
error-whose-profile = AWS 프로파일 `{ $profile }`
error-whose-key = AWS 프로파일 `{ $profile }`의 { $key }
error-whose-container = AWS_CONTAINER_CREDENTIALS_FULL_URI 또는 _RELATIVE_URI
error-keys-of-profile = AWS 프로파일 `{ $profile }`
error-keys-of-environment = 환경 변수
error-keys-of-role = 역할 { $arn }
error-empty-source = AWS 프로파일 `{ $profile }`의 source_profile `{ $source_profile }`에 자격 증명이 없습니다. `{ $command }` 명령을 실행하세요
error-profiles-circle = AWS 프로파일이 돌아가며 서로를 가리킵니다({ $profiles }). 마지막 source_profile에 자격 증명이 있는 프로파일을 지정하세요
error-no-source = AWS 프로파일 `{ $profile }`에 role_arn은 있는데 source_profile과 credential_source가 모두 없습니다. 둘 중 하나를 추가하세요
error-two-sources = AWS 프로파일 `{ $profile }`에 source_profile과 credential_source가 모두 있습니다. 둘 중 하나를 삭제하세요
error-unknown-source = AWS 프로파일 `{ $profile }`의 credential_source에 `{ $word }` 값을 사용할 수 없습니다. Environment, Ec2InstanceMetadata, EcsContainer 중 하나여야 합니다
error-no-sso-session = AWS 프로파일 `{ $profile }`의 sso_session에 지정된 [sso-session { $session }] 섹션이 없습니다. `aws configure sso-session` 명령을 실행하세요
error-other-sso-sessions = AWS 프로파일 `{ $profile }`의 sso_session에 지정된 [sso-session { $session }] 섹션이 없습니다. { $there }
error-sso-session-lacks = [sso-session { $session }] 섹션에 { $key } 키가 없습니다. `aws configure sso-session` 명령을 실행하세요
error-profile-lacks = AWS 프로파일 `{ $profile }`에 { $has } 키는 있는데 { $key } 키가 없습니다. { $key } 키를 추가하거나 { $has } 키를 삭제하세요
error-endpoint = { $service } 엔드포인트 `{ $url }`({ $named_by }): https://HOST 형식의 URL이 아닙니다. 고치거나 삭제하세요
error-empty-variable = { $name } 변수가 빈 값으로 설정되어 있는데, Single Sign-On에서는 이 값을 주소로 사용합니다. 설정을 해제하세요
error-region = `{ $region }`: ap-northeast-2와 같은 AWS 리전이 아닙니다. AWS_REGION, AWS_DEFAULT_REGION 변수와 프로파일의 `region` 값을 확인하세요
error-unfit-keys = { $what }({ $whose })에 공백이나 줄바꿈 같은 제어 문자가 들어 있습니다. 다시 복사하세요

# AWS 호출과 클러스터.

error-lacks-permission = 호출자에게 { $action } 권한이 없습니다: { $message }
error-no-reason = 이유를 알 수 없음
error-no-reason-status = HTTP { $status }, 이유를 알 수 없음
error-foreign-answer = HTTP { $status }: AWS의 응답이 아닙니다. 프록시의 응답일 수 있습니다
error-late = 제시간에 응답이 없습니다
error-not-aws = 응답한 쪽이 AWS가 아닙니다: { $text }
error-no-answer = AWS에서 응답이 없습니다: { $text }
error-no-clusters = { $region } 리전에 EKS 클러스터가 없습니다. 리전과 계정이 맞는지 확인하세요
error-which-cluster = { $region } 리전에 EKS 클러스터가 { $count }개 있습니다. `--cluster` 옵션으로 하나를 지정하세요: { $names }
error-no-cluster = { $region } 리전에 `{ $name }` EKS 클러스터가 없습니다. 있는 클러스터: { $names }
error-no-cluster-at-all = { $region } 리전에 `{ $name }` 클러스터를 포함해 EKS 클러스터가 하나도 없습니다. 리전과 계정이 맞는지 확인하세요
error-cluster-unread = EKS 클러스터를 조회할 수 없습니다

# 클러스터 API에 연결하는 길: kubeconfig, 자격 증명 플러그인.

error-no-kubeconfig = { $path } 위치에 kubeconfig가 없습니다. `aws eks update-kubeconfig --name CLUSTER` 명령으로 만들거나, KUBECONFIG 변수로 다른 파일을 지정하세요
error-no-home = kubeconfig가 없습니다: KUBECONFIG 변수에 지정된 파일이 없고 홈 폴더도 없습니다
error-kubeconfig-unreadable = kubeconfig를 읽을 수 없습니다: { $file }
error-kubeconfig-syntax = { $file } 파일은 올바른 kubeconfig가 아닙니다: { $why }
error-kubeconfig-twice = kubeconfig({ $file })의 `{ $list }` 목록에 `{ $name }` 항목이 두 번 있습니다. 하나를 삭제하세요
error-no-context = kubeconfig({ $files })에 `{ $name }` 컨텍스트가 없습니다. 있는 컨텍스트: { $names }
error-no-context-named = kubeconfig({ $files })에 현재 컨텍스트로 지정된 `{ $name }` 컨텍스트가 없습니다. 있는 컨텍스트: { $names }
error-no-current-context = kubeconfig({ $files })에 현재 컨텍스트가 없습니다. `--set cluster.context=NAME` 옵션으로 하나를 선택하세요(있는 컨텍스트: { $names })
error-none = 없음
error-context = kubeconfig({ $file })의 `{ $context }` 컨텍스트를 사용할 수 없습니다: { $fault }
error-fault-empty = { $key } 값이 없습니다
error-fault-no-cluster = 이 컨텍스트의 클러스터 `{ $name }` 항목이 `clusters` 목록에 없습니다. 목록에 있는 클러스터: { $names }
error-fault-no-user = 이 컨텍스트의 사용자 `{ $name }` 항목이 `users` 목록에 없습니다. 목록에 있는 사용자: { $names }
error-fault-no-url = { $key } 값 `{ $value }`: https://HOST:PORT 형식의 URL이 아닙니다
error-fault-no-base64 = { $key } 값이 Base64가 아닙니다: { $why }
error-fault-no-certificate = { $key } 값에 인증서(PEM)가 없습니다
error-fault-no-file = { $key } 파일을 읽을 수 없습니다({ $path }): { $why }
error-context-credentials = kubeconfig({ $file })의 `{ $context }` 컨텍스트에서 자격 증명을 받지 못했습니다
error-context-signed-out = kubeconfig({ $file })의 `{ $context }` 컨텍스트에서 자격 증명을 받지 못했습니다: { $why }
error-no-authority = EKS가 준 { $endpoint }의 인증 기관 데이터가 인증서가 아닙니다
error-no-client = 클러스터 API({ $endpoint })에 연결할 클라이언트를 만들 수 없습니다: { $why }
error-no-endpoint = 클러스터의 엔드포인트 `{ $endpoint }`: https://HOST 형식의 URL이 아닙니다
error-kubeconfig-token = kubeconfig의 토큰 파일을 읽을 수 없습니다({ $path }): { $why }
error-cluster-malformed = Kubernetes API의 형식에 맞지 않는 응답입니다: { $why }
error-cluster-no-credentials = 클러스터에 사용할 자격 증명이 없습니다: { $why }
error-cluster-silent = { $time } 안에 응답이 오지 않았습니다
error-cluster-no-answer = Kubernetes API에서 응답이 없습니다: { $text }
error-cluster-other-answers = 응답한 쪽이 Kubernetes API가 아닙니다: { $text }
error-cluster-foreign-answer = HTTP { $status }: Kubernetes API의 응답이 아닌 페이지입니다. 프록시의 응답일 수 있습니다
error-plugin-no-command = 자격 증명 플러그인에 명령이 없습니다
error-plugin-version = 자격 증명 플러그인 `{ $command }`의 apiVersion은 `{ $version }`인데, 사용할 수 있는 값은 client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1뿐입니다
error-plugin-missing = 자격 증명 플러그인 `{ $command }` 프로그램이 없습니다
error-plugin-missing-on-path = PATH에 자격 증명 플러그인 `{ $command }` 프로그램이 없습니다
error-plugin-start = 자격 증명 플러그인 `{ $command }` 프로그램을 실행할 수 없습니다: { $why }
error-plugin-failed = 자격 증명 플러그인 `{ $command }` 프로그램이 실패했습니다({ $status }): { $why }
error-plugin-see-stderr = 표준 오류 출력에 이유가 있을 수 있습니다
error-plugin-ended = 자격 증명 플러그인 `{ $command }` 프로그램을 사용할 수 없습니다: { $why }
error-plugin-no-credential = 자격 증명 플러그인 `{ $command }` 프로그램의 출력이 ExecCredential이 아닙니다
error-plugin-other-version = 자격 증명 플러그인 `{ $command }` 프로그램이 응답한 apiVersion은 `{ $answered }`인데, kubeconfig의 값은 `{ $asked }`입니다. 두 값을 같게 하세요
error-plugin-nothing = 자격 증명 플러그인 `{ $command }` 프로그램에서 토큰도, 클라이언트 인증서와 그 키도 받지 못했습니다

# 조치.

help-then-again = { $remedy }. 그런 다음 같은 명령을 다시 실행하세요
help-denied = 메시지에 나온 권한을 요청하세요
help-unauthenticated = 자격 증명을 갱신하세요
help-expired-credentials = 자격 증명이 만료되었습니다. 다시 로그인하거나 새 자격 증명을 설정하세요
help-bad-signature = 보안 액세스 키(secret access key)와 이 컴퓨터의 시계를 확인하세요
help-conflict = 그사이 다른 사람이 변경했습니다. `lab2048 plan` 명령으로 확인하세요
help-invalid = 이 값이 나온 환경이나 템플릿을 수정하세요
help-unreachable = 네트워크, VPN, 프록시를 확인하세요
help-untrusted = 이 컴퓨터가 신뢰하는 인증 기관과 프록시를 확인하세요
help-aws-denied = 메시지에 나온 권한을 요청하세요. 필요한 권한 전체는 `lab2048 policy iam` 명령으로 볼 수 있습니다
help-aws-expired = 자격 증명이 만료되었습니다. 다시 로그인하거나(`aws sso login`) 새 자격 증명을 설정하세요
help-aws-unauthenticated = 키(`aws sts get-caller-identity`), 프로파일, 리전을 확인하세요. 한 파티션(aws, aws-cn, aws-us-gov)의 키는 다른 파티션이나 활성화되지 않은 리전에서 사용할 수 없습니다
help-aws-unreachable = 리전 이름, 네트워크, VPN, 프록시를 확인하세요
help-aws-untrusted = 네트워크의 프록시가 통신 내용을 검사한다면 이 컴퓨터가 그 프록시의 인증 기관을 신뢰해야 합니다. SSL_CERT_FILE 변수로, AWS에만 적용하려면 AWS_CA_BUNDLE 변수로 신뢰할 인증 기관의 파일을 지정하세요
help-cluster-denied = 클러스터에 인증은 되었지만 이 권한이 없습니다. AmazonEKSClusterAdminPolicy 같은 액세스 정책이나 `lab2048 policy rbac` 명령이 출력하는 역할로 권한을 받으세요. 수업에서는 `lab2048 fleet access`로 받은 자기 랩의 권한만 있습니다
help-cluster-untrusted = 엔드포인트, 그 인증 기관, 프록시를 확인하세요
help-cluster-stranger = 현재 AWS 자격 증명에는 { $cluster } 클러스터의 액세스 권한이 없습니다. 클러스터를 만든 사람이 `aws eks create-access-entry --cluster-name { $cluster } --region { $region } --principal-arn ARN` 명령과 `aws eks associate-access-policy` 명령으로 권한을 줄 수 있습니다. ARN은 `aws sts get-caller-identity` 명령으로 확인하세요. 다른 자격 증명을 사용하려면: --profile NAME
help-context-refused = 클러스터가 kubeconfig의 자격 증명을 받아들이지 않습니다(컨텍스트 `{ $context }`). 자격 증명을 갱신하거나, `--set cluster.context=NAME` 옵션으로 다른 컨텍스트를 선택하세요
help-token-refused = 클러스터가 { $path } 파일의 토큰을 받아들이지 않습니다. 토큰이 만료되었거나 다른 클러스터의 토큰입니다
help-assume-role = 호출자에게 { $arn } 역할에 대한 sts:AssumeRole 권한이 있어야 하고, 역할의 신뢰 정책에 호출자가 있어야 합니다. 호출자가 누구인지는 `aws sts get-caller-identity` 명령으로 확인하세요
help-mfa-unasked = 터미널에서 `aws sts get-caller-identity --profile { $profile }` 명령을 실행하고 코드를 입력하면, 그 세션을 여기서도 사용합니다. 또는 --profile 옵션과 AWS_PROFILE 변수 없이 세션을 직접 가져오세요: { $command }
help-kubeconfig = KUBECONFIG 변수로 kubeconfig를 지정하세요
help-plugin-hint = kubeconfig의 안내: { $hint }
help-plugin-install = 플러그인을 설치하거나, 다른 자격 증명을 사용하는 컨텍스트를 선택하세요: --set cluster.context=NAME
help-expired = 더 나중의 시각이나 `--set lab.expires=8h` 같은 기간을 지정하거나, 만료를 없애세요: `--set lab.expires=null`
help-locked = 그 실행이 끝나면 같은 명령을 다시 실행하세요. --wait-lock 10m 옵션을 추가하면 더 오래 기다립니다
help-carries-out = `{ $command }` 명령으로 실행하세요
help-carries-out-class = `{ $command }` 명령으로 실행하세요. 이 계획의 명단은 { $roster }입니다
help-carries-out-lab = `lab2048 apply { $path }` 명령으로 실행하고, `lab2048 show { $path }` 명령으로 볼 수 있습니다
help-new-plan = `lab2048 plan --out FILE` 명령으로 계획을 새로 만드세요
help-new-plan-by = 계획을 새로 만드세요: { $command }
help-new-plan-by-quoted = 계획을 새로 만드세요: `{ $command }`
help-say-made-with = 계획을 만들 때와 같은 옵션으로 실행하세요: { $command }
help-plan-with-lab = 이 계획은 --only 옵션으로 만들었습니다. 그 랩이 들어간 계획을 만드세요
help-other-plan-file = 아직 없는 파일이나 이전 계획이 들어 있는 파일을 지정하세요
help-other-page-file = 아직 없는 파일이나 이전 페이지가 들어 있는 파일을 지정하세요
help-other-report-file = 아직 없는 파일이나 이전 보고서가 들어 있는 파일을 지정하세요
help-events-of-run = 실행할 때 --events로 지정한 파일을 지정하세요
help-other-events-file = 아직 없는 파일이나 이전 실행의 이벤트가 들어 있는 파일을 지정하세요
help-other-journal = 진행 기록은 명단과 같은 폴더에 저장됩니다. 그 파일을 옮기거나, 명단을 다른 폴더에 복사하세요
help-move-kubeconfig = 그 파일을 옮기거나, 샌드박스를 다른 위치에 저장하세요: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-add-yes = 묻지 않고 실행하려면 --yes 옵션을 추가하세요
help-not-sandbox = -e 옵션을 빼거나, `target: sandbox`로 된 환경을 지정하세요
help-did-you-mean = 혹시 `{ $near }`인가요?
help-list-labs = 랩 목록은 `lab2048 fleet status ROSTER` 명령으로 볼 수 있습니다
help-one-cluster = 한 클러스터의 랩만 지정하세요: --only LAB,LAB. 전체는 -o json으로 볼 수 있습니다
help-list-checks = 검사 목록은 `lab2048 explain` 명령으로 볼 수 있습니다
help-already-there = 이미 있는 파일입니다. 그 파일을 편집하거나 다른 이름을 선택하세요
help-selectors = 랩 이름의 앞부분을 같게 하거나, 모든 랩에 맞는 셀렉터 하나를 지정하세요: { $flag }
help-no-state-folder = 폴더(XDG_STATE_HOME=/path)나 파일(LAB2048_SANDBOX_STATE=/path/sandbox.json)을 지정하세요. `-e workshop` 환경에는 둘 다 필요하지 않습니다
help-elsewhere = 샌드박스를 다른 위치에 저장하세요: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-reset-world = `lab2048 sandbox reset` 명령으로 새 샌드박스를 시작하세요
help-world-right = 그 폴더의 쓰기 권한을 설정하거나(chmod -R u+rwX { $folder }), 샌드박스를 다른 위치에 저장하세요: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-world-room = 디스크 공간을 확보한 뒤 계속하세요. 그 전까지 한 일은 남아 있습니다. 또는 샌드박스를 다른 위치에 저장하세요: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-context-there = 그 클러스터의 컨텍스트는 `{ $name }`입니다: --set cluster.context={ $name }. 터널 등을 통해 `{ $context }` 컨텍스트로 그 클러스터에 연결된다면 직접 지정하세요: --set cluster.context={ $context }
help-context-nowhere = 그 클러스터의 컨텍스트를 선택하세요(`aws eks update-kubeconfig --name { $cluster } --region { $region }` 명령으로 만듭니다). 터널 등을 통해 `{ $context }` 컨텍스트로 그 클러스터에 연결된다면 직접 지정하세요: --set cluster.context={ $context }
help-job-name = --name 옵션으로 이름을 지정하세요. 영문 소문자, 숫자, `-`를 50자까지 사용할 수 있습니다
help-job-kubeconfig = EKS를 통해 연결하게 하세요(--set cluster.access=eks). 클러스터마다 파드의 역할에 대한 액세스 항목이 필요합니다
help-job-region = 리전을 지정하세요: --region REGION 옵션, 또는 명단의 cluster.region 열
help-job-too-large = 명단을 둘로 나누고(예: 리전마다 하나) 명단마다 Job을 만드세요. 또는 직접 추가한 열을 빼세요
help-job-foreign = 다른 이름(--name)이나 다른 네임스페이스(--namespace)를 선택하세요
help-job-under-way = 끝날 때까지 기다리거나(`lab2048 fleet job status`), 삭제하거나(`lab2048 fleet job delete`), 다른 이름(--name)을 선택하세요
help-job-missing = `lab2048 fleet job apply` 명령으로 만드세요. 다른 곳을 조회하려면 --name, --namespace, --context 옵션을 사용하세요
help-job-again = Job을 삭제하고(`lab2048 fleet job delete`) 다시 만드세요
error-cluster-refused = { $cause } ({ $message })
