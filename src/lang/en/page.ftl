# The page of a lab for a browser, `status --html` and `apply --html`.

page-label = page
page-warn-label = warning:
page-no-answer = there was no answer within { $seconds } s
page-not-looked = it was not looked at

page-written = written by lab2048 { $version }
page-as-of = as of
page-cluster = cluster
page-region = region
page-account = account
page-sandbox = in the sandbox, an AWS region within lab2048: nothing of it costs money
page-address = The game
page-in-dns = In DNS the name of the game has to lead to the ALB: { $record }
page-expires = Its time is over: { $when }
page-not-known = not known
page-not-seen = The lab could not be looked at: { $why }
page-absent = absent
page-nothing-there = There is nothing of the lab.
page-run-done = { $verb }: done
page-run-unfinished = { $verb }: not finished
page-help = What to do:

page-drawing = The lab
page-drawing-of = The lab { $lab }
page-drawing-about = How a request comes to the game: by the load balancer in its subnets to the pods, each on a Fargate node of its own.
page-internet = internet
page-vpc-clients = clients within the VPC
page-alb-none = no load balancer yet
page-alb-unread = load balancer not read
page-alb-here = the ALB takes requests here
page-alb-subnets-unread = its subnets were not read
page-vpc = VPC of the cluster { $cluster }
page-targets = { $healthy } of { $wanted ->
    [one] { $wanted } target
   *[other] { $wanted } targets
} healthy
page-target = target { $address }
page-no-target = not a target of the ALB
page-node = node { $name }
page-node-unread = node not read
page-no-node = on no node yet
page-pod = pod { $name }
page-no-pod = no pod here
page-more-pods = and { $count } more, in the table below
page-zone-unread = zone not read
page-elsewhere = subnet not known yet
page-no-subnets = no subnet of the lab is known: there is no profile and no load balancer, or they could not be read
page-subnet = subnet
page-public-subnet = public subnet
page-private-subnet = private subnet
page-route-unread = route not read: { $why }
page-route-not-asked = route not read
page-no-route = no route to the internet
page-nat-missing = ✗ this gateway does not exist any more
page-nat-state = ✗ this gateway is { $state }
page-nat-state-why = ✗ this gateway is { $state }: { $why }
page-nat-private = ✗ this gateway is a private NAT gateway, which does not reach the internet
page-nat-black-hole = ✗ this gateway is not reached: its route is a black hole
page-nat-unread = { $route } (gateway not read: { $why })
page-fargate-nodes = { $count ->
    [one] { $count } Fargate node
   *[other] { $count } Fargate nodes
}
page-desc = { $source }, then { $balancer } ({ $state }), then these subnets: { $subnets }. { $nodes }, each with one pod. { $targets }.
page-desc-subnet = { $kind } { $id } ({ $route })

page-timeline = The run
page-step = Step
page-began = Began after
page-took = Took
page-when = When
page-sum = The run took { $took }. Its steps overlap: one after the other they would be { $sum }.
page-sandbox-time = These are times of the sandbox; you waited { $real }.
page-created = created
page-changed = changed
page-replaced = replaced
page-deleted = deleted
page-ready = ready
page-failed = failed
page-under-way = not ended
page-not-begun = Not begun: { $steps }.

page-findings = What was found
page-no-findings = Nothing that needs a look.
page-error = error
page-warning = warning
page-unknown = not known
page-fine = Checked and fine: { $count }
page-event = { $object } ({ $age } ago)
page-event-times = { $object } ({ $age } ago, { $count } times)

page-subnets = Subnets
page-subnet-head = Subnet
page-zone = Zone
page-addresses = Addresses
page-kind = Kind
page-route = Route to the internet
page-used-by = Used by
page-used-by-pods = pods

page-pods = Pods, nodes and targets
page-pod-head = Pod
page-node-head = Node
page-target-head = Target
page-state = State
page-age = Age
page-restarts = Restarts
page-none-pods = There are no pods of the lab, or they could not be read.

page-beside = EC2 nodes beside it
page-beside-about = The cluster's other nodes. No pod of the lab runs on them.
page-beside-none = The cluster has none.
page-beside-unread = The cluster's nodes were not read: { $why }
page-beside-more = and { $count } more
page-not-asked = not asked
page-internal-ip = Internal IP
page-version = Version

page-cost = What it costs
page-next = What to type next
