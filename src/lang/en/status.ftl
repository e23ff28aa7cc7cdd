# `status`: the lab as a tree. What begins with > belongs to the entry above it.

status-profile = profile
status-arn = >arn
status-role = >role
status-selector = >selector
status-subnets = >subnets
status-health = >health
status-deployment = deployment
status-image = >image
status-service = service
status-ingress = ingress
status-host = >host
status-balancer = balancer
status-shared = >shared
status-with = with { $others }
status-listener = >listener
status-targets = >targets
status-cost = cost
status-expires = expires
status-private = private
status-public = public: no pod can start here
status-pods = { $name }  { $available }/{ $wanted } available, { $updated } up to date
status-no-address = no address
status-class = { $name }  class { $class }
status-no-host = none yet: the controller has not made a load balancer
status-rules = { $protocol } { $port }, { $count ->
    [one] { $count } rule
   *[other] { $count } rules
} to the pods
status-healthy = { $healthy } of { $wanted } healthy
status-namespace = namespace { $namespace }
status-namespace-labels = namespace { $namespace }, labels { $labels }
status-because = because
status-help = help:
status-warnings = warnings of the cluster, the newest first
status-warning = { $age } ago, { $object }: { $reason }: { $message }
status-warning-times = { $age } ago, { $count } times, { $object }: { $reason }: { $message }
status-unread = could not read { $what }

state-ready = ready
state-degraded = ready, degraded
state-stopped = stopped
state-progressing = not ready
state-deleting = being deleted
state-absent = absent: there is nothing of the lab; `lab2048 apply` makes it

status-note-internal = the ALB is internal: only clients inside the VPC reach it, no laptop
status-note-header = only requests with the header `{ $header }` get there
status-note-obstacle = no request from here gets there: { $why }
status-watching = looking again every { $time }, until Ctrl-C
status-state-why = { $state }: { $why }
status-nodes = nodes
status-node-counts = { $fargate } of Fargate, one for each pod; { $others } of EC2 (`-o wide` lists them)
status-console = console
status-console-place = EKS, cluster { $cluster }, tab Compute: Fargate nodes begin with fargate-ip
status-unread-why = { $what }: { $why }
status-what-profiles = profiles
status-what-balancer = load balancer
status-what-pods = pods
status-what-nodes = nodes
status-what-events = events
