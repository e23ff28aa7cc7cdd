# `sandbox`: what was done to the world, and how it is served.

world-advanced = { $time } have passed in the world; it is { $now }.
world-new = A new world: the cluster { $cluster } as the workshop has it, and nothing of the lab.
world-new-many = A new world: { $count } clusters as the workshop has one, and nothing of the labs: { $names }.

world-now-broken = broken
world-broke = broken: { $breakage }: { $feeling }
world-broken-already = { $breakage } was broken already.
world-mended = mended: { $breakage }: { $fault }
world-nothing-broken = Nothing was broken.

world-served = The sandbox at { $url }, for the aws CLI, kubectl and a browser. Ctrl-C ends it.
world-served-elsewhere = In another terminal:
world-served-game = The game, once the lab is there: lab2048 open
world-served-clock = The sandbox's clock runs faster than yours: ages that kubectl counts by your clock show as <invalid>.
world-served-no-more = Not serving any more; the world is kept.

# What somebody notices of a breakage who does not know it: it gives nothing away.

world-feeling-lbc-absent = the Ingress stays without an address, and nobody says why
world-feeling-lbc-denied = no load balancer comes, however long one waits
world-feeling-lbc-identity = the Ingress complains of credentials that nobody has given it
world-feeling-lbc-cluster = the controller runs, but does not find what is in front of it
world-feeling-lbc-namespace = the Ingress is there, and nothing happens at all: not even an event
world-feeling-class-missing = what worked yesterday is refused today
world-feeling-webhook-down = the cluster refuses a perfectly good Service
world-feeling-webhook-certificate = the cluster and the controller do not trust each other any more
world-feeling-no-nat = the nodes come, the pods are on them, and there they stay
world-feeling-public-subnets = no subnet seems to be good enough for Fargate
world-feeling-untagged-subnets = it works, but how does the controller know where?
world-feeling-no-free-ips = the cluster seems to be full, and is not
world-feeling-one-zone = there are subnets enough, and still too few
world-feeling-dns-off = machines are launched and never arrive
world-feeling-firewall = the pods are well, and nobody gets through to them
world-feeling-image-missing = the pods begin again and again, and never run
world-feeling-image-arm = the image is there, and is no use
world-feeling-pull-limit = it worked for the first half of the class
world-feeling-profile-failed = the profile is made, waits, and gives up
world-feeling-stale-access-entry = everything is as it should be, and no machine comes
world-feeling-pod-quota = pods wait for machines that the account may not have
world-feeling-quota = there is no room for one more
world-feeling-throttling = AWS is in a bad mood today
world-feeling-no-access = the door is locked, and the key is the right one
world-feeling-service-selector = the pods run, the page is an error
world-feeling-health-path = the load balancer takes healthy pods for sick ones
world-feeling-alb-deleted = Kubernetes has the address, the internet does not
world-feeling-listener-deleted = the load balancer is active, and does not listen

# What was wrong, as it is said when it is mended.

world-fault-lbc-absent = the AWS Load Balancer Controller is scaled to zero
world-fault-lbc-denied = the IAM role of the AWS Load Balancer Controller lacks rights
world-fault-lbc-identity = the IAM role of the AWS Load Balancer Controller does not trust the cluster
world-fault-lbc-cluster = the AWS Load Balancer Controller was started with the name of another cluster
world-fault-lbc-namespace = the AWS Load Balancer Controller watches another namespace
world-fault-class-missing = the IngressClass alb is gone
world-fault-webhook-down = the webhook of the AWS Load Balancer Controller has no endpoint
world-fault-webhook-certificate = the webhook of the AWS Load Balancer Controller shows a certificate that the cluster does not trust
world-fault-no-nat = the private subnets have no NAT gateway, so images cannot be pulled
world-fault-public-subnets = every subnet has a route to an internet gateway
world-fault-untagged-subnets = no subnet carries a kubernetes.io/role tag
world-fault-no-free-ips = the private subnets have no free addresses
world-fault-one-zone = all subnets are in one availability zone
world-fault-dns-off = the VPC has DNS host names switched off
world-fault-firewall = the rule of the security group is gone that lets the load balancer reach the pods
world-fault-image-missing = the container image does not exist
world-fault-image-arm = the container image is made for ARM machines only
world-fault-pull-limit = the registry refuses further pulls from the address of the NAT gateway
world-fault-profile-failed = a new Fargate profile ends in CREATE_FAILED
world-fault-stale-access-entry = the access entry of a deleted role of the same name is still there
world-fault-pod-quota = the account has no Fargate capacity left
world-fault-quota = the account may have no further load balancer
world-fault-throttling = every AWS call is throttled the first time it is made
world-fault-no-access = the cluster does not know the IAM identity that calls
world-fault-service-selector = somebody has changed the selector of the lab's Service
world-fault-health-path = somebody has given the lab's Ingress another path for its health checks
world-fault-alb-deleted = somebody has deleted the lab's load balancer by hand
world-fault-listener-deleted = somebody has deleted the listener of the lab's load balancer by hand
