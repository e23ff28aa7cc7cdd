//! The considerations that the workshop's chapter lists, C1 to C18.

use super::Explanation;

const CONSIDERATIONS: &str = "Amazon EKS user guide: Simplify compute management with AWS Fargate";
const PROFILES: &str = "Amazon EKS user guide: Define which Pods use AWS Fargate when launched";

/// C1 to C18, in order.
pub(in super::super) const WORKSHOP: &[Explanation] = &[
    Explanation {
        id: "C1",
        title: "every pod is alone on its node",
        what: "On Fargate each pod runs in a small virtual machine of its own, with its own kernel, CPU, memory and \
               network interface. Kubernetes shows that machine as a node.",
        why: "Five pods mean five nodes. Nothing is shared, so a noisy neighbour cannot slow the game down, and nothing \
              can be placed beside it.",
        does: "`status` shows pod, node and address side by side, one to one.",
        look: "kubectl -n fargate-game-2048 get pods -o wide",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C2",
        title: "load balancers send to pods, not to nodes",
        what: "An ALB can send to the ports of nodes (target type instance) or straight to the addresses of pods \
               (target type ip).",
        why: "A Fargate node opens no node port. With target type instance the ALB is made, and every request fails.",
        does: "The Ingress asks for target type ip. The check looks at the rendered Ingress, and at the \
               IngressClassParams of its class, which win over the Ingress.",
        look: "kubectl -n fargate-game-2048 get ingress ingress-2048 -o yaml",
        docs: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
    },
    Explanation {
        id: "C3",
        title: "no DaemonSets",
        what: "A DaemonSet puts one copy of a pod on every node, often to collect logs or metrics.",
        why: "A Fargate node takes exactly one pod, so no DaemonSet runs there. Its work must be done by a second \
              container in the pod, or by Fargate's own log router (ConfigMap aws-logging in namespace aws-observability).",
        does: "Refuses templates with a DaemonSet, and names DaemonSets of the cluster that will not see the game.",
        look: "kubectl get daemonsets --all-namespaces",
        docs: "Amazon EKS user guide: Start AWS Fargate logging for your cluster",
    },
    Explanation {
        id: "C4",
        title: "no privileged containers",
        what: "A privileged container may do anything on the machine that runs it.",
        why: "The machine under a Fargate pod belongs to AWS, so such a container is not started.",
        does: "Looks for securityContext.privileged in every rendered container.",
        look: "lab2048 render | grep -n privileged",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C5",
        title: "no ports and no network of the host",
        what: "hostPort opens a port on the node, hostNetwork puts the pod into the node's network.",
        why: "A Fargate pod has an address of its own in the VPC and no host that it could borrow from. Such pods stay \
              Pending.",
        does: "Looks for hostPort, hostNetwork, hostPID and hostIPC in the rendered objects.",
        look: "lab2048 render | grep -n host",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C6",
        title: "limits for open files and processes",
        what: "Every process has a limit of open files (nofile) and of processes (nproc): a soft one, which it may raise \
               itself, up to a hard one.",
        why: "On Fargate the soft limit is 1,024 and the hard one 65,535. A server with many connections must raise its \
              soft limit itself when it starts.",
        does: "Nothing can be seen from outside. The game needs far less.",
        look: "kubectl -n fargate-game-2048 exec deployment/deployment-2048 -- sh -c 'ulimit -Sn; ulimit -Hn'",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C7",
        title: "no GPUs",
        what: "Pods can ask for graphics processors with a resource such as nvidia.com/gpu.",
        why: "Fargate has none. The pod would stay Pending.",
        does: "Looks for such requests in the rendered containers.",
        look: "lab2048 render | grep -n gpu",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C8",
        title: "private subnets only",
        what: "A subnet is private if its route table has no route to an internet gateway. Its name or the setting for \
               public addresses proves nothing.",
        why: "Fargate pods never get a public address, and EKS refuses a profile with a public subnet. To fetch images \
              from the internet, a private subnet needs a route to a NAT gateway.",
        does: "Reads route tables and chooses the private subnets itself; the check `egress` looks at the NAT gateways.",
        look: "aws ec2 describe-route-tables --filters Name=vpc-id,Values=VPC",
        docs: PROFILES,
    },
    Explanation {
        id: "C9",
        title: "autoscalers",
        what: "A vertical autoscaler (VPA) finds the right size of a pod, a horizontal one (HPA) the number of pods.",
        why: "Fargate bills what a pod asks for, so a good first size saves money. A VPA can change a pod only by recreating \
              it, so its mode must be Auto or Recreate. An HPA then sets the number of replicas by itself.",
        does: "Looks for an HPA on the Deployment. With one, `plan` leaves the replicas to it.",
        look: "kubectl -n fargate-game-2048 get hpa",
        docs: "Amazon EKS user guide: Scale pod deployments with Horizontal Pod Autoscaler",
    },
    Explanation {
        id: "C10",
        title: "DNS in the VPC",
        what: "A VPC has two switches: DNS resolution (enableDnsSupport) and DNS hostnames (enableDnsHostnames).",
        why: "A Fargate node finds the cluster and the registries by name. With a switch off it never joins.",
        does: "Reads both attributes.",
        look: "aws ec2 describe-vpc-attribute --vpc-id VPC --attribute enableDnsHostnames",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C11",
        title: "isolation and shared responsibility",
        what: "AWS keeps the machine under the pod safe and separate. The image, the network rules and the rights of the \
               pod are yours.",
        why: "Pods of one cluster still share the Kubernetes API. Workloads that must not trust each other at all belong \
              into different clusters.",
        does: "Nothing can be checked here. Each lab has its own namespace and its own role.",
        look: "aws iam get-role --role-name ROLE",
        docs: "Amazon EKS user guide: Security in Amazon EKS",
    },
    Explanation {
        id: "C12",
        title: "free addresses",
        what: "Every Fargate pod takes one address of its subnet. Subnets of a secondary address range are allowed.",
        why: "Without a free address a pod stays Pending. During a rollout old and new pods are there together, so more \
              addresses are needed than there are replicas: a quarter more by default.",
        does: "Compares the free addresses with the replicas and that quarter: an error if the pods cannot fit, a warning \
               if one subnet alone could not take a whole rollout.",
        look: "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount]' --output table",
        docs: "Amazon EKS user guide: View Amazon EKS networking requirements for VPC and subnets",
    },
    Explanation {
        id: "C13",
        title: "no instance metadata",
        what: "On EC2 a program asks the address 169.254.169.254 for its region and credentials.",
        why: "Fargate pods cannot reach it. Credentials come from the role of a service account (IRSA), and the region \
              must be given.",
        does: "Looks for that address in the rendered containers. The check `lbc-args` looks whether a controller that \
               runs on Fargate has its region and VPC as flags.",
        look: "kubectl -n kube-system get deployment aws-load-balancer-controller -o yaml",
        docs: "Amazon EKS user guide: IAM roles for service accounts",
    },
    Explanation {
        id: "C14",
        title: "ordinary zones only",
        what: "Besides availability zones AWS has Local Zones, Wavelength Zones and Outposts.",
        why: "Fargate runs in none of these.",
        does: "Reads the sort of zone of every subnet for the pods.",
        look: "aws ec2 describe-availability-zones --all-availability-zones",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C15",
        title: "pods are moved for patches",
        what: "From time to time AWS patches what is under a pod, and for that it evicts the pod. A disruption budget \
               (PodDisruptionBudget) limits how many pods may be away at once.",
        why: "Without a budget all pods may go at once. With one that lets none go, AWS stops the pod in the end without \
              asking.",
        does: "Makes a budget if the environment sets app.disruptionBudget, and warns of one that never yields.",
        look: "kubectl -n fargate-game-2048 get poddisruptionbudgets",
        docs: "Amazon EKS user guide: Set actions for AWS Fargate OS patching events",
    },
    Explanation {
        id: "C16",
        title: "the VPC CNI only",
        what: "A network plugin (CNI) gives pods their addresses. Clusters can have others than Amazon's.",
        why: "A Fargate pod always uses the Amazon VPC CNI. Overlays and network policies of other plugins do not reach it.",
        does: "Looks for the DaemonSets of well-known other plugins.",
        look: "kubectl -n kube-system get daemonsets",
        docs: "Amazon EKS user guide: Assign IPs to Pods with the Amazon VPC CNI",
    },
    Explanation {
        id: "C17",
        title: "no EBS volumes",
        what: "Volumes are disks that outlive a pod. EBS disks are attached to a machine.",
        why: "A Fargate pod can mount EFS file systems that were set up beforehand, but no EBS disk. The EBS controller \
              may run on Fargate, its disks may not be used there.",
        does: "Looks at the volumes and claims of the rendered pods.",
        look: "lab2048 render | grep -n -A3 volumes",
        docs: "Amazon EKS user guide: Store Kubernetes volumes with Amazon EBS",
    },
    Explanation {
        id: "C18",
        title: "selectors of the profile",
        what: "A profile has up to five selectors. Each names a namespace and, if wanted, labels; `*` and `?` stand for \
               other characters.",
        why: "Only pods that a selector covers run on Fargate, and only if the profile is ACTIVE when they are made. \
              Applications should not live in the namespaces default and kube-system.",
        does: "Checks that a selector covers the game's namespace and labels, and how many there are.",
        look: "aws eks describe-fargate-profile --cluster-name CLUSTER --fargate-profile-name fargate-game-2048",
        docs: PROFILES,
    },
];
