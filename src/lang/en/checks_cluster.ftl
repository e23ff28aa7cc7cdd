# What the checks find in the cluster: who asks, the cluster itself, the load balancer controller, the Ingress and the ALB's subnets.

check-cluster-account = account { $account }
check-cluster-other-account = your credentials are for account { $account }, the cluster is in { $own }
check-cluster-choose-credentials = choose other credentials: --profile NAME, or AWS_PROFILE

check-cluster-status = cluster { $name } is { $status }
check-cluster-region = region { $region }
check-cluster-field-set = { $field } is set
check-cluster-only-registered = cluster { $name } is only registered with EKS, not run by it
check-cluster-choose-run-by-eks = choose a cluster that EKS runs: --cluster NAME
check-cluster-on-outpost = cluster { $name } runs on an Outpost, where there is no Fargate
check-cluster-choose-in-region = choose a cluster in a region: --cluster NAME
check-cluster-government = cluster { $name } is in AWS GovCloud, where EKS had no Fargate at the end of 2024
check-cluster-government-remedy = see in the EKS user guide (AWS Fargate) whether it has come to that region; or choose a cluster elsewhere
check-cluster-updating = EKS may refuse to create or delete a Fargate profile until the update is over; the program waits for that

check-cluster-api-of-eks = the Kubernetes API is the one that EKS names
check-cluster-context-leads = context { $context } leads to cluster { $name }
check-cluster-context-unsure = nothing shows that context { $context } of the kubeconfig leads to cluster { $name }
check-cluster-other-server = its server is { $url }, the cluster's is { $own }
check-cluster-other-authority = its certificate authority for { $url } is another than the cluster's
check-cluster-context-remedy = it is gone by because `cluster.context` names it; the cluster's own is written by aws eks update-kubeconfig --name { $name } --region { $region }

check-cluster-no-problem = EKS reports no problem of the cluster
check-cluster-problems = EKS reports { $count ->
    [one] { $count } problem
   *[other] { $count } problems
} of the cluster
check-cluster-no-auto-mode = the cluster does not use EKS Auto Mode
check-cluster-auto-mode = the cluster uses EKS Auto Mode, which runs pods and ALBs in its own way
check-cluster-auto-mode-seen = computeConfig.enabled is true; its IngressClass has the controller eks.amazonaws.com/alb
check-cluster-auto-mode-remedy = install the AWS Load Balancer Controller beside it, with an IngressClass of its own

check-cluster-api-access = public access: { $public }, from { $from }; private access: { $private }
check-cluster-anywhere = anywhere
check-cluster-api-reached = Fargate pods reach the Kubernetes API
check-cluster-api-out-of-reach = Fargate pods may not reach the Kubernetes API: only some public addresses may

check-cluster-no-coredns = CoreDNS is not installed: pods cannot look up names
check-cluster-no-coredns-seen = no Deployment kube-system/coredns
check-cluster-coredns-ready = CoreDNS has { $ready } of { $wanted ->
    [one] { $wanted } pod
   *[other] { $wanted } pods
} ready
check-cluster-coredns-unready = CoreDNS has no ready pod: pods cannot look up names
check-cluster-coredns-unready-seen = 0 of { $wanted ->
    [one] { $wanted } pod
   *[other] { $wanted } pods
} ready
check-cluster-coredns-unready-remedy = `kubectl -n kube-system describe deployment coredns`; on a cluster without EC2 nodes it needs a Fargate profile for kube-system

check-cluster-lbc-installed = the load balancer controller is installed
check-cluster-lbc-version-unknown = version unknown
check-cluster-no-lbc = the AWS Load Balancer Controller is not installed: the Ingress would never get an ALB
check-cluster-no-lbc-seen = no Deployment labelled { $label }
check-cluster-lbc-install = install it: { $command }
check-cluster-lbc-ready = the load balancer controller has { $count ->
    [one] { $count } pod
   *[other] { $count } pods
} ready
check-cluster-lbc-unready = the load balancer controller has no ready pod
check-cluster-lbc-unready-seen = { $deployment }: 0 ready

check-cluster-arguments-fit = the controller's arguments fit the lab
check-cluster-arguments-unfit = the controller's arguments do not fit the lab: it would not serve the Ingress
check-cluster-flag-hidden = { $flag } is { $written }, which comes from a ConfigMap, a Secret or a field
check-cluster-argument-refused = it does not start with the argument { $word }
check-cluster-name-missing = --cluster-name is missing, the cluster is { $cluster }
check-cluster-name-other = --cluster-name is { $other }, the cluster is { $cluster }
check-cluster-class-other = --ingress-class is another, the Ingress is annotated { $key }: { $class }
check-cluster-watch-other = --watch-namespace is { $watched }, the lab is in { $namespace }
check-cluster-flag-missing-on-fargate = --{ $flag } is missing, and the controller runs on Fargate, where it cannot find out

check-cluster-leader-works = the controller's leader is at work
check-cluster-lease-renewed = lease renewed { $age } ago
check-cluster-leader-idle = the controller's leader is not at work: nothing happens to Ingresses
check-cluster-lease-old = lease { $lease } was renewed { $age } ago
check-cluster-webhook-answers = the controller's webhook has an endpoint
check-cluster-webhook-fails = { $cause }: Services and Ingresses are refused until it does
check-cluster-webhook-no-endpoint = the controller's webhook has no endpoint: Services and Ingresses are refused until it has
check-cluster-webhook-no-address = Service { $service } has no ready address

check-cluster-no-ingress = the lab has no Ingress
check-cluster-no-class = IngressClass { $name } does not exist
check-cluster-class-named = the Ingress names { $name }
check-cluster-no-class-remedy = it comes with the controller (Helm value createIngressClassResource), or choose another: --set ingress.class=NAME
check-cluster-class-fits = IngressClass { $name } is the controller's
check-cluster-class-auto-mode = IngressClass { $name } is that of EKS Auto Mode, which is not supported
check-cluster-class-auto-mode-remedy = make an IngressClass with controller ingress.k8s.aws/alb and choose it: --set ingress.class=NAME
check-cluster-class-of-others = IngressClass { $name } belongs to another controller
check-cluster-class-without-controller = no spec.controller
check-cluster-class-of-others-remedy = choose a class with controller ingress.k8s.aws/alb: --set ingress.class=NAME

check-cluster-no-params = no IngressClassParams override the Ingress
check-cluster-params-agree = the IngressClassParams leave the lab's wishes alone
check-cluster-params-win = the IngressClassParams win over the lab's wishes
check-cluster-params-win-remedy = change them, or choose a class without: --set ingress.class=NAME
check-cluster-param-instead = { $field }: { $value } (the lab wants { $wanted })
check-cluster-param-group = group: { $value } (the ALB is shared)

check-cluster-alb-alone = the ALB is the lab's alone
check-cluster-group-peaceful = the lab's requests are its own in the group
check-cluster-group-others = { $group }: { $count ->
    [one] { $count } other backend
   *[other] { $count } other backends
}
check-cluster-group-clashes = another Ingress of the group answers the same requests: only one of the two gets any
check-cluster-group-clash = { $backend } has { $requests } on port { $port }
check-cluster-group-clashes-remedy = give the lab a port of its own there: --set ingress.port=8081

check-cluster-from-service = annotation { $key } of the Service
check-cluster-from-annotation = annotation { $key }
check-cluster-from-flag = a flag of the controller
check-cluster-from-default = the controller's default
check-cluster-targets-pods = the ALB sends to the pods' addresses
check-cluster-targets-nodes = the ALB would send to nodes, which Fargate does not allow
check-cluster-targets-nodes-remedy = annotate the Ingress with alb.ingress.kubernetes.io/target-type: ip, or set spec.targetType: ip in the IngressClassParams

check-cluster-route-open = a request leads to the game
check-cluster-route-by-header = only requests with a header that no browser sends lead to the game
check-cluster-route-narrowed = no plain request leads to the Service { $service }, so the game cannot be asked from here
check-cluster-route-closed = no request would lead to the Service { $service }
check-cluster-route-closed-remedy = give the Ingress a rule whose backend is the Service and that no earlier rule takes everything from
check-cluster-way-by-name = { $url }, once the name { $host } leads to the ALB
check-cluster-way-by-certificate = { $url }, once the first name of the certificate leads to the ALB; ingress.host gives another
check-cluster-way-with-headers = { $way }, with { $headers }
check-cluster-both = { $some } and { $more }

check-cluster-no-alb = the lab has no Ingress, so no ALB
check-cluster-alb-keeps-subnets = the ALB is there and keeps its subnets
check-cluster-alb-subnets-given = the subnets of the ALB are given by hand
check-cluster-alb-subnets = { $count ->
    [one] { $count } subnet
   *[other] { $count } subnets
} for the ALB
check-cluster-alb-subnets-untagged = no subnet is tagged { $tag }; the controller takes those that fit by their routes
check-cluster-alb-subnets-by-routes = it would take { $subnets }; versions before 2.12.1 take none
check-cluster-alb-subnets-none = no subnet is tagged { $tag }, and none fits by its routes
check-cluster-alb-subnets-too-few = the ALB needs subnets in two zones, { $count ->
    [0] none
    [one] { $count } zone
   *[other] { $count } zones
} found
check-cluster-subnet-full = { $subnet } ({ $free } free addresses, 8 are needed)
check-cluster-subnet-of-others = { $subnet } (tagged for another cluster)
