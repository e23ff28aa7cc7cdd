# What the checks find: what was looked at, what was seen, and what to do about it.

check-unseen = { $what } could not be looked at
check-container = { $owner } container { $name }
check-and-more = { $name } and { $more } more

check-what-subnets = the subnets
check-what-private-subnets = which subnets are private
check-what-route-table = a subnet's route table
check-what-nat-gateway = the NAT gateway of a subnet
check-what-zone-kind = the sort of zone
check-what-vpc = the VPC
check-what-dns-resolution = the VPC's DNS resolution
check-what-dns-hostnames = the VPC's DNS hostnames
check-what-profiles = the Fargate profiles
check-what-access-entry = the role's access entry
check-what-role = the pod execution role
check-what-daemon-sets = DaemonSets
check-what-network-plugin = the network plugin
check-what-autoscalers = autoscalers
check-what-budgets = disruption budgets
check-what-nodes = the nodes
check-what-containerd = the nodes' containerd
check-what-balancing-limits = the limits of load balancers
check-what-balancing-use = the number of load balancers
check-what-balancer = the ALB
check-what-caller = who you are
check-what-coredns = CoreDNS
check-what-controller = the load balancer controller
check-what-controller-arguments = the controller's arguments
check-what-leader-lease = the controller's leader lease
check-what-webhook = the controller's webhook
check-what-class = the IngressClass
check-what-class-params = the IngressClassParams

check-subnets-elsewhere = subnets for the pods are not in the cluster's VPC
check-subnets-elsewhere-remedy = correct fargate.subnets, or leave it to `auto`
check-no-private-subnet = the VPC has no private subnet, and Fargate pods need one
check-none-private = none of the VPC's { $count ->
    [one] { $count } subnet
   *[other] { $count } subnets
} is private
check-no-private-subnet-remedy = make a subnet whose route table has a NAT gateway and no internet gateway (C8)
check-public-subnets = Fargate pods do not run in public subnets
check-public-routes = { $subnets } have a route to an internet gateway
check-public-subnets-remedy = choose private subnets: fargate.subnets, or leave it to `auto`
check-subnets-unavailable = subnets for the pods are not available yet
check-private-subnets = { $count ->
    [one] { $count } private subnet
   *[other] { $count } private subnets
} for the pods

check-nat-missing = { $subnet }: { $gateway } does not exist any more
check-nat-state = { $subnet }: { $gateway } is { $state }
check-nat-state-because = { $subnet }: { $gateway } is { $state }: { $reason }
check-nat-private = { $subnet }: { $gateway } is a private NAT gateway, which does not reach the internet
check-nat-black-hole = { $subnet }: { $gateway } is not reached: its route is a black hole
check-no-way-out = { $subnet }: no way out
check-way-through = { $subnet }: through { $gateway }
check-no-pull = pods in some subnets cannot pull { $image }: no working way to the internet
check-no-pull-remedy = `aws ec2 create-nat-gateway` and a route 0.0.0.0/0 to it; or VPC endpoints for ecr.api, ecr.dkr, s3 and sts with the image in ECR
check-pull-unclear = whether pods can pull { $image } is unknown: the way out is not a NAT gateway
check-pull-unclear-remedy = ask whoever runs the network whether that way leads to the internet
check-way-out = every pod subnet has a working NAT gateway

check-free-addresses = { $free ->
    [one] { $free } free address
   *[other] { $free } free addresses
} for { $pods ->
    [one] { $pods } pod
   *[other] { $pods } pods
}
check-free-in-subnet = { $subnet }: { $count } free
check-addresses-tight = { $subnet }: { $left ->
    [one] { $left } free address
   *[other] { $left } free addresses
}, a rollout of { $pods ->
    [one] { $pods } pod
   *[other] { $pods } pods
} can need { $needed }
check-addresses-tight-in-more = { $subnet }: { $left ->
    [one] { $left } free address
   *[other] { $left } free addresses
}, a rollout of { $pods ->
    [one] { $pods } pod
   *[other] { $pods } pods
} can need { $needed } (and { $more ->
    [one] { $more } more subnet
   *[other] { $more } more subnets
})
check-addresses-remedy = free addresses, add a subnet (a secondary CIDR will do) to fargate.subnets, or run fewer pods

check-other-zones = Fargate pods run in ordinary availability zones only
check-on-outpost = { $subnet } is on an Outpost
check-in-local-zone = { $subnet } is in Local Zone { $zone }
check-in-wavelength-zone = { $subnet } is in Wavelength Zone { $zone }
check-other-zones-remedy = leave those subnets out of fargate.subnets
check-ordinary-zones = all pod subnets are in availability zones

check-dns-on = DNS resolution and DNS hostnames are on in the VPC
check-dns-off = DNS is off in the VPC: Fargate nodes cannot find the cluster

check-own-daemon-sets = the lab has DaemonSets, which do not run on Fargate
check-own-daemon-sets-remedy = run it as a sidecar container in each pod instead
check-no-daemon-set = no DaemonSet would have to run beside the game
check-other-daemon-sets = DaemonSets of the cluster do not see the game's pods: none runs on Fargate nodes
check-other-daemon-sets-remedy = nothing to do for the game; for logs of Fargate pods see `lab2048 explain C3`

check-none-privileged = no container is privileged
check-privileged = privileged containers do not start on Fargate
check-privileged-remedy = remove securityContext.privileged from the template

check-no-host-access = no pod uses its host's ports or network
check-host-access = a Fargate pod has no host whose ports or network it could use
check-host-access-remedy = remove hostPort, hostNetwork, hostPID and hostIPC; the ALB reaches the pod by its own address

check-no-gpu = no pod asks for a GPU
check-gpu = Fargate has no GPUs
check-gpu-remedy = remove the request, or run the pod on EC2 nodes with GPUs

check-no-metadata = no pod counts on instance metadata
check-metadata = a container asks for instance metadata, which Fargate pods do not have
check-metadata-remedy = give region and values as environment variables, and credentials by a service account's role (IRSA)

check-other-network-plugin = another network plugin than the VPC CNI is at work; Fargate pods use the VPC CNI only
check-other-network-plugin-remedy = network policies and overlays of that plugin do not reach the game's pods
check-vpc-cni = no other network plugin than the VPC CNI is seen
check-no-aws-node = no DaemonSet aws-node; Fargate brings the VPC CNI itself

check-volumes-refused = Fargate pods cannot mount EBS, host or other block volumes
check-volume-refused = { $object }: volume { $name } is { $kind }
check-volumes-refused-remedy = use EFS by a static volume, or emptyDir (20 GiB)
check-volumes-fine = no pod mounts a volume that Fargate cannot
check-volume-claims = volume claims work on Fargate only if they are bound to EFS volumes made beforehand
check-volume-claim = { $object }: claim { $claim }

check-no-autoscaler = no autoscaler sets the number of pods
check-autoscaler = an autoscaler sets the number of pods; `scale` and the environment's replicas do not count
check-autoscaler-remedy = to set the number yourself: `{ $command }`

check-budget = a disruption budget protects the game
check-budget-stiff = a disruption budget never lets a pod go: Fargate will stop pods without asking to patch them
check-budget-stiff-remedy = let at least one pod go: --set app.disruptionBudget=1
check-no-budget = no disruption budget: Fargate may move all pods at once to patch them
check-no-budget-remedy = to keep some up: --set app.disruptionBudget=20%

check-selectors = { $count ->
    [one] { $count } selector
   *[other] { $count } selectors
}
check-no-selector = no selector of the profile covers the game's pods: they would stay Pending for ever
check-no-selector-for = pods in namespace { $namespace } with labels { $labels }
check-no-selector-remedy = add a selector for it: { $selector }
check-namespace-of-cluster = namespace { $namespace } is shared with the cluster's own pods
check-namespace-set = app.namespace is { $namespace }
check-namespace-of-cluster-remedy = use a namespace of the lab's own: --set app.namespace=NAME

check-profile-takes = profile { $profile } takes the game's pods
check-profile-takes-not = profile { $profile } does not take the game's pods
check-takers = profiles that do: { $profiles }
check-no-taker = profiles that do: none
check-profile-takes-not-remedy = correct fargate.profile, or let the lab have its own: --set fargate.own=true
check-no-other-taker = no other profile takes the game's pods
check-other-takers = other profiles take the game's pods, too; { $winner } wins, the first by its name
check-other-takers-remedy = narrow the other's selectors, or use it: --set fargate.own=false --set fargate.profile=NAME

check-slot-free = no other profile is being made or deleted
check-slot-taken = profile { $profile } is { $status }: ours waits until that is over
check-one-profile-at-a-time = a cluster makes or deletes one profile at a time

check-profile-not-yet = profile { $profile } does not exist yet
check-profile-is = profile { $profile } is { $status }
check-profile-problems = EKS reports { $count ->
    [one] { $count } problem
   *[other] { $count } problems
} of profile { $profile }

check-no-role-made = the lab makes no role, so it leaves no access entry
check-no-access-entry-left = no access entry of an earlier role is left
check-access-entry-fresh = the role's access entry is newer than the role
check-access-entry-stale = the cluster still has the access entry of an earlier role of this name: nodes could not join
check-access-entry-bound = { $entry }: the entry is bound to the role that was deleted
check-access-entry-stale-remedy = `{ $command }`; then make the profile again

check-profiles = { $count ->
    [one] { $count } profile
   *[other] { $count } profiles
}
check-profiles-fit = { $wanted } of { $most } profiles that a cluster may have by default
check-vcpu-quota-unread = the quota of Fargate vCPUs of the account is not read
check-profiles-too-many = { $wanted } profiles are more than the { $most } that a cluster may have by default
check-profiles-too-many-remedy = share one profile with a wildcard selector (environment shared-cluster), or ask AWS for a higher quota

check-size-fits = each pod fits a size of Fargate
check-size-no-pod = no pod is wanted
check-size-with-storage = { $size }, { $storage } GiB of ephemeral storage
check-size-too-large = a pod asks for more than any Fargate machine has, and stays Pending
check-size-storage = { $storage } GiB of ephemeral storage
check-size-too-large-remedy = ask for less: Fargate has at most 16 vCPU and 120 GB, of which Kubernetes takes 0.25 GB, and { $storage } GiB of ephemeral storage
check-size-unreadable = an amount in a pod's resources cannot be read
check-size-unreadable-remedy = write amounts such as 250m, 0.5, 256Mi or 1Gi
check-size-unequal = requests differ from limits: Fargate sizes a pod by its requests alone
check-size-differs = { $resource } requests { $request }, limits { $limit }
check-size-no-limit = { $resource } requests { $request }, no limit
check-size-sized = { $differences } (sized { $size })
check-size-unequal-remedy = make requests and limits of each container equal (or give limits alone): more than was requested is not there, and containers with other limits may fail to start (StartError)
check-size-crowded = volumes may grow beyond the pod's ephemeral storage
check-size-volumes = volumes of { $held } GiB, ephemeral storage of { $there } GiB
check-size-crowded-remedy = request as much, up to { $storage } GiB: resources.requests.ephemeral-storage

check-no-ingress = the lab has no Ingress, so no ALB
check-no-balancer-left = the account has no load balancer left: the Ingress would get none
check-balancers-used = { $used } of { $most } application load balancers in use
check-no-balancer-left-remedy = remove unused ones, share one (--set ingress.group=NAME), or raise the quota: `{ $command }`
check-no-target-group-left = the account has no target group left: the Ingress would get none
check-target-groups-used = { $used } of { $most } target groups in use
check-no-target-group-left-remedy = remove unused ones, or raise the quota: `{ $command }`
check-room-for-balancer = there is room for another load balancer
check-used = { $used } of { $most } in use
check-no-listener-left = the shared ALB has no listener left
check-listeners-wanted = { $count ->
    [one] { $count } listener
   *[other] { $count } listeners
}, { $most } are allowed
check-no-listener-left-remedy = tell the labs apart by paths in place of ports (ingress.path), or raise the quota: `{ $command }`
check-no-rule-left = the shared ALB has no rule left
check-rules-wanted = { $count ->
    [one] { $count } rule
   *[other] { $count } rules
}, { $most } are allowed
check-no-rule-left-remedy = spread the labs over more groups (ingress.group)
check-no-group-of-one-left = the shared ALB has no target group left
check-groups-of-one-wanted = { $count ->
    [one] { $count } target group
   *[other] { $count } target groups
}, { $most } are allowed
check-no-group-of-one-left-remedy = spread the labs over more groups (ingress.group); this limit cannot be raised
check-room-on-balancer = the ALB is there and has room for the lab
check-listeners = { $count ->
    [one] { $count } listener
   *[other] { $count } listeners
}

check-image-elsewhere = no image comes from Docker Hub, which limits pulls by address
check-image-of-hub = the image comes from Docker Hub, which limits pulls by address
check-image-refused = Docker Hub does not give so many pods their image
check-hub-pulls = { $images } behind { $gateways ->
    [one] { $gateways } NAT gateway
   *[other] { $gateways } NAT gateways
}: { $pulls } pulls in six hours for each address, so { $labs ->
    [one] { $labs } lab
   *[other] { $labs } labs
} of { $pods ->
    [one] { $pods } pod
   *[other] { $pods } pods
} use them up
check-image-format-fine = the image is not known to be in a format that containerd 2 refuses
check-image-format-read = the nodes' containerd still reads the image's old format
check-image-format-unread = { $image } is in Docker's schema 1, which the nodes' containerd does not read
check-no-node-version = no node tells its version

check-no-place-in-group = the Ingress has no place in its group, and the controller makes nothing of the whole group
check-group-order = { $key }: { $order }; no event tells of it
check-group-order-remedy = set { $key } to a number from { $least } to { $most }
check-annotations-known = the controller knows all annotations that look like its own
check-annotations-unknown = the controller does not know these annotations and ignores them
check-annotation-near = { $key } (did you mean { $near }?)
check-annotations-unknown-remedy = correct their names (ingress.annotations, or the templates), or leave them out

check-all-rehearsed = all that the lab asks for has its effect in the sandbox
check-not-rehearsed = not rehearsed here: { $what }
check-not-rehearsed-remedy = the sandbox shows nothing of it: look at it on AWS
