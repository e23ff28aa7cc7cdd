# What is read while something is awaited: first what it is, then the chapter's considerations.

about-profile = The profile says whose pods get machines of Fargate: those in namespace { $namespace }, on nodes in private subnets.
about-profile-gone = EKS drains the profile's pods and takes it away; it deletes one profile of a cluster at a time.
about-balancer = The ALB has its name already and is set up in each zone now; its listener and targets come with it.
about-balancer-gone = The load balancer controller removes the ALB with its listener, target group and security groups.
about-ingress = The load balancer controller reads the Ingress and makes an ALB of it; the Ingress gets the ALB's host name.
about-ingress-gone = The Ingress is kept until the controller has removed its ALB, so that nothing is left behind.
about-deployment = One pod is one node here: Fargate starts a small machine for each pod and pulls the image onto it.
about-deployment-fewer = Pods that stop take their nodes with them: a Fargate node lives exactly as long as its pod.
about-deployment-gone = The pods stop, and each takes its Fargate node with it; nothing is billed for them any more.
about-targets = The ALB asks each pod by its address, twice, 15 seconds apart, before it sends players there.
about-namespace-gone = A namespace goes last: first everything in it has to be gone.
about-proof = The name is looked up and the page asked for from here, as a player's browser does.
about-look = look: { $command }

tip = { $id }: { $text }
tip-C1 = Each pod has a kernel, CPU, memory and network interface of its own: it shares them with no other pod.
tip-C2 = A load balancer reaches Fargate pods by their addresses only (target type ip): there is no node port.
tip-C3 = DaemonSets do not run on Fargate: what they would do becomes a second container in the pod.
tip-C4 = Privileged containers do not run on Fargate: the machine below belongs to AWS.
tip-C5 = A Fargate pod may not ask for hostPort or hostNetwork: there is no host to borrow from.
tip-C6 = Open files and processes: soft limit 1,024, hard limit 65,535. A game server seldom needs more.
tip-C7 = There are no GPUs on Fargate; pods that need one go to EC2 nodes.
tip-C8 = Fargate pods run in private subnets only, without a public address: images come through a NAT gateway or endpoints.
tip-C9 = The Vertical Pod Autoscaler finds a pod's size, the Horizontal one their number; on Fargate the mode is Auto or Recreate.
tip-C10 = The VPC needs DNS resolution and DNS host names, or nodes do not find the cluster.
tip-C11 = Each pod is alone in a virtual machine, so that breaking out of its container leads to nobody else's pod.
tip-C12 = Each pod takes an address of its subnet: free addresses limit how many pods there can be. Secondary CIDRs add more.
tip-C13 = There is no instance metadata on Fargate: credentials come by IAM roles for service accounts, the region by the spec.
tip-C14 = Fargate pods run in availability zones: not on Outposts, in Wavelength or in Local Zones.
tip-C15 = AWS patches Fargate's machines and evicts pods for it: a PodDisruptionBudget keeps enough of them.
tip-C16 = The network plugin on Fargate is Amazon's VPC CNI; another cannot be used.
tip-C17 = The EBS CSI controller may run on Fargate, but a Fargate pod cannot mount an EBS volume.
tip-C18 = A profile has up to five selectors, each with a namespace; labels narrow it down.
