//! What else a lab needs of account, cluster and controller.

use super::Explanation;

const LBC: &str = "Amazon EKS user guide: Route internet traffic with AWS Load Balancer Controller";
const PROFILES: &str = "Amazon EKS user guide: Define which Pods use AWS Fargate when launched";

/// In the order in which they are checked.
pub(in super::super) const CLUSTER: &[Explanation] = &[
    Explanation {
        id: "caller",
        look: "aws sts get-caller-identity",
        docs: "AWS CLI user guide: Configuration and credential file settings",
    },
    Explanation {
        id: "cluster",
        look: "aws eks describe-cluster --name CLUSTER",
        docs: "Amazon EKS user guide: Organize workloads with Amazon EKS clusters",
    },
    Explanation {
        id: "cluster-identity",
        look: "kubectl config view --minify; aws eks describe-cluster --name CLUSTER --query cluster.endpoint",
        docs: "Amazon EKS user guide: Connect kubectl to an EKS cluster by creating a kubeconfig file",
    },
    Explanation {
        id: "cluster-health",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.health",
        docs: "Amazon EKS user guide: Troubleshoot problems with Amazon EKS clusters and nodes",
    },
    Explanation {
        id: "auto-mode",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.computeConfig",
        docs: "Amazon EKS user guide: Automate cluster infrastructure with EKS Auto Mode",
    },
    Explanation {
        id: "api-access",
        look: "aws eks describe-cluster --name CLUSTER --query cluster.resourcesVpcConfig",
        docs: "Amazon EKS user guide: Control network access to cluster API server endpoint",
    },
    Explanation {
        id: "coredns",
        look: "kubectl -n kube-system get deployment coredns",
        docs: "Amazon EKS user guide: Manage CoreDNS for DNS in Amazon EKS clusters",
    },
    Explanation {
        id: "egress",
        look: "aws ec2 describe-nat-gateways --filter Name=vpc-id,Values=VPC",
        docs: "Amazon EKS user guide: Deploy private clusters with limited internet access",
    },
    Explanation {
        id: "image-limit",
        look: "kubectl -n NAMESPACE get events --field-selector reason=Failed",
        docs: "Docker Docs: Docker Hub usage and limits",
    },
    Explanation {
        id: "image-format",
        look: "kubectl get nodes -o custom-columns=NAME:.metadata.name,RUNTIME:.status.nodeInfo.containerRuntimeVersion",
        docs: "containerd: deprecation of pulling Schema 1 images (issue 9765)",
    },
    Explanation {
        id: "profile-overlap",
        look: "aws eks list-fargate-profiles --cluster-name CLUSTER",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-slot",
        look: "aws eks list-fargate-profiles --cluster-name CLUSTER",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-health",
        look: "aws eks describe-fargate-profile --cluster-name CLUSTER --fargate-profile-name NAME",
        docs: PROFILES,
    },
    Explanation {
        id: "access-entry",
        look: "aws eks describe-access-entry --cluster-name CLUSTER --principal-arn ROLE-ARN",
        docs: "Amazon EKS user guide: Grant IAM users access to Kubernetes with EKS access entries",
    },
    Explanation {
        id: "size",
        look: "kubectl -n NAMESPACE get pods -o custom-columns=NAME:.metadata.name,SIZE:.metadata.annotations.CapacityProvisioned",
        docs: "Amazon EKS user guide: Understand Fargate Pod configuration details",
    },
    Explanation {
        id: "quota",
        look: "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538",
        docs: "Amazon EKS user guide: View and manage Amazon EKS and Fargate service quotas",
    },
    Explanation {
        id: "lbc-installed",
        look: "kubectl get deployments -A -l app.kubernetes.io/name=aws-load-balancer-controller",
        docs: LBC,
    },
    Explanation {
        id: "lbc-ready",
        look: "kubectl -n kube-system get pods -l app.kubernetes.io/name=aws-load-balancer-controller",
        docs: LBC,
    },
    Explanation {
        id: "lbc-args",
        look: "kubectl -n kube-system get deployment aws-load-balancer-controller -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "lbc-lease",
        look: "kubectl -n kube-system get lease aws-load-balancer-controller-leader -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "lbc-webhook",
        look: "kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=aws-load-balancer-webhook-service",
        docs: LBC,
    },
    Explanation {
        id: "ingress-class",
        look: "kubectl get ingressclass alb -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "class-params",
        look: "kubectl get ingressclassparams -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "ingress-group",
        look: "aws elbv2 describe-rules --listener-arn ARN",
        docs: LBC,
    },
    Explanation {
        id: "ingress-route",
        look: "kubectl -n NAMESPACE get ingress NAME -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "annotations",
        look: "kubectl -n NAMESPACE get ingress NAME -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "alb-subnets",
        look: "aws ec2 describe-subnets --filters Name=tag-key,Values=kubernetes.io/role/elb",
        docs: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
    },
    Explanation {
        id: "alb-quota",
        look: "aws elbv2 describe-account-limits",
        docs: "Elastic Load Balancing user guide: Quotas for your Application Load Balancers",
    },
    Explanation {
        id: "rehearsal",
        look: "lab2048 plan -e sandbox",
        docs: LBC,
    },
];
