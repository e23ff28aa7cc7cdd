//! The considerations that the workshop's chapter lists, C1 to C18.

use super::{Docs, Explanation, PROFILES};

const CONSIDERATIONS: Docs = Docs {
    title: "Amazon EKS user guide: Simplify compute management with AWS Fargate",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html",
};

/// C1 to C18, in order.
pub(in super::super) const WORKSHOP: &[Explanation] = &[
    Explanation {
        id: "C1",
        look: "kubectl -n {namespace} get pods -o wide",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C2",
        look: "kubectl -n {namespace} get ingress {ingress} -o yaml",
        docs: Docs {
            title: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/alb-ingress.html",
        },
    },
    Explanation {
        id: "C3",
        look: "kubectl get daemonsets --all-namespaces",
        docs: Docs {
            title: "Amazon EKS user guide: Start AWS Fargate logging for your cluster",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html",
        },
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
        look: "kubectl -n {namespace} exec deployment/{deployment} -- sh -c 'ulimit -Sn; ulimit -Hn'",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C7",
        look: "lab2048 render | grep -n gpu",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C8",
        look: "aws ec2 describe-route-tables --filters Name=vpc-id,Values={vpc}",
        docs: PROFILES,
    },
    Explanation {
        id: "C9",
        look: "kubectl -n {namespace} get hpa",
        docs: Docs {
            title: "Amazon EKS user guide: Scale pod deployments with Horizontal Pod Autoscaler",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/horizontal-pod-autoscaler.html",
        },
    },
    Explanation {
        id: "C10",
        look: "aws ec2 describe-vpc-attribute --vpc-id {vpc} --attribute enableDnsHostnames",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C11",
        look: "aws iam get-role --role-name {role}",
        docs: Docs {
            title: "Amazon EKS user guide: Security in Amazon EKS",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/security.html",
        },
    },
    Explanation {
        id: "C12",
        look: "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount]' --output table",
        docs: Docs {
            title: "Amazon EKS user guide: View Amazon EKS networking requirements for VPC and subnets",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
        },
    },
    Explanation {
        id: "C13",
        look: "kubectl -n kube-system get deployment aws-load-balancer-controller -o yaml",
        docs: Docs {
            title: "Amazon EKS user guide: IAM roles for service accounts",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html",
        },
    },
    Explanation {
        id: "C14",
        look: "aws ec2 describe-availability-zones --all-availability-zones",
        docs: CONSIDERATIONS,
    },
    Explanation {
        id: "C15",
        look: "kubectl -n {namespace} get poddisruptionbudgets",
        docs: Docs {
            title: "Amazon EKS user guide: Set actions for AWS Fargate OS patching events",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-patching.html",
        },
    },
    Explanation {
        id: "C16",
        look: "kubectl -n kube-system get daemonsets",
        docs: Docs {
            title: "Amazon EKS user guide: Assign IPs to Pods with the Amazon VPC CNI",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html",
        },
    },
    Explanation {
        id: "C17",
        look: "lab2048 render | grep -n -A3 volumes",
        docs: Docs {
            title: "Amazon EKS user guide: Store Kubernetes volumes with Amazon EBS",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
        },
    },
    Explanation {
        id: "C18",
        look: "aws eks describe-fargate-profile --cluster-name {cluster} --fargate-profile-name {profile}",
        docs: PROFILES,
    },
];
