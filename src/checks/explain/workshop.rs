//! The considerations that the workshop's chapter lists, C1 to C18.

use super::Explanation;

const CONSIDERATIONS: &str = "Amazon EKS user guide: Simplify compute management with AWS Fargate";
const PROFILES: &str = "Amazon EKS user guide: Define which Pods use AWS Fargate when launched";

/// C1 to C18, in order.
pub(in super::super) const WORKSHOP: &[Explanation] = &[
    Explanation {
        id: "C1",
        look: "kubectl -n fargate-game-2048 get pods -o wide",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C2",
        look: "kubectl -n fargate-game-2048 get ingress ingress-2048 -o yaml",
        docs: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
    },
    Explanation {
        id: "C3",
        look: "kubectl get daemonsets --all-namespaces",
        docs: "Amazon EKS user guide: Start AWS Fargate logging for your cluster",
    },
    Explanation {
        id: "C4",
        look: "lab2048 render | grep -n privileged",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C5",
        look: "lab2048 render | grep -n host",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C6",
        look: "kubectl -n fargate-game-2048 exec deployment/deployment-2048 -- sh -c 'ulimit -Sn; ulimit -Hn'",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C7",
        look: "lab2048 render | grep -n gpu",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C8",
        look: "aws ec2 describe-route-tables --filters Name=vpc-id,Values=VPC",
        docs: PROFILES,
    },
    Explanation {
        id: "C9",
        look: "kubectl -n fargate-game-2048 get hpa",
        docs: "Amazon EKS user guide: Scale pod deployments with Horizontal Pod Autoscaler",
    },
    Explanation {
        id: "C10",
        look: "aws ec2 describe-vpc-attribute --vpc-id VPC --attribute enableDnsHostnames",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C11",
        look: "aws iam get-role --role-name ROLE",
        docs: "Amazon EKS user guide: Security in Amazon EKS",
    },
    Explanation {
        id: "C12",
        look: "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount]' --output table",
        docs: "Amazon EKS user guide: View Amazon EKS networking requirements for VPC and subnets",
    },
    Explanation {
        id: "C13",
        look: "kubectl -n kube-system get deployment aws-load-balancer-controller -o yaml",
        docs: "Amazon EKS user guide: IAM roles for service accounts",
    },
    Explanation {
        id: "C14",
        look: "aws ec2 describe-availability-zones --all-availability-zones",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C15",
        look: "kubectl -n fargate-game-2048 get poddisruptionbudgets",
        docs: "Amazon EKS user guide: Set actions for AWS Fargate OS patching events",
    },
    Explanation {
        id: "C16",
        look: "kubectl -n kube-system get daemonsets",
        docs: "Amazon EKS user guide: Assign IPs to Pods with the Amazon VPC CNI",
    },
    Explanation {
        id: "C17",
        look: "lab2048 render | grep -n -A3 volumes",
        docs: "Amazon EKS user guide: Store Kubernetes volumes with Amazon EBS",
    },
    Explanation {
        id: "C18",
        look: "aws eks describe-fargate-profile --cluster-name CLUSTER --fargate-profile-name fargate-game-2048",
        docs: PROFILES,
    },
];
