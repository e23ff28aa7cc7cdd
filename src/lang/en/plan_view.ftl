# A plan, what the checks found, the end of a run, errors, and the sandbox's world. {"\u00A0"} is a space at which no line is broken.

view-op-create = create
view-op-update = change
view-op-replace = replace
view-op-delete = delete
view-op-none = keep

view-none = none
view-absent = (absent)
view-begun = { $begin }… ({ $count } characters)

view-ago-seconds = { $count ->
    [one] { $count } second ago
   *[other] { $count } seconds ago
}
view-ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
view-ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
view-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
view-ends-in = { $at }, in { $time }
view-ends-in-days = { $at }, in { $days } days

view-place = on { $cluster }, { $region }
view-place-account = on { $cluster }, { $region }, account { $account }
view-place-sandbox = on { $cluster }, { $region } (sandbox)
view-place-account-sandbox = on { $cluster }, { $region }, account { $account } (sandbox)
view-context = context
view-changes = changes
view-validated = validated
view-not-validated = not yet validated
view-refused = refused
view-recreate-pods = recreate pods

view-plan = Plan: { $create } to create, { $update } to change, { $replace } to replace, { $delete } to delete.
view-plan-recreates = { $count ->
    [one] { $count } pod
   *[other] { $count } pods
} to recreate.
view-plan-none = No plan: something is in the way.
view-plan-idle = No changes. The lab is as wanted and ready.
view-plan-idle-gone = Nothing to remove. There is nothing of the lab.
view-plan-waits = No changes, but not everything is ready yet.
view-plan-waits-for = No changes, but not everything is ready yet: { $stages }.
view-plan-waits-gone = Nothing more to remove, but not everything is gone yet.
view-why = Why: { $command }

view-costs = Cost
view-cost = about { $hourly } an hour, { $daily } a day.
view-cost-sandbox = nothing in the sandbox; on AWS about { $hourly } an hour, { $daily } a day.
view-cost-old = about { $hourly } an hour, { $daily } a day, by prices of { $date }, more than { $days } days old.
view-cost-sandbox-old = nothing in the sandbox; on AWS about { $hourly } an hour, { $daily } a day, by prices of { $date }, more than { $days } days old.
view-cost-pods = { $dollars } an hour for { $count ->
    [one] { $count } pod
   *[other] { $count } pods
} of { $size } each
view-cost-balancer = { $dollars } an hour for the load balancer, traffic not included
view-cost-addresses = { $dollars } an hour for its { $count ->
    [one] { $count } public IPv4 address
   *[other] { $count } public IPv4 addresses
}
view-cost-prices = by the prices of { $date } in { $region }
view-cost-unknown = unknown: there are no prices for { $region }

view-trust = trust
view-trust-any = { $services }, whoever it acts for
view-trust-for = { $services } for { $resources }
view-policy = policy
view-boundary = boundary
view-subnets = subnets
view-subnets-chosen = chosen by EKS: the cluster's private ones
view-pods = pods
view-pods-of = namespace{"\u00A0"}{ $namespace }
view-pods-of-labels = namespace{"\u00A0"}{ $namespace }{"\u00A0"}with{"\u00A0"}{ $labels }
view-pods-labels = with { $labels }
view-pods-billed = { $count ->
    [one] { $count } pod
   *[other] { $count } pods
}, each{"\u00A0"}billed{"\u00A0"}as{"\u00A0"}{ $size }
view-pods-too-large = { $count ->
    [one] { $count } pod
   *[other] { $count } pods
}, larger than anything that Fargate offers
view-role = role
view-entry = entry
view-entry-added = EKS adds an access entry for the role
view-ports = ports
view-image = image
view-group = shared by IngressGroup { $group }
view-open = open to
view-open-on = { $whom } on { $listeners }
view-everybody = everybody (0.0.0.0/0)
view-by-groups = whom { $groups } let through
view-internal = the VPC and what is connected to it, from { $whom },
view-rules = rules
view-rules-targets = { $rules }, targets by { $target }
view-rule = { $path }{"\u00A0"}to{"\u00A0"}{ $backend }
view-target-ip = the pods' addresses (ip)
view-target-instance = node ports (instance)

view-diff-hidden = { $path }: changes (hidden)
view-diff-removed = (removed)
view-hidden-fields = { $count ->
    [one] { $count } field
   *[other] { $count } fields
} set by the server not shown
view-not-validated-why = not yet validated: { $why }
view-validated-elsewhere = validated in another namespace, as its own is not there yet

view-drift = drift
view-drift-deleted = it was deleted{ $by }
view-drift-changed = { $path } is { $found }, not { $wanted }: changed{ $by }
view-drift-added = { $path } is { $found }: added{ $by }
view-drift-removed = { $path } is not there: removed{ $by }
view-by = {" "}by { $manager }
view-by-when = {" "}by { $manager } { $when }
view-when = {" "}{ $when }
view-drift-kept = it is kept
view-drift-recreated = it is recreated
view-drift-put-back = it is put back

view-adopted = taken over from its owner (--adopt)
view-adopted-gone = not ours, and removed all the same (--adopt)
view-forced = fields are taken over from other managers (--force-conflicts)
view-taken = taken from others who use it (--force-shared)
view-replaced = deleted and recreated (--replace)
view-by-hand = removed by hand, in the controller's order (--without-controller)
view-taken-back = taken back from its participant, with their rights in it (--take-back)

view-refused-foreign = not ours ({ $owner }); --adopt takes it over
view-refused-replace = cannot be changed in place ({ $fields }); --replace deletes it and recreates it
view-refused-shared = others use it, and would lose it: { $users }; --force-shared takes it from them
view-refused-unread = who else uses it is not readable: { $why }; --force-shared takes it all the same
view-refused-controller = would wait for ever: { $why }. Either { $remedy }, and destroy again; or remove by hand what it made: --without-controller
view-refused-autoscaled = horizontal autoscaler { $name } sets the number of pods: change its bounds, or delete it first
view-conflict = conflict
view-conflict-changed = { $manager } changed { $field } to { $found }.
view-conflict-changed-when = { $manager } changed { $field } to { $found } { $when }.
view-conflict-removed = { $manager } removed { $field }.
view-conflict-removed-when = { $manager } removed { $field } { $when }.
view-conflict-keep = Keep { $found }: lab2048 scale --replicas { $found }.
view-conflict-back = Back to { $wanted }: --force-conflicts
view-conflict-remove = Remove it: --force-conflicts

view-checks = checks
view-well = { $count } ok
view-errors = { $count ->
    [one] { $count } error
   *[other] { $count } errors
}
view-warnings = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
view-unchecked = { $count } not checked
view-unchecked-why = not checked: { $ids } ({ $reason })
view-more = more
view-nothing-wrong = Nothing is wrong.
view-possible = Nothing makes the lab impossible; { $warnings } above.
view-impossible = As it is the lab cannot work: { $errors } above.

view-remedy-here = here: `lab2048 sandbox mend { $names }`
view-remedy-here-and-aws = here: `lab2048 sandbox mend { $names }`; on AWS: { $remedy }
view-remedy-served = { $remedy } (here with what `lab2048 sandbox serve` prints)
view-remedy-controller = mend it here: `lab2048 sandbox mend { $names }`

view-error = error
view-caused-by = caused by
view-left-behind = left behind
view-leaves-nothing = nothing of this step
view-leaves-free = what is there stays until it is removed
view-leaves-something = what is there stays, and costs money, until it is removed
view-leaves-unknown = unknown: the call may have taken effect or not

view-stopped = Stopped before the first change: { $findings } above ({ $marks })
view-would-stop = `{ $verb }` would stop before its first change: { $findings } above ({ $marks })
view-stop-flags = all of it needs { $flags }
view-not-ours = not ours: { $things }; --adopt takes { $count ->
    [one] it
   *[other] them
} over
view-not-ours-gone = not ours: { $things }; --adopt removes { $count ->
    [one] it
   *[other] them
} all the same
view-owned = { $nodes } ({ $owner })
view-nothing-changed = Nothing was changed.
view-nothing-changed-looked = Nothing was changed; `{ $verb }` would change nothing either.

view-interrupted = Interrupted. What is there stays and keeps costing until it is removed.
view-interrupted-free = Interrupted. What is there stays until it is removed.
view-interrupted-gone = Interrupted. What is left stays and keeps costing until it is removed.
view-interrupted-gone-free = Interrupted. What is left stays until it is removed.
view-again = Run the same command again: it goes on from here; `lab2048 destroy` removes what is there.
view-again-gone = Run the same command again: it goes on from here.

view-kind-balancer = load balancer
    .many = load balancers
view-kind-untagged-balancer = load balancer without tags
    .many = load balancers without tags
view-kind-target-group = target group
    .many = target groups
view-kind-security-group = security group
    .many = security groups
view-kind-shared-security-group = shared security group
    .many = shared security groups
view-kind-profile = Fargate profile
    .many = Fargate profiles
view-kind-role = role
    .many = roles
view-kind-access-entry = access entry
    .many = access entries
view-kind-namespace = namespace
    .many = namespaces
view-looked-for = looked for { $kinds }
view-none-left = none left
view-left = { $count } left
view-not-known = not known ({ $reason })
view-costs-ended = Costs have ended.
view-costs-in-part = What is kept, as the plan says, may go on costing.
view-left-over = These are left over of the lab:
view-costs-daily = it costs { $dollars } a day
view-left-of-controller = All that the controller made goes with: { $command }

view-plan-of = Plan of { $made }, made with `{ $command }`.

view-dns = in DNS
view-dns-record = the name of the game has to lead to the ALB:

view-world = { $cluster } in { $region }, account { $account } (sandbox)
view-world-time = time
view-world-speed = { $now }, { $speed } times as fast as the real one
view-world-ahead = { $ahead } ahead of yours; ages are of this time
view-world-broken = broken
view-world-throttled = throttled
view-world-requests = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
view-world-role = role
view-world-policies = { $role }, { $count ->
    [one] { $count } policy
   *[other] { $count } policies
}
view-world-balancer = balancer
view-world-targets = targets
view-world-no-targets = no targets
view-world-firewall = firewall
view-world-profile = profile
view-world-profile-for = { $name } { $status } for { $namespaces }
view-world-access = access
view-world-namespace = namespace
view-world-nodes = nodes
view-world-nodes-of = { $ec2 } of EC2, { $fargate } of Fargate
