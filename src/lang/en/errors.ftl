# What goes wrong: headlines (`error-…`), and what to do about it (`help-…`).

error-expired = { $origin }: lab.expires is { $at }, which is past
error-new-environment = cannot make the environment
error-render = cannot render the templates
error-session = cannot open a session with AWS
error-cluster = cannot find the cluster
error-connect = cannot connect to the cluster
error-other-cluster = context `{ $context }` of the kubeconfig is not cluster { $cluster }: { $difference }
error-other-server = its server is { $url }, the cluster's is { $of_eks }
error-other-authority = its certificate authority for { $url } is another than the cluster's
error-world = cannot open the sandbox
error-unkept = cannot keep the sandbox's state
error-no-state-folder = cannot decide where to keep the sandbox's state: there is no home folder
error-foreign-events = cannot write the events to { $path }: it holds something else
error-foreign-journal = cannot write the journal of the class to { $path }: it holds something else
error-foreign-plan = cannot write the plan to { $path }: it holds something else
error-foreign-page = cannot write the page to { $path }: it holds something else
error-foreign-report = cannot write the report to { $path }: it holds something else
error-no-events = there are no events of a run in { $path }
error-foreign-kubeconfig = cannot write the sandbox's kubeconfig to { $path }: it holds something else
error-no-plan-file = cannot read the plan in { $path }
error-plan-file = cannot use the plan in { $path }
error-plan-to-make = the plan in { $path } is to create or change the lab, not to remove it
error-plan-to-remove = the plan in { $path } is to remove the lab
error-stale = the plan is stale: { $moved }
error-stale-elsewhere = the plan is for another place: { $moved }
error-locked = { $holder } is at work on this lab: nothing was changed
error-locked-since = { $holder } is at work on this lab, since { $since }: nothing was changed
error-cycle = the plan cannot be ordered
error-circle = these wait for each other: { $path }
error-nobody-to-ask-aws = this would change AWS, and there is no terminal to ask on
error-nobody-to-ask-sandbox = this would change the sandbox, and there is no terminal to ask on
error-interrupted = interrupted before anything was changed
error-given-up = interrupted while { $wait }
error-too-far = the sandbox's clock does not go so far: the year would be 3000 or later
error-not-sandbox = environment { $name } goes to AWS; this is for the sandbox
error-no-lab-of-class = the roster has no lab { $name }
error-several-clusters = the labs are on { $count } clusters ({ $names }), and manifests are for one
error-ground = the labs cannot share their profile
error-selectors = profile { $profile } would need { $count } selectors for the labs that share it, and a profile has at most { $most }
error-no-check = there is no check { $id }
error-no-endpoint-yet = cluster { $cluster } is { $status } and has no endpoint yet
error-not-broken = { $breakages } is done to a lab that is there, and there is none with a load balancer; `lab2048 apply` makes one
error-no-deployment = there is no deployment { $deployment } in namespace { $namespace } to scale; `lab2048 apply` makes it
error-no-balancer-answers = there is no load balancer that answers yet ({ $verdict }); `lab2048 apply` makes one, or waits for it
error-cwd = cannot find the working directory
error-not-text = the variable { $name } is not text in UTF-8: set it anew, or unset it

# What could not be done: the words of `what` in the code, as an id.

error-cannot-ask-for-the-lab-s-lock = cannot ask for the lab's lock
error-cannot-look-for-the-job = cannot look for the Job
error-cannot-look-for-the-load-balancer = cannot look for the load balancer
error-cannot-make-the-folder = cannot make the folder { $path }
error-cannot-make-the-job = cannot make the Job
error-cannot-make-the-page = cannot make the page
error-cannot-make-the-report = cannot make the report
error-cannot-read = cannot read { $path }
error-cannot-read-the-assignment = cannot read the assignment { $path }
error-cannot-read-the-cluster = cannot read the cluster
error-cannot-read-the-cluster-s-arn = cannot read the cluster's ARN
error-cannot-read-the-namespaces-of-labs = cannot read the namespaces of labs
error-cannot-read-the-results-of-an-earlier-attempt = cannot read the results of an earlier attempt
error-cannot-read-who-uses-the-profile = cannot read who uses the profile
error-cannot-read-your-answer = cannot read your answer
error-cannot-remove-the-job = cannot remove the Job
error-cannot-run = cannot run { $path }
error-cannot-serve-the-game = cannot serve the game
error-cannot-serve-the-sandbox = cannot serve the sandbox
error-cannot-show-the-environment = cannot show the environment
error-cannot-start-the-shell = cannot start the shell
error-cannot-write = cannot write { $path }
error-cannot-write-the-assignment = cannot write the assignment
error-cannot-write-the-environment-down = cannot write the environment down
error-cannot-write-the-events-to = cannot write the events to { $path }
error-cannot-write-the-job-as-yaml = cannot write the Job as YAML
error-cannot-write-the-manifests-as-yaml = cannot write the manifests as YAML
error-cannot-write-the-page-to = cannot write the page to { $path }
error-cannot-write-the-plan = cannot write the plan
error-cannot-write-the-report-to = cannot write the report to { $path }
error-cannot-write-the-roles-as-yaml = cannot write the roles as YAML
error-cannot-write-the-schema = cannot write the schema

# The sandbox's world: the file that it is kept in, and waits for it.

error-state-find = cannot find the sandbox's state file { $path }
error-state-lock = cannot lock the sandbox's state file { $path }
error-state-make-the-folder-of = cannot make the folder of the sandbox's state file { $path }
error-state-read = cannot read the sandbox's state file { $path }
error-state-write = cannot write the sandbox's state file { $path }
error-world-of-others = the sandbox's state file { $path } is another user's
error-world-no-file = the sandbox's state file { $path } is { $kind }
error-kind-a-folder = a folder
error-kind-a-named-pipe = a named pipe
error-kind-a-socket = a socket
error-kind-a-device = a device
error-world-too-large = the sandbox's state file { $path } is too large: no world has more than { $most } MiB
error-world-damaged = the sandbox's state file { $path } is damaged; `lab2048 sandbox reset` puts a fresh world in its place
error-world-edited = the sandbox's state file { $path } has been edited: { $what }; `lab2048 sandbox reset` puts a fresh world in its place
error-wait = waiting for the sandbox's world, which another process holds
error-wait-for = waiting for the sandbox's world, which process { $process } ({ $command }) holds
error-wait-stopped = waiting for the sandbox's world, which process { $process } ({ $command }) holds; that process is stopped: `kill -CONT { $process }` lets it go on

# A plan in a file: what is wrong with it, and what is not as it was when it was made.

error-plan-none = it is no plan; `lab2048 plan --out FILE` writes one
error-plan-document = it is a document that `-o json` printed, not a plan; `lab2048 plan --out FILE` writes one
error-plan-format = it has format { $found }, and this version reads format { $known }
error-plan-edited = it was changed after it had been written
error-plan-of-class = it is the plan of a class
error-plan-of-lab = it is the plan of one lab
error-plan-class-format = it has format { $found } of a class, and this version reads format { $known }
error-plan-line = line { $number } is no plan
error-plan-lines = it does not have a line for each lab
error-plan-other-lab = line { $number } is no plan to make lab { $lab }
error-roster-class-plan = { $path } is the plan of a class, not a roster
error-roster-lab-plan = { $path } is the plan of one lab, not a roster
error-plan-without-lab = the plan in { $path } has no lab { $lab }
error-plan-other-roster = the plan in { $path } is of other labs than roster { $roster } has: { $lab } is not one of them
error-not-set = not set
error-moved-place = the { $what } was { $saved } and is now { $now }
error-moved-setting = { $key } was { $saved } and is now { $now }
error-moved-flag = the plan was made with { $flag }, which is not given now
error-moved-no-flag = the plan was made without { $flag }, which is given now
error-moved-template = the templates make another { $node } than they did
error-moved-appeared = { $node } was missing and is there now
error-moved-vanished = { $node } was there and is missing now
error-moved-recreated = { $node } was deleted and recreated
error-moved-changed = { $node } was changed
error-moved-effect = { $node }: the plan was to { $saved }, now it is to { $now }
error-op-create = create it
error-op-update = change it
error-op-replace = replace it
error-op-delete = delete it
error-op-none = leave it
error-moved-result = { $node } would come out otherwise than planned: { $fields }
error-moved-result-more = { $node } would come out otherwise than planned: { $fields } and { $more } more
error-moved-order = the order of the steps has changed

# A Job that makes the labs of a class.

error-job-name = the name { $name } is none for a Job
error-job-kubeconfig = lab { $lab } reaches its cluster by the kubeconfig, which the pods of a Job do not have
error-job-region = lab { $lab } has no region, which the pods of a Job cannot take from this machine's configuration
error-job-too-large = roster and environment take { $size } bytes, and a ConfigMap has room for { $room }
error-job-foreign = there already, and not of a Job of lab2048 of that name: { $names }
error-job-under-way = Job { $name } is under way, for another roster or with other flags
error-job-missing = there is no Job { $name } of lab2048 in namespace { $namespace }
error-job-no-assignment = ConfigMap { $name } does not say which labs the indexes have
error-job-no-index = there is no index { $index }: the assignment has { $count }
error-job-other-roster = lab { $lab } is not in its place of the roster, { $place }

# A session with AWS: files, variables and programs of the AWS CLI.

error-aws-files = the AWS CLI's configuration cannot be read: mend it, or name other files with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE
error-no-aws-profile = the AWS profile `{ $name }` (from { $named_by }) does not exist; { $instead }
error-no-source-profile = AWS profile `{ $profile }` has source_profile `{ $source_profile }`, which does not exist; { $instead }
error-no-profiles = there are none: `aws configure --profile NAME` makes one
error-profile-near = did you mean `{ $near }`? ({ $there })
error-names-there =
    { $count ->
        [one] there is: { $names }
       *[other] there are: { $names }
    }
error-no-region = no AWS region is set: give `--region ap-northeast-2`, set `cluster.region` in the environment, or run `{ $command }`
error-no-credentials = no AWS credentials were found: run `{ $command }`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
error-no-variable = { $lacks } is not set, and { $needed_by } needs it: set it, or choose other credentials with --profile NAME
error-sign-in-expired = the AWS single sign-on session has expired: run `{ $command }`
error-sign-on = the AWS single sign-on gives no credentials for role { $role } in account { $account }
error-console = the AWS profile `{ $profile }` goes by a session of `aws login`, for which the AWS CLI gives no credentials: run `{ $command }`; `aws configure export-credentials --profile { $profile } --format env` shows whether it can
error-no-console = the AWS profile `{ $profile }` goes by a session of `aws login`, which this program reads with the help of the AWS CLI, and there is no program `aws` on PATH: install it, or take over the variables that `aws configure export-credentials --profile { $profile } --format env` prints where it is
error-no-program = the credential_process of AWS profile `{ $profile }` cannot be run: there is no program `{ $program }`; install it, or change the profile
error-no-program-on-path = the credential_process of AWS profile `{ $profile }` cannot be run: there is no program `{ $program }` on PATH; install it, or change the profile
error-process = the credential_process of AWS profile `{ $profile }` gives no credentials: try it by hand, or change the profile
error-process-failed = it failed ({ $status }): { $why }
error-process-silent = it does not say why
error-process-babbles = it printed something that is no answer of a credential_process (JSON with Version 1 and the keys)
error-program-start = it cannot be run
error-program-silent = it gave no answer within { $seconds } s, and was ended
error-program-too-much = it printed more than 1 MiB, and was ended
error-program-interrupted = it was ended, as the run was interrupted
error-program-unreadable = its output cannot be read
error-token-file = the token file { $path } (web_identity_token_file of { $whose }) cannot be read
error-role = role { $arn } ({ $whose }) cannot be assumed
error-other-account = role { $arn } was asked for, and STS gave a session of another account ({ $given }): nothing is done there; look where AWS_ENDPOINT_URL leads
error-mfa-unasked = AWS profile `{ $profile }` wants a code of the MFA device { $serial }, and there is nobody to ask here
error-mfa-unanswered = no code of the MFA device { $serial } was given
error-mfa-ended = the credentials of AWS profile `{ $profile }` have expired, and a new code of the MFA device { $serial } is needed: run the same command again
error-place-container = the container gives no credentials ({ $whose }): it has some only where a role is attached to it; else choose others with --profile NAME
error-place-instance = the instance gives no credentials ({ $whose }): it has some only where a role is attached to it; else choose others with --profile NAME
error-authority-bundle = { $named_by } names { $path }, which cannot be used: unset it, or name a file of certificates (PEM)
error-bundle-broken = a certificate in it is broken
error-bundle-empty = it has no certificate (PEM)
error-whose-profile = AWS profile `{ $profile }`
error-whose-key = { $key } of AWS profile `{ $profile }`
error-whose-container = AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI
error-keys-of-profile = of AWS profile `{ $profile }`
error-keys-of-environment = of the environment
error-keys-of-role = of role { $arn }
error-empty-source = AWS profile `{ $profile }` has source_profile `{ $source_profile }`, which has no credentials: run `{ $command }`
error-profiles-circle = AWS profiles go by each other in a circle ({ $profiles }): let the last source_profile name a profile with credentials of its own
error-no-source = AWS profile `{ $profile }` has role_arn, and neither source_profile nor credential_source: add one of them
error-two-sources = AWS profile `{ $profile }` has both source_profile and credential_source: take one of them away
error-unknown-source = AWS profile `{ $profile }` has credential_source `{ $word }`; it can be Environment, Ec2InstanceMetadata or EcsContainer
error-no-sso-session = AWS profile `{ $profile }` has sso_session `{ $session }`, and there is no [sso-session { $session }]: run `aws configure sso-session`
error-other-sso-sessions = AWS profile `{ $profile }` has sso_session `{ $session }`, and there is no [sso-session { $session }]; { $there }
error-sso-session-lacks = [sso-session { $session }] has no { $key }: run `aws configure sso-session`
error-profile-lacks = AWS profile `{ $profile }` has { $has } and no { $key }: add it, or take { $has } away
error-endpoint = the endpoint `{ $url }` for { $service } ({ $named_by }) is not a URL such as https://HOST: mend it, or take it away
error-empty-variable = { $name } is set and empty, which single sign-on takes for an address: unset it
error-region = `{ $region }` is no AWS region, such as ap-northeast-2: see AWS_REGION, AWS_DEFAULT_REGION and `region` of the profile
error-unfit-keys = the { $what } ({ $whose }) has a blank or a control character in it, such as the end of a line: copy it anew

# Calls to AWS, and the cluster in it.

error-lacks-permission = the caller lacks the permission { $action }: { $message }
error-no-reason = no reason given
error-no-reason-status = HTTP { $status }, no reason given
error-foreign-answer = HTTP { $status } with an answer that is not AWS's: a proxy's, perhaps
error-late = no answer in time
error-not-aws = what answers is not AWS: { $text }
error-no-answer = no answer from AWS: { $text }
error-no-clusters = there is no EKS cluster in { $region }: is the region right, and the account?
error-which-cluster = there are { $count } EKS clusters in { $region }, say which with `--cluster`: { $names }
error-no-cluster = there is no EKS cluster `{ $name }` in { $region }; there are: { $names }
error-no-cluster-at-all = there is no EKS cluster `{ $name }` in { $region }; there is none at all: is the region right, and the account?
error-cluster-unread = the EKS cluster could not be read

# The way to the cluster's API: kubeconfig, credential plugins.

error-no-kubeconfig = there is no kubeconfig at { $path }: `aws eks update-kubeconfig --name CLUSTER` writes one, KUBECONFIG names another
error-no-home = there is no kubeconfig: KUBECONFIG names none, and there is no home folder
error-kubeconfig-unreadable = the kubeconfig { $file } cannot be read
error-kubeconfig-syntax = the kubeconfig { $file } is none: { $why }
error-kubeconfig-twice = the kubeconfig { $file } has `{ $name }` twice in `{ $list }`: take one of them away
error-no-context = the kubeconfig { $files } has no context `{ $name }`; it has: { $names }
error-no-context-named = the kubeconfig { $files } has no context `{ $name }`, which it says is the current one; it has: { $names }
error-no-current-context = the kubeconfig { $files } has no current context: choose one with `--set cluster.context=NAME` (it has: { $names })
error-none = none
error-context = context `{ $context }` of the kubeconfig { $file } cannot be used: { $fault }
error-fault-empty = it has no { $key }
error-fault-no-cluster = its cluster `{ $name }` is not in `clusters`, which has: { $names }
error-fault-no-user = its user `{ $name }` is not in `users`, which has: { $names }
error-fault-no-url = its { $key } `{ $value }` is not a URL such as https://HOST:PORT
error-fault-no-base64 = its { $key } is not Base64: { $why }
error-fault-no-certificate = its { $key } has no certificate (PEM) in it
error-fault-no-file = its { $key } { $path } cannot be read: { $why }
error-context-credentials = context `{ $context }` of the kubeconfig { $file } gives no credentials
error-context-signed-out = context `{ $context }` of the kubeconfig { $file } gives no credentials: { $why }
error-no-authority = EKS gives a certificate authority for { $endpoint } that is no certificate
error-no-client = no client can be made for the cluster's API at { $endpoint }: { $why }
error-no-endpoint = the cluster's endpoint `{ $endpoint }` is not a URL such as https://HOST
error-kubeconfig-token = cannot read the kubeconfig's token file { $path }: { $why }
error-cluster-malformed = the answer is not what the Kubernetes API promises: { $why }
error-cluster-no-credentials = no credentials for the cluster: { $why }
error-cluster-silent = nothing came within { $time }
error-cluster-no-answer = no answer from the Kubernetes API: { $text }
error-cluster-other-answers = what answers is not the Kubernetes API: { $text }
error-cluster-foreign-answer = HTTP { $status } with a page that is not the Kubernetes API's: a proxy's, perhaps
error-plugin-no-command = its credential plugin has no command
error-plugin-version = its credential plugin `{ $command }` has apiVersion `{ $version }`; known are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1
error-plugin-missing = its credential plugin `{ $command }` is not there
error-plugin-missing-on-path = its credential plugin `{ $command }` is not there (looked for on PATH)
error-plugin-start = its credential plugin `{ $command }` cannot be run: { $why }
error-plugin-failed = its credential plugin `{ $command }` failed ({ $status }): { $why }
error-plugin-see-stderr = its standard error may have the reason
error-plugin-ended = its credential plugin `{ $command }` is of no use: { $why }
error-plugin-no-credential = its credential plugin `{ $command }` printed something that is no ExecCredential
error-plugin-other-version = its credential plugin `{ $command }` answers with apiVersion `{ $answered }`, and the kubeconfig has `{ $asked }`: make them one
error-plugin-nothing = its credential plugin `{ $command }` gave neither a token nor a client certificate with its key

# What to do.

help-then-again = { $remedy }; then run the same command again
help-denied = ask for the permission it names
help-unauthenticated = renew your credentials
help-expired-credentials = the credentials have expired: sign in again, or set new ones
help-bad-signature = check the secret key, and the clock of this machine
help-conflict = somebody changed it meanwhile: look with `lab2048 plan`
help-invalid = change the environment or template it comes from
help-unreachable = check the network, VPN and proxy
help-untrusted = check the certificate authorities that this machine trusts, and the proxy
help-aws-denied = ask for the permission it names; `lab2048 policy iam` prints all that is needed
help-aws-expired = the credentials have expired: sign in again (`aws sso login`), or set new ones
help-aws-unauthenticated = check the keys (`aws sts get-caller-identity`), the profile and the region: keys of one partition (aws, aws-cn, aws-us-gov) are not known in another, nor in a region that is not enabled
help-aws-unreachable = check the region's name, the network, VPN and proxy
help-aws-untrusted = if a proxy of your network reads along, this machine must trust its certificate authority: SSL_CERT_FILE names a file of authorities to trust, AWS_CA_BUNDLE one for AWS alone
help-cluster-denied = the cluster knows you, but you lack this right: an access policy such as AmazonEKSClusterAdminPolicy gives it, or the roles that `lab2048 policy rbac` prints; in a class you have those of your own lab alone, from `lab2048 fleet access`
help-cluster-untrusted = check the endpoint, its certificate authority and the proxy
help-cluster-stranger = cluster { $cluster } does not know the AWS identity you come with. Whoever made the cluster gives it access with `aws eks create-access-entry --cluster-name { $cluster } --region { $region } --principal-arn ARN` and `aws eks associate-access-policy`; `aws sts get-caller-identity` prints the ARN. Or come as somebody else: --profile NAME
help-context-refused = the cluster does not accept the kubeconfig's credentials (context `{ $context }`): renew them, or choose another context with `--set cluster.context=NAME`
help-token-refused = the cluster does not accept the token in { $path }: it has expired, or is for another cluster
help-assume-role = the caller needs sts:AssumeRole on { $arn }, and the role's trust policy has to name the caller; `aws sts get-caller-identity` says who that is
help-mfa-unasked = type it where there is a terminal, `aws sts get-caller-identity --profile { $profile }`: that session is used here, too; or take it over and leave --profile and AWS_PROFILE away: { $command }
help-kubeconfig = KUBECONFIG names a kubeconfig
help-plugin-hint = the kubeconfig says: { $hint }
help-plugin-install = install it, or choose a context with other credentials: --set cluster.context=NAME
help-expired = give it a later one, a duration such as `--set lab.expires=8h`, or none: `--set lab.expires=null`
help-locked = wait until it has ended, then run the same command again; --wait-lock 10m waits longer
help-carries-out = `{ $command }` carries it out
help-carries-out-class = `{ $command }` carries it out; its roster is { $roster }
help-carries-out-lab = `lab2048 apply { $path }` carries it out, and `lab2048 show { $path }` shows it
help-new-plan = make a new plan with `lab2048 plan --out FILE`
help-new-plan-by = make a new plan: { $command }
help-new-plan-by-quoted = make a new plan: `{ $command }`
help-say-made-with = say what it was made with: { $command }
help-plan-with-lab = the plan was made with --only: make one with that lab
help-other-plan-file = name a file that is not there yet, or one with an earlier plan
help-other-page-file = name a file that is not there yet, or one with an earlier page
help-other-report-file = name a file that is not there yet, or one with an earlier report
help-events-of-run = name the file that the run was given with --events
help-other-events-file = name a file that is not there yet, or one with events of earlier runs
help-other-journal = the journal stands beside its roster: move that file away, or copy the roster elsewhere
help-move-kubeconfig = move that file away, or keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-add-yes = add --yes to go on without being asked
help-not-sandbox = leave -e away, or name an environment with `target: sandbox`
help-did-you-mean = did you mean `{ $near }`?
help-list-labs = `lab2048 fleet status ROSTER` lists all labs
help-one-cluster = name the labs of one: --only LAB,LAB; -o json has all
help-list-checks = `lab2048 explain` lists them all
help-already-there = it is there already: edit it, or choose another name
help-selectors = let the labs' names begin alike, or give one selector for all: { $flag }
help-no-state-folder = name a folder, XDG_STATE_HOME=/path, or a file, LAB2048_SANDBOX_STATE=/path/sandbox.json; `-e workshop` needs neither
help-elsewhere = keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-reset-world = `lab2048 sandbox reset` begins a new world
help-world-right = give yourself the right to write there (chmod -R u+rwX { $folder }), or keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-world-room = make room on that disk, and go on: what had been done before is kept; or keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
help-context-there = context `{ $name }` leads there: --set cluster.context={ $name }; if `{ $context }` does lead to it, through a tunnel perhaps, name it: --set cluster.context={ $context }
help-context-nowhere = choose the cluster's own context (`aws eks update-kubeconfig --name { $cluster } --region { $region }` writes it); if `{ $context }` does lead to it, through a tunnel perhaps, name it: --set cluster.context={ $context }
help-job-name = choose one with --name: up to 50 lower-case letters, digits and `-`
help-job-kubeconfig = let them ask EKS (--set cluster.access=eks); each cluster needs an access entry for the role of the pods
help-job-region = name it: --region REGION, or a column cluster.region
help-job-too-large = make two rosters of it, such as one a region, and a Job for each; or leave out columns of your own
help-job-foreign = choose another name (--name) or another namespace (--namespace)
help-job-under-way = wait until it has ended (`lab2048 fleet job status`), remove it (`lab2048 fleet job delete`), or choose another name (--name)
help-job-missing = `lab2048 fleet job apply` makes it; look in another place with --name, --namespace or --context
help-job-again = remove the Job (`lab2048 fleet job delete`) and make it again
error-cluster-refused = { $cause } ({ $message })
