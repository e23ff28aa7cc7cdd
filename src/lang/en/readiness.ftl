# How far each node is, and why it is no further: stages, causes, and what to do about them.

is-present = present
is-ready = ready
is-missing = missing
is-gone = gone
is-still-there = still there
is-being-deleted = being deleted
is-deletion-without-effect = the deletion has not taken effect yet
is-held-by-finalizers = held by finalizer { $names }
is-more-unknown = more is not known: { $why }
is-deleted-meanwhile = it is not there any more: somebody has deleted it

is-no-role = no role
is-awaiting-role = waiting for the role
is-iam-not-showing = IAM does not show it yet
is-iam-not-everywhere = IAM has not removed it everywhere yet
is-awaiting-policy = waiting for the role's policy
is-policy-not-yet = { $policy } is not attached yet
is-role-trust = role's trust
is-not-assumable = { $service } may not assume it for this profile
is-role-policy = role's policy
is-policy-lacking = { $policy } is not attached

is-no-profile = no profile
is-awaiting-profile = waiting for the profile
is-eks-not-showing = EKS does not show it yet
is-eks-sets-up = EKS sets it up, which takes up to six minutes
is-eks-no-reason = EKS gives no reason
is-eks-not-begun = EKS has not begun to delete it
is-eks-evicts = EKS evicts its pods and removes it, which takes minutes
is-deleted-by-somebody = somebody is deleting it
is-profile-deleted-meanwhile = somebody deleted the profile while it was awaited
is-gone-and-another = gone; another of its name is there

is-no-entry = no access entry
is-awaiting-entry = waiting for the access entry
is-entry-comes-with-profile = EKS makes it with the profile
is-entry-there = access entry there
is-entry-of-earlier-role = access entry of an earlier role
is-entry-bound-to-deleted = it is bound to the role that was deleted
is-entry-still-there = access entry still there
is-entry-gone = access entry gone

is-no-phase = no phase yet
is-not-active = the API server has not marked the namespace Active yet
is-objects-being-deleted = its objects are being deleted
is-restore-controller = the load balancer controller, which removes these, has no ready pod: restore it

is-uncounted = not counted yet
is-budget-unseen = the disruption controller has not seen the budget yet
is-pods-may-be-away = pods that may be away now: { $count }

is-no-address = no address
is-no-cluster-address = the Service has no cluster address yet
is-selects-no-pod = selects no pod
is-no-pod-has-labels = { $count ->
    [one] the { $count } pod here does not have
   *[other] none of the { $count } pods here has
} the labels that it selects: { $labels }
is-selector-put-back = `lab2048 apply --force-conflicts` puts its selector back

is-pods-available = { $available }/{ $wanted } pods available
is-pods-available-stopping = { $available }/{ $wanted } pods available, { $stopping } stopping
is-change-unseen = the deployment controller has not seen the change yet
is-rollout-stalled = the rollout makes no progress: { $message }
is-pods-uncreated = pods cannot be created: { $message }
is-pods-from-new-template = { $updated } of { $wanted ->
    [one] { $wanted } pod
   *[other] { $wanted } pods
} made from the new template
is-old-pods-stopping = old pods still stopping: { $count }
is-recreating-pods = recreating pods
is-pods-made-too-early = they were made before the profile could take them
is-pods-left = pods left: { $count }
is-own-pods-stopping = its pods are still stopping: { $count } left
is-pods-gone-itself-not = its pods are gone, itself not yet

is-awaiting-controller = waiting for the controller
is-not-taken-up = no controller has taken it up yet: is the load balancer controller running, and is the class its own?
is-controller-at-work = controller at work
is-controller-makes = the controller has taken it up and is making the load balancer
is-balancer-has-host = load balancer has a host name
is-host-name = host name { $name }
is-controller-removes = the controller is removing the load balancer (it reports nothing while it does)
is-ingress-needs-controller = the load balancer controller has no ready pod, and only it can remove the load balancer and its finalizer
is-restore-or-do-without = restore it with the same --cluster-name, and the deletion goes on by itself; or do without it: `lab2048 destroy --without-controller`

is-no-alb = no ALB yet
is-awaiting-alb = waiting for the controller to make the ALB
is-no-such-alb = there is no load balancer { $name } yet
is-vanished = it was there and is gone
is-vanished-error = it was there and is gone: { $error }
is-alb-name-taken = a load balancer named { $name } exists and was made for Ingress { $stack }, so the controller cannot make ours
is-alb-name-taken-by-nobody = a load balancer named { $name } exists and was made for nobody's Ingress, so the controller cannot make ours
is-rename-alb = set ingress.loadBalancerName, or remove that load balancer
is-awaiting-alb-replacement = waiting for the controller to replace the ALB
is-alb-other-scheme = { $name } is { $scheme }, not { $wanted }
is-alb-provisioning = ALB provisioning
is-aws-sets-up = AWS sets it up, which takes two to three minutes
is-alb-active = ALB active
is-alb-impaired = the ALB is impaired: { $reason }
is-alb-failed = ALB failed
is-aws-no-reason = AWS gives no reason
is-awaiting-listener = ALB active, waiting for a listener
is-awaiting-listener-on = ALB active, waiting for a listener on port { $port }
is-awaiting-rule = waiting for a rule that leads to the pods
is-awaiting-rule-of = waiting for a rule of port { $port } that leads to the pods
is-remade = the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours

is-awaiting-alb-deletion = waiting for the controller to delete the ALB
is-name-still-there = { $name } is still there
is-see-controller-log = see what keeps the controller: `kubectl -n kube-system logs deployment/{ $name } --tail=20`; or remove it by hand: `lab2048 destroy --without-controller`
is-alb-gone = ALB gone, looking for its target groups
is-awaiting-target-groups = waiting for the ALB's target groups to go
is-left = still there: { $names }
is-groups-gone = target groups gone, looking for security groups
is-alb-stays = target groups gone; the ALB stays for the others of its group
is-awaiting-security-group = waiting for the ALB's security group to go
is-group-unused = nothing uses { $id } any more; the controller tries again at growing intervals
is-interfaces-use = { $count ->
    [one] a network interface of the ALB still uses { $id }
   *[other] { $count } network interfaces of the ALB still use { $id }
}
is-rule-names = an inbound rule of security group { $other } still names { $id } as its source
is-take-rule-out = take it out: `{ $command }`
is-alb-all-gone = ALB, target groups and security groups gone

is-targets-healthy = { $healthy }/{ $wanted } targets healthy
is-target-state = { $count } { $state }
is-target-state-why = { $count } { $state } ({ $why })
is-targets-unregistered = { $count } not registered yet
is-let-alb-in = let the ALB reach the pods: their security groups and network ACLs, and the port app.port
is-answer-with-200 = make the game answer with 200 where it is asked: ingress.path, or the annotation healthcheck-path
is-look-at-port = see whether the game listens on app.port: `kubectl logs`, and the target group's health checks
is-health-path = the Ingress has the game asked for { $path }: let it answer there, or have it asked for / again: `kubectl -n { $namespace } annotate ingress { $name } { $annotation }-`

is-proof-internal = internal ALB: not reachable from here; its healthy targets are the proof
is-proof-by-targets = no plain request leads to the game ({ $why }); its healthy targets are the proof
is-awaiting-dns = waiting for DNS of { $host }
is-unresolved = the name does not resolve yet; that takes up to a minute or two
is-resolver-failed = the resolver failed: { $why }
is-unanswered = GET { $url } → no answer
is-no-answer-in = no answer within { $time }
is-too-many-redirects = more than { $limit } redirects, the last to { $last }
is-redirected-elsewhere = redirected to `{ $url }`, which is not the game's: only redirects to the ALB's own name or the game's are followed
is-redirected-nowhere = redirected to `{ $url }`, which is no address
is-certified = { $request }, with a certificate for { $names }
is-nameless-certificate = the certificate is for no name, so that browsers refuse it
is-mend-certificate = give the ALB a certificate that is good and for the game's name: --set ingress.certificateArn=ARN --set ingress.host=NAME
is-page-empty = the page is empty, and not the game's, which has `{ $text }` (app.expect)
is-page-other = the page is not the game's, which has `{ $text }` (app.expect); it begins: { $page }
is-expect-other = if that is the page of your image: --set app.expect=TEXT, a text that it has; else look at it in a browser, and at the proxies on the way
is-no-service-at-rule = the controller found no Service for the Ingress when it made the rule
is-tls-mismatch = the ALB expects TLS there, or none
is-not-let-in = the address this request came from is not let in
is-no-rule-takes-it = no rule of the ALB takes this request
is-path-unknown = the game itself answers, and does not know the path: the ALB passes it on as it is, so the image has to serve it
is-connection-closed = a pod closed the connection
is-no-healthy-pod = the ALB has no healthy pod to send it to yet
is-no-pod-in-time = no pod answered in time

is-held = held
is-lost = lost

# How steps of a run fail, and how it goes on.

run-see-doctor = `lab2048 doctor` shows what to fix
run-then-again = { $what }; then run the same command again
run-then = { $what }; then { $resume }
run-resume = run the same command again: it goes on from here; `lab2048 destroy` removes what is there
run-resume-gone = run the same command again: it goes on from here
run-after-other = wait until the other run has ended, then run the same command again
run-not-ready-in = not ready within { $time }
run-not-gone-in = not gone within { $time }
run-unanswered-in = no answer within { $time }
run-stopped = stopped on request
run-still-in-line = others were before it in line for { $time }
run-not-given-back = not given back
run-expires = { $why }; it expires by itself

# What keeps a lab from being ready, as `status` has it.

run-unread = { $node } could not be read
run-nothing-seen = nothing of it could be seen
run-missing = { $node } is missing
run-no-balancer = there is no load balancer yet
run-scaled-to-zero = no pod is wanted (scaled to 0), so the game answers 503
is-nothing-to-remove = nothing to remove
run-profile-is = profile { $state }
run-role-is = role { $state }
is-wanted-absent = wanted absent
is-not-asked = not asked

unread-role-arn = the role's ARN is not known
unread-vpc = the cluster names neither its VPC nor a subnet
unread-zone = DescribeAvailabilityZones gave none
unread-route-table = the subnet has no route table, not even a main one
unread-subnet = EC2 does not list the subnet
unread-condition = it has no such condition
unread-leader = no leader has been elected
unread-webhook = no dry run has passed by it

kind-not-held = the cluster serves kind { $kind } ({ $version }), but a lab cannot hold such objects: take it out of the templates and apply it with kubectl
kind-unserved = the cluster serves no kind { $kind } ({ $version })
kind-served-as = { $unserved }; it serves { $kind } as { $versions }
kind-near = { $unserved }; did you mean { $near } ({ $versions })?
kind-of-definition = { $unserved }: such kinds come with a CustomResourceDefinition, which whoever runs the cluster installs with the controller that it belongs to
is-dry-run-not-elsewhere = its namespace does not exist yet, and you may not ask about it in another one
is-no-namespace = its namespace does not exist
is-forbidden = forbidden: { $why }
