//! What else a lab needs of account, cluster and controller.

use super::Explanation;

const LBC: &str = "Amazon EKS user guide: Route internet traffic with AWS Load Balancer Controller";
const PROFILES: &str = "Amazon EKS user guide: Define which Pods use AWS Fargate when launched";

/// In the order in which they are checked.
pub(in super::super) const CLUSTER: &[Explanation] = &[
    Explanation {
        id: "caller",
        title: "who you are",
        what: "Every call to AWS is made with credentials of one account.",
        why: "With credentials of another account than the cluster's, everything would be made in the wrong place.",
        does: "Asks AWS who you are and compares the account with the cluster's.",
        look: "aws sts get-caller-identity",
        docs: "AWS CLI user guide: Configuration and credential file settings",
    },
    Explanation {
        id: "cluster",
        title: "the cluster itself",
        what: "The lab goes onto an EKS cluster that is ACTIVE and run by AWS in a region.",
        why: "Clusters that are only registered with EKS, or that run on an Outpost, have no Fargate.",
        does: "Reads status and sort of the cluster.",
        look: "aws eks describe-cluster --name CLUSTER",
        docs: "Amazon EKS user guide: Organize workloads with Amazon EKS clusters",
    },
    Explanation {
        id: "cluster-identity",
        title: "one cluster on both sides",
        what: "AWS is asked for the cluster by name; its Kubernetes API is reached by the URL that EKS gives, or, with \
               `cluster.access: kubeconfig`, by a context of the kubeconfig.",
        why: "The current context may be another cluster's: the profile would go to one cluster, the game to another.",
        does: "Compares server and certificate authority of the context with EKS's before anything is sent there. A \
               difference ends the command, unless `cluster.context` names the context (a tunnel, say): then it warns.",
        look: "kubectl config view --minify; aws eks describe-cluster --name CLUSTER --query cluster.endpoint",
        docs: "Amazon EKS user guide: Connect kubectl to an EKS cluster by creating a kubeconfig file",
    },
    Explanation {
        id: "cluster-health",
        title: "problems that EKS reports",
        what: "EKS keeps a list of problems of a cluster, such as a missing subnet or security group.",
        why: "With such a problem, nodes may fail to join without another word.",
        does: "Reads the list.",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.health",
        docs: "Amazon EKS user guide: Troubleshoot problems with Amazon EKS clusters and nodes",
    },
    Explanation {
        id: "auto-mode",
        title: "EKS Auto Mode",
        what: "In Auto Mode EKS runs nodes and load balancers itself, with an IngressClass of its own.",
        why: "Its load balancers differ in names and tags from those of the AWS Load Balancer Controller, on which this \
              lab is built.",
        does: "Tells when Auto Mode is on.",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.computeConfig",
        docs: "Amazon EKS user guide: Automate cluster infrastructure with EKS Auto Mode",
    },
    Explanation {
        id: "api-access",
        title: "the way to the Kubernetes API",
        what: "The API of a cluster can be open to the internet, to some addresses, or only inside the VPC.",
        why: "A Fargate node must reach it. If only some public addresses may, the NAT gateway's must be among them, or \
              access inside the VPC must be on.",
        does: "Reads the cluster's access settings.",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.resourcesVpcConfig",
        docs: "Amazon EKS user guide: Control network access to cluster API server endpoint",
    },
    Explanation {
        id: "coredns",
        title: "names inside the cluster",
        what: "CoreDNS turns names such as service-2048 into addresses.",
        why: "On a cluster without EC2 nodes CoreDNS itself needs a Fargate profile, and is often forgotten.",
        does: "Looks at the Deployment coredns in kube-system.",
        look: "kubectl -n kube-system get deployment coredns",
        docs: "Amazon EKS user guide: Manage CoreDNS for DNS in Amazon EKS clusters",
    },
    Explanation {
        id: "egress",
        title: "the way to the internet",
        what: "A private subnet reaches the internet through a NAT gateway, or AWS services through VPC endpoints.",
        why: "The game's image comes from a public registry. Without a way out the pod ends in ImagePullBackOff.",
        does: "Follows the default route of every pod subnet and looks whether its NAT gateway is available.",
        look: "aws ec2 describe-nat-gateways --filter Name=vpc-id,Values=VPC",
        docs: "Amazon EKS user guide: Deploy private clusters with limited internet access",
    },
    Explanation {
        id: "image-limit",
        title: "pulls from Docker Hub",
        what: "Docker Hub gives an address 100 pulls in six hours without signing in. On Fargate every pod pulls for itself, \
               and all pods of a VPC come from the addresses of its NAT gateways.",
        why: "Twenty labs of five pods use that up at once; each scale and each patch day adds to it. The pods then stay in \
              ImagePullBackOff with \"toomanyrequests\".",
        does: "Looks where the images of the lab come from, and counts pods and NAT gateways.",
        look: "kubectl -n NAMESPACE get events --field-selector reason=Failed",
        docs: "Docker Docs: Docker Hub usage and limits",
    },
    Explanation {
        id: "image-format",
        title: "the format of the image",
        what: "The image of the workshop's chapter, alexwhen/docker-2048, is from 2014 and in a format that is called schema 1.",
        why: "containerd 2.0 refuses that format unless told otherwise, 2.1 for good. Which one a Fargate node has, AWS decides.",
        does: "Compares that image with the containerd that the cluster's nodes report; `doctor` only, as a plan reads no nodes.",
        look: "kubectl get nodes -o custom-columns=NAME:.metadata.name,RUNTIME:.status.nodeInfo.containerRuntimeVersion",
        docs: "containerd: deprecation of pulling Schema 1 images (issue 9765)",
    },
    Explanation {
        id: "profile-overlap",
        title: "profiles that take the same pods",
        what: "Several profiles of a cluster can have selectors for the same pods.",
        why: "The profile whose name comes first in the alphabet wins, with its subnets and its role.",
        does: "Compares the selectors of all profiles, wildcards too, with the game's pods.",
        look: "aws eks list-fargate-profiles --cluster-name CLUSTER",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-slot",
        title: "one profile at a time",
        what: "A cluster makes or deletes only one Fargate profile at a time.",
        why: "In a workshop many people ask at once; each waits for the one before.",
        does: "Names the profile that is in the way. `apply` and `destroy` wait for their turn.",
        look: "aws eks list-fargate-profiles --cluster-name CLUSTER",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-health",
        title: "problems of the profile",
        what: "EKS keeps a list of problems of a profile. Even an ACTIVE one can have some.",
        why: "The list holds the reason when a profile fails; other tools do not show it.",
        does: "Reads the list.",
        look: "aws eks describe-fargate-profile --cluster-name CLUSTER --fargate-profile-name NAME",
        docs: PROFILES,
    },
    Explanation {
        id: "access-entry",
        title: "the right of nodes to join",
        what: "For the role of a profile EKS makes an access entry: the right to join the cluster as a node.",
        why: "EKS does not remove it with the profile, and it is bound to the very role, not to its name. A new role of \
              the same name meets the old entry, and its nodes are turned away (401).",
        does: "Compares the age of entry and role. `destroy` removes the entry of the lab's own role.",
        look: "aws eks describe-access-entry --cluster-name CLUSTER --principal-arn ROLE-ARN",
        docs: "Amazon EKS user guide: Grant IAM users access to Kubernetes with EKS access entries",
    },
    Explanation {
        id: "size",
        title: "the size of a pod",
        what: "Fargate starts a machine for each pod, from 0.25 vCPU with 0.5 GB to 16 vCPU with 120 GB. Its size follows \
               from what the pod requests: the sum of its containers, or its biggest init container if that is more; 256 MB \
               are added for Kubernetes, and the next size up is taken. Without requests it is the smallest one. Ephemeral \
               storage is 20 GiB, and up to 175 GiB if requested.",
        why: "Limits count for nothing: a container whose limits exceed its requests finds no more than was requested, or \
              fails to start (StartError). A pod that is too large stays Pending.",
        does: "Compares requests and limits of each container, in the templates and of the pods that run, and names the size \
               that results. The lab's own template makes them equal (app.resources).",
        look: "kubectl -n NAMESPACE get pods -o custom-columns=NAME:.metadata.name,SIZE:.metadata.annotations.CapacityProvisioned",
        docs: "Amazon EKS user guide: Understand Fargate Pod configuration details",
    },
    Explanation {
        id: "quota",
        title: "quotas",
        what: "By default a cluster has at most 10 profiles, a profile 5 selectors, and an account a number of Fargate \
               vCPUs that is small for new accounts.",
        why: "Beyond a quota a profile is refused, or pods stay Pending with \"reached the limit\".",
        does: "Counts the profiles. The quota of vCPUs is not read.",
        look: "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538",
        docs: "Amazon EKS user guide: View and manage Amazon EKS and Fargate service quotas",
    },
    Explanation {
        id: "lbc-installed",
        title: "the load balancer controller",
        what: "The AWS Load Balancer Controller (LBC) watches Ingresses and makes an ALB for each.",
        why: "Without it an Ingress stays without an address for ever, and nothing reports why.",
        does: "Looks for its Deployment by label in all namespaces.",
        look: "kubectl get deployments -A -l app.kubernetes.io/name=aws-load-balancer-controller",
        docs: LBC,
    },
    Explanation {
        id: "lbc-ready",
        title: "a ready controller",
        what: "The controller must have a pod that is ready.",
        why: "While it has none, no ALB is made, and none is removed: a deleted Ingress stays.",
        does: "Counts its ready pods.",
        look: "kubectl -n kube-system get pods -l app.kubernetes.io/name=aws-load-balancer-controller",
        docs: LBC,
    },
    Explanation {
        id: "lbc-args",
        title: "the controller's arguments",
        what: "The controller gets the cluster's name, the class and the namespaces it serves, and on Fargate its \
               region and VPC.",
        why: "With a wrong cluster name it finds no subnets, and leaves ALBs behind when Ingresses are deleted. On \
              Fargate it cannot find out region and VPC and crashes.",
        does: "Compares the arguments with the lab, read as the controller reads them: flags with their value behind = or \
               next to them, and variables of the container.",
        look: "kubectl -n kube-system get deployment aws-load-balancer-controller -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "lbc-lease",
        title: "a leader at work",
        what: "Of the controller's pods one is the leader. It renews a lease every two seconds.",
        why: "An old lease means that nobody works, even if the pods look ready.",
        does: "Reads how old the last renewal is.",
        look: "kubectl -n kube-system get lease aws-load-balancer-controller-leader -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "lbc-webhook",
        title: "the controller's webhook",
        what: "Kubernetes asks the controller about every new Service and Ingress before it accepts them.",
        why: "If nobody answers, these objects are refused: \"failed calling webhook\".",
        does: "Looks whether the webhook's Service has a ready address.",
        look: "kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=aws-load-balancer-webhook-service",
        docs: LBC,
    },
    Explanation {
        id: "ingress-class",
        title: "the class of the Ingress",
        what: "An IngressClass says which controller serves an Ingress.",
        why: "If the class is missing or belongs to another controller, no ALB is made.",
        does: "Reads the class and compares its controller with ingress.k8s.aws/alb.",
        look: "kubectl get ingressclass alb -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "class-params",
        title: "parameters of the class",
        what: "An IngressClass can name IngressClassParams: settings for all Ingresses of the class.",
        why: "They win over the Ingress. A scheme set there can make the game internal although the lab wants it public.",
        does: "Names every setting that differs from the lab's wishes.",
        look: "kubectl get ingressclassparams -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "ingress-group",
        title: "one ALB for many Ingresses",
        what: "Ingresses with the same group (ingress.group) share one ALB: each brings its rules and target groups, and \
               the ALB goes with the last of them.",
        why: "An ALB costs money by the hour, so a class of labs may share one. But the rules are tried in order: of two \
              labs with the same path on the same port only the first is ever reached.",
        does: "Looks at the rules of the others, waits for the lab's own targets, and leaves the ALB to the others when the \
               lab is destroyed.",
        look: "aws elbv2 describe-rules --listener-arn ARN",
        docs: LBC,
    },
    Explanation {
        id: "ingress-route",
        title: "the way to the game",
        what: "The controller makes rules of the Ingress: for a host, a path, or what the annotations conditions.* and \
               actions.* ask for. The first that takes a request decides where it goes.",
        why: "A rule for a host name answers nobody who asks the ALB by its own name; one that an earlier rule shadows answers \
              nobody at all.",
        does: "Works out from the rules which request leads to the Service of the game. The proof at the end of apply makes \
               that very request, and status and open show its address, with the record in DNS that a name of its own needs \
               (CNAME to the ALB). A certificate has to be good and for that name; where no name is given, the game has the \
               first name of the certificate.",
        look: "kubectl -n NAMESPACE get ingress NAME -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "annotations",
        title: "annotations that mean nothing",
        what: "What is special about an Ingress is asked for with annotations: alb.ingress.kubernetes.io/scheme and some \
               seventy more.",
        why: "The controller ignores what it does not know. A letter too many, and the ALB is internal, the health check the \
              usual one, and no event says why.",
        does: "Compares the names of annotations with those the controller knows, and names the nearest one. A group.order \
               that the controller cannot use is an error: it would make nothing, and say so only in its log.",
        look: "kubectl -n NAMESPACE get ingress NAME -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "alb-subnets",
        title: "subnets for the ALB",
        what: "The controller looks for subnets by tags: kubernetes.io/role/elb for an ALB that faces the internet, \
               kubernetes.io/role/internal-elb for an internal one. Without tags it goes by the routes (since 2.12.1).",
        why: "It needs two zones and eight free addresses in each subnet. If it finds too few, the Ingress gets no \
              address.",
        does: "Finds the subnets in the same way and names those it will use.",
        look: "aws ec2 describe-subnets --filters Name=tag-key,Values=kubernetes.io/role/elb",
        docs: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
    },
    Explanation {
        id: "alb-quota",
        title: "quotas of load balancers",
        what: "An account has 50 application load balancers in a region at first, each with 50 listeners, 100 rules and 100 \
               target groups.",
        why: "Beyond that the controller is refused (TooManyLoadBalancers), and the Ingress gets no address.",
        does: "Reads the limits, and counts what there is where the lab has no ALB yet.",
        look: "aws elbv2 describe-account-limits",
        docs: "Elastic Load Balancing user guide: Quotas for your Application Load Balancers",
    },
    Explanation {
        id: "rehearsal",
        title: "what the sandbox does not rehearse",
        what: "The sandbox is a region and a cluster inside this program. It reads everything as AWS and the controller do, \
               but not everything has its effect there: no health check asks for a path, no firewall stands before the ALB.",
        why: "A rehearsal that is green where it knows nothing promises too much.",
        does: "On the sandbox it names what of the lab was read and does nothing there. On AWS it says nothing.",
        look: "lab2048 plan -e sandbox",
        docs: LBC,
    },
];
