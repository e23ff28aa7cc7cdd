# A class of labs: `fleet plan`, `apply`, `status`, `destroy` and `init`.

fleet-labs = { $count ->
    [one] { $count } lab
   *[other] { $count } labs
}
fleet-clusters = { $count ->
    [one] { $count } cluster
   *[other] { $count } clusters
}
fleet-counted = { $count } { $word }
fleet-names-more = { $names } and { $count } more

fleet-waiting = waiting
fleet-under-way = under way
fleet-done = done
fleet-failed = failed
fleet-held = not begun
fleet-possible = possible
fleet-not-possible = not possible
fleet-as-wanted = as wanted
fleet-not-as-wanted = not as wanted
fleet-absent = absent
fleet-ready = ready
fleet-stopped = stopped
fleet-not-ready = not ready
fleet-deleting = being deleted
fleet-unreadable = not readable
fleet-starting = starting

fleet-to-create = { $count } to create
fleet-to-update = { $count } to update
fleet-to-replace = { $count } to replace
fleet-to-delete = { $count } to delete

fleet-head-lab = LAB
fleet-head-cluster = CLUSTER
fleet-head-state = STATE
fleet-head-time = TIME
fleet-head-result = RESULT

fleet-label-shared = shared
fleet-label-own = your own
fleet-label-plan = plan
fleet-label-cost = cost

fleet-heading = { $labs } of { $roster } on { $clusters }
fleet-shared-profile = profile { $profile } for { $labs }
fleet-shared-balancers = { $count ->
    [one] { $count } load balancer, with a port for each lab
   *[other] { $count } load balancers, with a port for each lab
}
fleet-own-columns = { $columns }, carried along
fleet-by-plan = { $file }, made { $ago }: what has moved since is let be
fleet-not-in-file = without { $labs }, which could not be read: { $names }
fleet-lab-gone = { $lab } gone
fleet-lab-ready = { $lab } ready
fleet-lab-failed = { $lab } failed
fleet-so-far = { $counts } of { $labs }
fleet-sum = { $counts } of { $labs }.
fleet-sum-in = { $counts } of { $labs } in { $took }.
fleet-cost = about { $hourly } an hour, { $daily } a day, by AWS's prices
fleet-hints = { $count ->
    [one] { $count } hint
   *[other] { $count } hints
}
fleet-lesson-solved = { $lesson }: { $points } points in { $took }, { $hints }
fleet-lesson-under-way = { $lesson }: under way for { $took }, { $hints }

fleet-watching = looking again every { $seconds } s, until Ctrl-C
fleet-stopping = stopping (Ctrl-C again: do not wait): no further lab begins, those under way may end
fleet-making-shared = making what the labs share
fleet-removing-shared = removing what the labs share

fleet-phase-reading = reading
fleet-phase-settling = settling
fleet-phase-leftovers = looking for left-overs
fleet-waits-for = waits for { $node }
fleet-after = after { $holder }
fleet-place-after = place { $place }, after { $holder }
fleet-left-item = { $name } ({ $reason })
fleet-left-over = left over: { $items }
fleet-no-cause = no cause is known
fleet-lab-not-planned = it is not in the plan

fleet-not-begun = not begun: { $why }
fleet-barred-canary = not begun: the first lab of its cluster has failed
fleet-barred-failures = not begun: too many labs have failed
fleet-barred-stopped = not begun: stopped by Ctrl-C
fleet-barred-ground = not begun: profile { $profile }, which it shares, { $what }
fleet-no-profile-left = no room for its profile: { $cluster } may have { $most }, has { $there }, and the labs before it take the rest; share one (environment shared-cluster)

fleet-ground = profile { $profile } of { $labs } { $what }
fleet-ground-of-others = is not this class's own, and is used as it is
fleet-ground-there = is there
fleet-ground-not-there = is not there
fleet-ground-made-first = is made first
fleet-ground-removed-last = is removed last
fleet-ground-made = is made
fleet-ground-removed = is removed
fleet-ground-unread = cannot be read: { $why }
fleet-ground-moved = is not as the plan has it: { $moved }
fleet-ground-unfinished = is not as wanted: { $why }
fleet-not-in-plan = it is not in it
fleet-stays-not-chosen = stays: not all labs of the roster were chosen
fleet-stays-in-use = stays: not all labs on it are gone

fleet-head-limit = LIMIT
fleet-head-where = WHERE
fleet-head-allowed = ALLOWED
fleet-head-in-use = IN USE
fleet-head-new = NEW
fleet-head-room = ROOM
fleet-limit-profiles = Fargate profiles
fleet-limit-addresses = addresses for pods
fleet-limit-listeners = listeners of an ALB
fleet-limit-balancers = load balancers
fleet-limit-target-groups = target groups
fleet-limit-vcpus = Fargate vCPUs
fleet-balancer-in = ALB { $name } in { $cluster }
fleet-region-of = { $region } of account { $account }
fleet-enough = enough
fleet-too-little = too little
fleet-not-known = not known
fleet-share-profile = share one profile (environment shared-cluster), or ask for more: `{ $command }`
fleet-more-addresses = give the cluster more subnets (a secondary CIDR will do), or the labs fewer pods (app.replicas)
fleet-spread-listeners = leave ingress.port to the class, which takes a further ALB then, or spread the labs over groups (ingress.group)
fleet-share-balancers = let labs share some (`--set ingress.group=class`), or ask for more: quota L-53DA6B97 of elasticloadbalancing
fleet-fewer-target-groups = remove unused ones, or ask for more: quota L-B22855CB of elasticloadbalancing
fleet-ask-vcpus = not read: `{ $command }` tells what is allowed
fleet-label-queue = queue
fleet-label-expected = expected
fleet-queue = { $labs } of { $cluster } make a profile each, one after the other: the last is made after { $last }
fleet-until-ready = about { $total } until all are ready

fleet-fill-in = Fill in the names, then look with `{ $command }`. A column more is a key of environments, such as app.replicas or cluster.name, or one of your own.

# A class under way, on a terminal.

fleet-head-stage = STAGE
fleet-turn = place { $place } in line
fleet-more = … and { $count } more: { $parts }
fleet-whole = { $done } of { $labs }
fleet-whole-so = { $done } of { $labs } { $word }
fleet-about-to-end = about to end
