# What a plan says of each thing: what is awaited, notes, whose it is, why something is refused, and what is wrong with what is there.

plan-wait-profile-active = wait ACTIVE
plan-wait-alb-active = wait active
plan-wait-alb = wait for the ALB
plan-wait-pods = wait { $count }/{ $count }
plan-wait-all-pods = wait for all pods
plan-wait-healthy = { $count ->
    [one] wait { $count } healthy target
   *[other] wait { $count } healthy targets
}
plan-wait-answer = wait HTTP 200
plan-wait-gone = wait until it is gone
plan-wait-groups-gone = wait until the lab's target groups are gone
plan-wait-alb-gone = wait until ALB and security groups are gone

plan-unread = { $node } could not be read: { $why }
plan-not-looked-at = not looked at: { $what }
plan-and-more = { $first } and { $more } more
plan-being-deleted = { $node } is being deleted; apply again once it is gone
plan-going = is already being deleted
plan-pruned = no longer part of the lab
plan-more-fields = { $manager } owns { $count ->
    [one] { $count } more field; it is kept
   *[other] { $count } more fields; they are kept
}

plan-owner-lab = lab2048 lab { $name }
plan-owner-eksctl = eksctl, cluster { $name }
plan-owner-stack = CloudFormation stack { $name }
plan-owner-no-tags = it has no tags of this lab
plan-owner-not-lab = it is not the lab's own
plan-owner-other-lab = it belongs to lab { $lab }
plan-owner-tool = it is managed by { $tool }
plan-owner-maker = it has no labels of this lab; made with { $maker }
plan-owner-no-labels = it has no labels of this lab

plan-role-also-has = also has { $policies }, kept
plan-profile-waits-turn = waits its turn: { $name } is { $status }, and a cluster changes one profile at a time
plan-profile-still-going = the earlier profile of this name is still being deleted; it is recreated once that is gone
plan-profile-recreated = recreated: it is { $status } ({ $why })
plan-profile-fixed = a profile cannot be changed: its pods stop when it is deleted and start again once the new one is ACTIVE; under a new name (fargate.profile) both run side by side
plan-profile-left-alone = stays, though it has the lab's tags, because fargate.own is false; to remove it: `lab2048 destroy --set fargate.own=true --set fargate.profile={ $name }`
plan-role-left-alone = stays with the lab's profile
plan-role-and-entry-left-alone = stays with the lab's profile, and so does its access entry

plan-keeps-role = keeps its role ({ $value }), as fargate.role is auto
plan-keeps-subnets = keeps its subnets ({ $value }), as fargate.subnets is auto
plan-keeps-selectors = keeps its selectors ({ $value }), as fargate.selectors is auto
plan-drops-role = its role ({ $value }) cannot be kept: { $why }
plan-drops-subnets = its subnets ({ $value }) cannot be kept: { $why }
plan-drops-selectors = its selectors ({ $value }) cannot be kept: { $why }
plan-unkept-no-role = there is no such role
plan-unkept-boundary = its permissions boundary is not { $wanted }
plan-unkept-no-subnets = there are none
plan-unkept-foreign-subnet = { $id } is not in the cluster's VPC
plan-unkept-public-subnet = { $id } is public
plan-unkept-no-match = none takes the game's pods

plan-pods-follow-profile = its pods go with the old profile and are recreated on the new one
plan-recreates-early = { $count ->
    [one] recreate { $count } pod: it was made before the profile could take it
   *[other] recreate { $count } pods: they were made before the profile could take them
}
plan-recreates-unpulled = { $count ->
    [one] recreate { $count } pod: it could not pull its image, and waits before it tries again
   *[other] recreate { $count } pods: they could not pull their image, and wait before they try again
}
plan-autoscaled = horizontal autoscaler { $name } sets the number of pods; replicas is left to it
plan-number-to-keep = to keep { $number ->
    [one] { $number } pod
   *[other] { $number } pods
}: --set app.replicas={ $number }
plan-replicas-kept = keeps { $count ->
    [one] { $count } replica
   *[other] { $count } replicas
} as asked with `scale`; --reset-scale returns to { $environment }
plan-replicas-dropped = drops the { $count ->
    [one] { $count } replica
   *[other] { $count } replicas
} asked for with `scale`
plan-replicas-of-template = the template has a number of pods of its own, { $count }; app.replicas, { $environment }, is not used

plan-alb-removed = its ALB was removed behind the controller's back, which is told to look again
plan-alb-part-removed = a listener or rule of its ALB was removed behind the controller's back, which is told to look again
plan-proof-internal = the ALB is internal: it cannot be asked from here
plan-proof-obstacle = it cannot be asked: { $why }
plan-proof-host = asks the ALB under the name { $host }, which has to lead there in DNS for everybody else
plan-former-alb = the lab's ALB so far: the Ingress joins a group, and the controller deletes it
plan-former-group-alb = the ALB of IngressGroup { $group }, which the lab leaves; the controller deletes it with the group's last Ingress

plan-alb-shared = stays: IngressGroup { $group } shares it with { $others }
plan-alb-with-ingress = stays with its Ingress { $ingress }
plan-alb-ingress-unread = stays: whether its Ingress { $ingress } is there could not be read
plan-alb-left-over = left over: its Ingress is gone. `lab2048 destroy --without-controller` removes it, or: { $commands }

plan-kept = kept: { $why }
plan-used-by-profile = profile { $name } still uses it
plan-role-used-by-profile = profile { $name } still uses its role
plan-role-not-ours = its role is not ours
plan-handed-out = it was handed out with `fleet access`, and holds its participant's rights; --take-back removes it
plan-entry-comes = EKS adds it when the profile is ACTIVE, and does not remove it
plan-entry-stays = it is bound to the role, and EKS does not remove it
plan-role-stays = its role { $name } stays, with its access entry: { $owner }, so other profiles may need it; it costs nothing
plan-namespace-takes = also takes what is not ours: { $names }
plan-namespace-unread = not all that is in it could be looked at: { $why }
plan-user = { $kind } { $name } in namespace { $namespace }
plan-takes-pods = also takes the pods of { $names }
plan-users-unread = who else uses it is not readable: { $why }

plan-deletion-protection = the Ingress asks for deletion protection, so the controller would keep the ALB for ever without a word; first: `kubectl -n { $namespace } annotate ingress { $name } { $annotation }-`
plan-controller-works = the load balancer controller is at work, and removes the ALB with the Ingress: leave --without-controller out
plan-bindings-unread = its TargetGroupBindings could not be read: { $why }
plan-made-unread = what the controller made could not be read: { $why }
plan-group-shared = IngressGroup { $group } shares the ALB with { $others }: only the controller can take the lab's part out of it
plan-takes-finalizers = takes its finalizer off: { $names }
plan-deletes-bindings = also deletes TargetGroupBinding { $names }
plan-webhooks-leave-out = webhooks of the controller that are in the way leave namespace { $namespace } out for that moment
plan-deletes-balancer = deletes load balancer { $name } ({ $arn })
plan-deletes-target-group = deletes target group { $name } ({ $arn })
plan-deletes-group = deletes security group { $id } ({ $name })
plan-deletes-shared-group = deletes security group { $id }, which all Ingresses of the cluster share, if nothing uses it then

plan-left-by-controller = the load balancer controller made it, and has let go of the Ingress without removing it
plan-left-untagged = it has the name that the load balancer controller gave the lab's, and has lost the tags by which it would have been found; see whose it is. Its target groups and security groups go after it
plan-left-shared-group = all Ingresses of the cluster shared it, the last of them is gone, and a load balancer controller that was restarted meanwhile does not know it any more
plan-left-profile = it has the lab's tags, and came about after the plan was made
plan-left-since = it was made, or came back, after the plan was made
plan-left-namespace = it has a lab's labels

plan-part-state = { $node }: { $state }
plan-part-missing = { $node } is missing
plan-part-unread = { $node } could not be looked at
plan-part-unread-remedy = ask for the right to read it, or try again
plan-no-alb = there is no ALB
plan-no-alb-named = no load balancer is named { $name }
plan-remedy-once-gone = `lab2048 apply`, once it is gone
plan-remedy-failed-profile = mend the cause, then: `lab2048 apply`, which recreates the profile
plan-remedy-failed-alb = `lab2048 destroy`, then `lab2048 apply`
plan-remedy-degraded-profile = mend what EKS names; until then some pods may not start
plan-remedy-degraded = wait, and look again with `lab2048 doctor`; AWS mends its own load balancers
plan-remedy-wait = wait; `lab2048 apply` waits, too, and reports each step
plan-remedy-look-again = `lab2048 apply`, which has the controller look at the Ingress again, as does: `{ $command }`
