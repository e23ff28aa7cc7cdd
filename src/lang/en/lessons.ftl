# Lessons: what is said of them, and their own words, each with three hints; what is learned is read when it is solved.

lesson-now-begun = begun
lesson-now-solved = solved
lesson-preparing = Preparing the lab that the lesson begins with ...
lesson-not-yet = Not yet. `lab2048 lesson hint` gives a hint.
lesson-solved = Solved in { $took }, with { $hints ->
    [one] { $hints } hint
   *[other] { $hints } hints
}: { $points } points of 100.

lesson-goal-absent = nothing of the lab is there
lesson-goal-ready = the lab is ready
lesson-goal-pods = { $count ->
    [one] { $count } pod runs, on a node of its own
   *[other] { $count } pods run, each on a node of its own
}
lesson-goal-mended = what was wrong is put right
lesson-goal-value = the { $kind }'s { $field } is { $value }
lesson-goal-gone = no profile and no load balancer is left
lesson-seen-remains = something of it is
lesson-seen-absent = it is not there
lesson-seen-unready = `lab2048 doctor` says why it is not
lesson-seen-pods = { $pods ->
    [one] { $pods } pod
   *[other] { $pods } pods
} on { $nodes ->
    [one] { $nodes } node
   *[other] { $nodes } nodes
}
lesson-seen-unmended = it is as wrong as before
lesson-seen-value = it is { $value }
lesson-seen-no-value = there is none
lesson-seen-left = { $count } left

lesson-unknown = there is no lesson `{ $name }`
lesson-unknown-near = did you mean `{ $near }`?
lesson-unknown-list = `lab2048 lesson list` has them all
lesson-none-begun = no lesson has been begun
lesson-none-begun-start = `lab2048 lesson list`, then `lab2048 lesson start NAME`
lesson-world-in-use = a lesson begins in a new world, and in the present one there is something
lesson-world-in-use-reset = `lab2048 lesson start { $name } --reset` gives it up; LAB2048_SANDBOX_STATE=/path/lesson.json keeps the lesson's world elsewhere
lesson-no-lab = the lab that the lesson begins with has not come up (exit { $code })

lesson-first-lab = Put a lab up
    .story = It is your first day. A colleague asks for a lab called `potato` on the cluster, and for its address. Nothing of it is there yet.
    .hint-1 = One verb does all of it. `lab2048 plan --set lab.name=potato` shows what it would do, and changes nothing.
    .hint-2 = The verb is `apply`. It makes the Fargate profile, applies the objects, waits, and proves that the game answers.
    .hint-3 = `lab2048 apply --set lab.name=potato`, then `lab2048 open --set lab.name=potato`.
    .learned = A Fargate profile says which pods run without servers of yours: those of a namespace. The Ingress is only a wish; the AWS Load Balancer Controller makes a load balancer of it, which sends requests to the pods by their addresses.

lesson-one-pod-one-node = One pod, one node
    .story = The lab runs with five pods. Whoever pays for it asks why there are five nodes more than last week, and wants three.
    .hint-1 = Look at the nodes and the pods beside each other with `lab2048 status -o wide`. How many pods does each fargate node have?
    .hint-2 = There is nothing to be done about the nodes. They follow the pods.
    .hint-3 = `lab2048 scale --replicas 3`, then look again.
    .learned = On Fargate each pod has a machine of its own, which comes and goes with it. So the number of pods is the number of nodes, and the bill; and each takes an address of a private subnet.

lesson-more-players = More players than pods
    .story = The whole school plays now. Eight pods should do.
    .hint-1 = The number of pods belongs to the Deployment; `lab2048 plan` shows who has set it.
    .hint-2 = `scale` sets it, waits until as many targets of the load balancer are healthy, and keeps it over later applies.
    .hint-3 = `lab2048 scale --replicas 8`.
    .learned = A new pod takes about a minute: a machine has to be launched first. Whoever expects many players scales before they come, or leaves it to a horizontal autoscaler.

lesson-a-way-out = The pods that never start
    .story = Yesterday somebody cleaned the account up, to save money. Today a new lab does not come up: the nodes are there, the pods are on them, and the game does not run. Find out what was cleaned up, and have the lab ready.
    .hint-1 = `lab2048 doctor` looks at the network before there is anything in it. A warning is worth reading.
    .hint-2 = Images come from the internet. By which way do the private subnets get there?
    .hint-3 = The NAT gateway is gone. Here `lab2048 sandbox mend no-nat` brings it back; then `lab2048 apply`.
    .learned = Fargate's machines are in private subnets: nobody reaches them from outside, and they reach the outside only by a NAT gateway (or not at all, where all they need has endpoints in the VPC). Without either no image can be pulled.

lesson-silence = An Ingress and no answer
    .story = For a week nobody here has got a load balancer: whoever makes an Ingress waits, and there is no event and no error. Have a lab ready.
    .hint-1 = An Ingress is a wish. Who fulfils it here? `lab2048 explain C2` says it.
    .hint-2 = `kubectl -n kube-system get deployment` (with what `lab2048 sandbox serve` prints), or simply `lab2048 doctor`.
    .hint-3 = The controller has no pods. Here `lab2048 sandbox mend lbc-absent`; give it a minute (`lab2048 sandbox advance 1m`); then `lab2048 apply`.
    .learned = Kubernetes itself makes no load balancers. Where the controller does not run nobody says so: an Ingress without an address is all there is to see. That is why it is looked at first.

lesson-wrong-image = An image that is not there
    .story = The registry was tidied up; the image of the game is gone from it. A friendly team has one of the same game under public.ecr.aws/lab/2048:1. Have the lab ready.
    .hint-1 = `lab2048 apply` gives up as soon as it is sure that waiting is of no use. What does it say of the image?
    .hint-2 = Which image runs is a value of the environment. `lab2048 env show` lists them all.
    .hint-3 = `lab2048 apply --set app.image=public.ecr.aws/lab/2048:1`.
    .learned = ErrImagePull and ImagePullBackOff are one thing: the second is only the pause after the first. What is wrong stands in the event, once; a tool that shows the newest event shows the pause.

lesson-full-house = A cluster that is full, and is not
    .story = There is capacity enough in the region, money enough in the account, and yet no pod of a new lab is scheduled. Have it ready.
    .hint-1 = Every pod needs a machine, every machine an address. `lab2048 doctor` counts them.
    .hint-2 = The private subnets are used up. On AWS one would free addresses, or add a subnet of a secondary range.
    .hint-3 = Here `lab2048 sandbox mend no-free-ips`; then `lab2048 apply`.
    .learned = Addresses are what large classes run out of first. A rollout needs more of them than there are replicas, since old and new pods are there together.

lesson-lost-rights = The controller has lost its rights
    .story = The load balancer controller runs, and yet no Ingress gets a load balancer any more; it gets events, which nobody reads. Make a lab, read them, and have the lab ready.
    .hint-1 = Try it with `lab2048 apply`. It waits for the Ingress, and says what its events mean.
    .hint-2 = The controller has an IAM role of its own. What may that role do, and what not any more?
    .hint-3 = Here `lab2048 sandbox mend lbc-denied` gives the role its policy back; then `lab2048 apply`.
    .learned = Pods have no rights in AWS but by a role for their service account (IRSA). A policy that was made for an older version of the controller lacks the actions of the newer one; AWS says which.

lesson-healthy-but-sick = Healthy pods that are taken for sick ones
    .story = The lab worked this morning. Now all pods run, none restarts, and yet the load balancer takes every one of them for sick. Have it change its mind.
    .hint-1 = The load balancer asks each pod by itself whether it is well. `lab2048 doctor` tells what it gets for an answer.
    .hint-2 = `lab2048 plan` shows what others have added to the lab's objects. Look at the Ingress.
    .hint-3 = An annotation has the game asked for a page that it does not have. Here `lab2048 sandbox mend health-path` takes it away.
    .learned = Kubernetes' readiness and the load balancer's health are two different questions, asked by two different parties. Both have to be answered.

lesson-nobody-home = A Service that leads nowhere
    .story = Somebody has "just tidied up the labels". The pods run, the load balancer is there, and has nobody to send requests to.
    .hint-1 = How does a Service know its pods? `lab2048 doctor` compares.
    .hint-2 = `lab2048 plan` says which field was changed, by whom and when. `apply` does not take it back without being told so.
    .hint-3 = `lab2048 apply --force-conflicts` puts our selector back.
    .learned = Whoever changes a field owns it from then on; the server remembers that. A tool that overwrites what others have set without a word would undo their work every time.

lesson-closed-door = A door that was closed
    .story = A security review has "removed an unused rule" from a security group. Since then the game times out. Find the door, and open it; people are playing on what is left, so the Deployment is not to be touched.
    .hint-1 = What does the load balancer say of its targets? `lab2048 status` shows it.
    .hint-2 = They do not answer at all. Between the load balancer and a pod there is one security group that matters, that of the cluster.
    .hint-3 = The controller's rule in the cluster's security group is gone. Here `lab2048 sandbox mend firewall`; give the health checks two minutes (`lab2048 sandbox advance 2m`).
    .learned = The controller opens the way from the load balancer to the pods with one rule that has its own description. It puts it back when it looks again, but it does not watch it.

lesson-inside-only = For the house only
    .story = The game is to be played from inside the company alone: the load balancer must not face the internet. There is no lab yet; its name is to be `inside`.
    .hint-1 = Whom the load balancer faces is a value of the environment. `lab2048 env show` lists them.
    .hint-2 = The value is `ingress.scheme`.
    .hint-3 = `lab2048 apply --set lab.name=inside --set ingress.scheme=internal`.
    .learned = A scheme cannot be changed: the controller makes another load balancer in private subnets, with another address, and removes the first one.

lesson-more-room = More room for each player
    .story = The new version of the game is said to need half a vCPU and a GiB of memory. Give each pod of the lab so much.
    .hint-1 = `lab2048 env show` has two values for what a pod asks for. `lab2048 plan` with them shows what each would be billed as.
    .hint-2 = The values are `app.resources.cpu` and `app.resources.memory`; they are written as Kubernetes writes quantities, `500m` and `1Gi`.
    .hint-3 = `lab2048 apply --set app.resources.cpu=500m --set app.resources.memory=1Gi`.
    .learned = Fargate has sizes. A pod gets the smallest one that fits what its containers ask for and 256 MB for Kubernetes itself; what is billed is the size.

lesson-without-a-trace = Without a trace
    .story = The workshop is over. Remove the lab, so that nothing of it costs anything any more.
    .hint-1 = The order matters. The load balancer is the controller's to remove, and it does so only as long as the Ingress tells it.
    .hint-2 = One verb knows the order, and looks afterwards for what may be left.
    .hint-3 = `lab2048 destroy`.
    .learned = Whoever deletes the namespace first, or the controller's profile, leaves a load balancer behind that nobody knows of and everybody pays for.
