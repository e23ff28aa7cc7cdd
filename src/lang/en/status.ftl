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
