# What keeps things from working, and what to do about it: what events of the load balancer controller and states of pods mean.

cause-lbc-no-identity = the controller cannot take on its IAM role
    .remedy = check the role's trust policy, the OIDC provider and the service account's role-arn, then restart the controller
cause-lbc-no-credentials = the controller has no AWS credentials
    .remedy = check the role's trust policy, the OIDC provider and the service account's role-arn, then restart the controller
cause-lbc-no-right = the controller's IAM role lacks a right
    .remedy = attach the IAM policy of the installed controller version to its role
cause-lbc-denied = the controller's IAM role may not call { $action }

cause-lbc-throttled = AWS throttles the controller
    .remedy = it tries again by itself
cause-lbc-webhook-untrusted = the controller's webhook shows a certificate that the cluster does not trust
    .remedy = restart the controller's pods
cause-lbc-webhook-silent = the controller's webhook does not answer
    .remedy = wait for the controller's pods, or restart them
cause-lbc-webhook-unserved = the load balancer controller is installed but none of its pods serves its webhook
    .remedy = wait for them: `kubectl -n kube-system get pods -l app.kubernetes.io/name=aws-load-balancer-controller`
cause-lbc-webhook-late = the webhook does not answer in time
    .remedy = the nodes' security group must let the control plane reach port 9443 of the controller's pods
cause-lbc-some-webhook-silent = a webhook does not answer
    .remedy = see whether the pods that serve it are running

cause-lbc-no-subnet = the controller finds no subnet for the load balancer
    .remedy = tag two public subnets with kubernetes.io/role/elb=1, and check the controller's --cluster-name
cause-lbc-one-zone = the controller finds subnets in one zone only, and a load balancer needs two
    .remedy = tag a subnet in a second zone with kubernetes.io/role/elb=1
cause-lbc-subnet-unknown = the annotation `subnets` names a subnet that does not exist
    .remedy = correct ingress.annotations
cause-lbc-subnets-of-one-zone = the annotation `subnets` names two subnets of one zone
    .remedy = correct ingress.annotations
cause-lbc-subnets-mixed = the annotation `subnets` mixes ordinary zones with others
    .remedy = correct ingress.annotations

cause-lbc-no-certificate-for-host = HTTPS is asked for and there is no issued certificate for the host
    .remedy = set ingress.certificateArn, or have ACM issue one in this region
cause-lbc-certificate-unknown = the certificate does not exist in this region
    .remedy = correct ingress.certificateArn
cause-lbc-port-unknown = the Ingress names a port that the Service does not have
    .remedy = make them the same
cause-lbc-targets-are-instances = targets are instances, which needs node ports; pods on Fargate need IP targets
    .remedy = set the annotation alb.ingress.kubernetes.io/target-type: ip
cause-lbc-scheme-unknown = the annotation `scheme` is neither internet-facing nor internal
    .remedy = correct it
cause-lbc-target-type-unknown = the annotation `target-type` is neither ip nor instance
    .remedy = set it to ip
cause-lbc-listen-ports-invalid = the annotation `listen-ports` is not valid
    .remedy = correct it
cause-lbc-name-too-long = the load balancer's name is longer than 32 characters
    .remedy = shorten ingress.loadBalancerName
cause-lbc-security-group-unknown = the annotation `security-groups` names a security group that does not exist
    .remedy = correct ingress.annotations
cause-lbc-redirect-to-nowhere = the annotation `ssl-redirect` names a port that is no HTTPS listener of the Ingress
    .remedy = make the Ingress listen there with HTTPS and a certificate, or leave the annotation out
cause-lbc-no-certificate = HTTPS is asked for and there is no certificate
    .remedy = set ingress.certificateArn
cause-lbc-ssl-policy-unknown = the annotation `ssl-policy` names no policy of AWS
    .remedy = correct ingress.annotations
cause-lbc-no-ipv6 = dualstack is asked for and the subnets have no IPv6 addresses
    .remedy = set the annotation alb.ingress.kubernetes.io/ip-address-type: ipv4, or give the subnets IPv6 addresses
cause-lbc-address-type-unknown = the annotation `ip-address-type` is neither ipv4 nor dualstack
    .remedy = correct ingress.annotations
cause-lbc-attribute-unknown = an attribute that is asked for does not exist
    .remedy = correct the annotation load-balancer-attributes or target-group-attributes; the message names the key
cause-lbc-web-acl = the web ACL cannot be put in front of the load balancer
    .remedy = correct the annotation wafv2-acl-arn: a regional web ACL of this region
cause-lbc-cidr-invalid = from where clients may come is no block of addresses
    .remedy = correct ingress.allowedCidrs
cause-lbc-annotation-unreadable = an annotation of the Ingress or of its Service cannot be read
    .remedy = correct it (ingress.annotations, or the templates); the message names it
cause-lbc-annotation-value-unknown = an annotation of the Ingress or of its Service has a value that there is not
    .remedy = correct it (ingress.annotations, or the templates); the message names the values
cause-lbc-auth-type-unknown = the annotation `auth-type` is neither none nor cognito nor oidc
    .remedy = correct ingress.annotations
cause-lbc-group-at-odds = two Ingresses of one group ask for different things
    .remedy = make their annotations agree
cause-lbc-no-class = the IngressClass does not exist or is not the controller's
    .remedy = install the class `alb` (controller ingress.k8s.aws/alb), or correct ingress.class
cause-lbc-group-name-invalid = the name of the IngressGroup is not valid
    .remedy = correct ingress.group
cause-lbc-value-refused = AWS refuses a value that the Ingress or its Service asks for
    .remedy = correct the annotation (ingress.annotations, or the templates); the message says what is wrong

cause-lbc-account-too-new = AWS does not let this account create load balancers yet
    .remedy = open a case with AWS Support
cause-lbc-not-permitted = AWS does not permit this operation
    .remedy = see the text, or open a case with AWS Support
cause-lbc-no-balancer-left = the account has no load balancer left
    .remedy = remove unused ones or raise the quota
cause-lbc-too-many-target-groups = the load balancer has too many target groups
    .remedy = split the IngressGroup or raise the quota
cause-lbc-no-listener-left = the load balancer has no listener left
    .remedy = split the IngressGroup or raise the quota
cause-lbc-no-rule-left = the load balancer has no rule left
    .remedy = split the IngressGroup or raise the quota
cause-lbc-no-target-group-left = the account has no target group left
    .remedy = remove unused ones or raise the quota
cause-lbc-no-security-group-left = the VPC has no security group left
    .remedy = remove unused ones or raise the quota
cause-lbc-no-firewall-rule-left = a security group has no rule left
    .remedy = remove unused rules or raise the quota
cause-lbc-balancer-name-taken = another load balancer has the name already
    .remedy = remove it, or set ingress.loadBalancerName
cause-lbc-target-group-name-taken = another target group has the name already
    .remedy = remove it
cause-lbc-binding-left-over = a TargetGroupBinding is left over from a target group deleted by hand
    .remedy = delete that TargetGroupBinding, then change any annotation of the Ingress

cause-lbc-security-groups-untagged = a pod has several security groups and not exactly one carries the cluster's tag
    .remedy = tag exactly one with kubernetes.io/cluster/<name>
cause-lbc-interface-unseen = the network interface of a pod is not visible yet
    .remedy = the controller tries again every 15 seconds
cause-lbc-target-group-removed = the target group was removed behind the controller's back
    .remedy = delete its TargetGroupBinding, then change any annotation of the Ingress

cause-ingress-group-misnamed = group { $name }: at most 63 lower-case letters, digits, `-` and `.`, with a letter or digit at both ends
cause-ingress-scheme-unknown = unknown scheme { $scheme }
cause-ingress-no-port = { $number } is no port
cause-ingress-protocol-unknown = { $protocol } is neither HTTP nor HTTPS
cause-ingress-without-port = it names no port
cause-ingress-redirect-to-nowhere = ssl-redirect { $port } is no HTTPS port of the Ingress, and the controller would say "{ $said }"
cause-ingress-annotation = annotation { $annotation }: { $why }
cause-ingress-redirect-without-status = a redirect without a statusCode
cause-ingress-response-without-status = a fixed response without a statusCode
cause-ingress-action-unknown = unknown action type { $action }
cause-ingress-action-without-type = unknown action type (none)
cause-ingress-forward-to-one = a forward needs either a targetGroupARN or a forwardConfig
cause-ingress-group-without-weight = each of several target groups needs a weight
cause-ingress-without-values = { $name } has no values
cause-ingress-condition-unknown = unknown condition { $condition }
cause-ingress-query-without-value = a query without a value
cause-ingress-path-wildcards = a path of type { $kind } must have no wildcards: { $path }
cause-ingress-without-rule = no rule of the Ingress leads to the Service { $service }
cause-ingress-shadowed = an earlier rule of the Ingress takes what its rule for { $path } would lead to the game
cause-ingress-all-paths = all paths
cause-ingress-asks = its rules ask for { $asked }
cause-ingress-asks-method = the method { $methods }
cause-ingress-asks-sender = a sender in { $blocks }
cause-ingress-either = { $one } or { $other }

cause-controller-absent = the load balancer controller is not installed
    .remedy = install it again with the same --cluster-name
cause-controller-unready = the load balancer controller has no ready pod
    .remedy = bring its pods back: `kubectl -n kube-system get pods -l { $label }`
cause-controller-of-other-cluster = the load balancer controller runs with --cluster-name { $name }: it does not find what is tagged for this cluster, and would leave it all behind
    .remedy = give it its --cluster-name back
cause-controller-of-other-namespace = the load balancer controller watches namespace { $name } alone (--watch-namespace)
    .remedy = let it watch the lab's namespace
cause-controller-without-leader = the load balancer controller has no leader at work: its lease was renewed { $age } ago
    .remedy = restart its pods
cause-controller-webhook-down = the load balancer controller's webhook has no endpoint, and without it the Ingress's finalizer cannot be taken off
    .remedy = bring its pods back, or its Service's selector
cause-controller-without-class = IngressClass { $name } is gone, and without it the load balancer controller's webhook refuses that the Ingress's finalizer is taken off
    .remedy = create IngressClass { $name } again (controller { $controller })
cause-controller-give-rights = give its role its rights back
cause-unseen-controller = whether the load balancer controller works ({ $why })
cause-unseen-webhook = whether the API server asks the controller's webhook ({ $why })
cause-unseen-class = whether its IngressClass is there ({ $why })

cause-pods-wait-for-node = { $count ->
    [one] { $count } waits for its Fargate node (about a minute)
   *[other] { $count } wait for their Fargate node (about a minute)
}
cause-pods-pull = { $count ->
    [one] { $count } pulls the image
   *[other] { $count } pull the image
}
cause-pods-start = { $count ->
    [one] { $count } starts
   *[other] { $count } start
}
cause-pod-out-of-memory = container { $container } is killed for want of memory
    .remedy = raise app.resources.memory
cause-pod-crashes = container { $container } ends again and again (exit code { $code })
cause-pod-too-early = it was made before the Fargate profile was ACTIVE, so no profile takes it and no node fits
    .remedy = `lab2048 apply`, which recreates it
cause-fargate-refuses = Fargate refuses to start it: { $said }
    .remedy = mend the profile, its role or the role's access entry as `lab2048 doctor` says
cause-fargate-quota = the account's Fargate quota is used up
    .remedy = raise it (Service Quotas, L-3032A538), or scale down
cause-fargate-waits = Fargate has not started it: { $said }
    .remedy = mend what the checks of lab2048 doctor name (C8, C10, C12, egress, access-entry)
    .unsupported = take what Fargate does not have out of the template (lab2048 explain C4, C5, C7, C17)

cause-image-absent = image `{ $image }` does not exist in its registry
    .remedy = correct app.image
cause-image-refused = the registry refuses image `{ $image }`: it does not exist there, or it is private
    .remedy = correct app.image: it has to be one that can be pulled without signing in
    .private = correct app.image, or let the pod execution role read that repository (for another account's: its policy, too)
cause-image-limited = the registry limits pulls of image `{ $image }` from this address
    .remedy = wait, or use a registry without that limit: --set app.image={ $image }
cause-image-wrong-processor = image `{ $image }` is not built for the processor of the nodes
cause-image-wrong-platform = image `{ $image }` is not built for the platform of the nodes
    .remedy = use an image that is built for linux/amd64, which is what Fargate runs: app.image
cause-image-bad-format = image `{ $image }` is in a format that this cluster cannot read any more, such as Docker's schema 1
    .remedy = --set app.image={ $image }, or build and push the image again
cause-image-bad-name = `{ $image }` is not a valid image name
    .remedy = correct app.image
cause-image-no-space = image `{ $image }` does not fit on the node's disk
    .remedy = use a smaller image: a pod on Fargate has 20 GiB
cause-image-forbidden = image `{ $image }` may not be pulled, as its imagePullPolicy is Never
    .remedy = take imagePullPolicy: Never out of the template
cause-image-unsigned = the signature of image `{ $image }` is not accepted
    .remedy = use an image that is signed as the cluster demands: app.image
cause-image-unreachable = image `{ $image }` cannot be reached: the private subnets need a NAT gateway (or endpoints of the registry)
    .remedy = give the subnets of the pods a way to the registry: the check `egress` of lab2048 doctor names them
cause-image-unresolved = image `{ $image }` cannot be reached: the name of its registry has no address ({ $said })
    .remedy = correct the registry in app.image, or mend DNS in the VPC (C10)
cause-image-untrusted = image `{ $image }` cannot be pulled: its registry shows a certificate that the node does not trust ({ $said })
    .remedy = use a registry with a public certificate: app.image
cause-image-registry-down = image `{ $image }` cannot be pulled: its registry is at fault ({ $said })
    .remedy = wait, or use another registry: app.image
cause-image-not-pulled = image `{ $image }` cannot be pulled: { $said }
cause-image-unsaid = image `{ $image }` cannot be pulled, and its kubelet does not say why
