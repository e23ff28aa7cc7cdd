//! What else a lab needs of account, cluster and controller.

use super::{Docs, Explanation, PROFILES};

const LBC: Docs = Docs {
    title: "Amazon EKS user guide: Route internet traffic with AWS Load Balancer Controller",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/aws-load-balancer-controller.html",
};

/// In the order in which they are checked.
pub(in super::super) const CLUSTER: &[Explanation] = &[
    Explanation {
        id: "caller",
        look: "aws sts get-caller-identity",
        docs: Docs {
            title: "AWS CLI user guide: Configuration and credential file settings",
            url: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
        },
    },
    Explanation {
        id: "cluster",
        look: "aws eks describe-cluster --name {cluster}",
        docs: Docs {
            title: "Amazon EKS user guide: Organize workloads with Amazon EKS clusters",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/clusters.html",
        },
    },
    Explanation {
        id: "cluster-identity",
        look: "kubectl config view --minify; aws eks describe-cluster --name {cluster} --query cluster.endpoint",
        docs: Docs {
            title: "Amazon EKS user guide: Connect kubectl to an EKS cluster by creating a kubeconfig file",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html",
        },
    },
    Explanation {
        id: "cluster-health",
        look: "aws eks describe-cluster --name {cluster} --query cluster.health",
        docs: Docs {
            title: "Amazon EKS user guide: Troubleshoot problems with Amazon EKS clusters and nodes",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html",
        },
    },
    Explanation {
        id: "auto-mode",
        look: "aws eks describe-cluster --name {cluster} --query cluster.computeConfig",
        docs: Docs {
            title: "Amazon EKS user guide: Automate cluster infrastructure with EKS Auto Mode",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/automode.html",
        },
    },
    Explanation {
        id: "api-access",
        look: "aws eks describe-cluster --name {cluster} --query cluster.resourcesVpcConfig",
        docs: Docs {
            title: "Amazon EKS user guide: Control network access to cluster API server endpoint",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
        },
    },
    Explanation {
        id: "coredns",
        look: "kubectl -n kube-system get deployment coredns",
        docs: Docs {
            title: "Amazon EKS user guide: Manage CoreDNS for DNS in Amazon EKS clusters",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html",
        },
    },
    Explanation {
        id: "egress",
        look: "aws ec2 describe-nat-gateways --filter Name=vpc-id,Values={vpc}",
        docs: Docs {
            title: "Amazon EKS user guide: Deploy private clusters with limited internet access",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
        },
    },
    Explanation {
        id: "image-limit",
        look: "kubectl -n {namespace} get events --field-selector reason=Failed",
        docs: Docs {
            title: "Docker Docs: Docker Hub usage and limits",
            url: "https://docs.docker.com/docker-hub/usage/",
        },
    },
    Explanation {
        id: "image-format",
        look: "kubectl get nodes -o custom-columns=NAME:.metadata.name,RUNTIME:.status.nodeInfo.containerRuntimeVersion",
        docs: Docs {
            title: "containerd: deprecation of pulling Schema 1 images (issue 9765)",
            url: "https://github.com/containerd/containerd/issues/9765",
        },
    },
    Explanation {
        id: "profile-overlap",
        look: "aws eks list-fargate-profiles --cluster-name {cluster}",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-slot",
        look: "aws eks list-fargate-profiles --cluster-name {cluster}",
        docs: PROFILES,
    },
    Explanation {
        id: "profile-health",
        look: "aws eks describe-fargate-profile --cluster-name {cluster} --fargate-profile-name {profile}",
        docs: PROFILES,
    },
    Explanation {
        id: "access-entry",
        look: "aws eks describe-access-entry --cluster-name {cluster} --principal-arn {role-arn}",
        docs: Docs {
            title: "Amazon EKS user guide: Grant IAM users access to Kubernetes with EKS access entries",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
        },
    },
    Explanation {
        id: "size",
        look: "kubectl -n {namespace} get pods -o custom-columns=NAME:.metadata.name,SIZE:.metadata.annotations.CapacityProvisioned",
        docs: Docs {
            title: "Amazon EKS user guide: Understand Fargate Pod configuration details",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html",
        },
    },
    Explanation {
        id: "quota",
        look: "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538",
        docs: Docs {
            title: "Amazon EKS user guide: View and manage Amazon EKS and Fargate service quotas",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html",
        },
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
        look: "kubectl get ingressclass {class} -o yaml",
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
        look: "kubectl -n {namespace} get ingress {ingress} -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "annotations",
        look: "kubectl -n {namespace} get ingress {ingress} -o yaml",
        docs: LBC,
    },
    Explanation {
        id: "alb-subnets",
        look: "aws ec2 describe-subnets --filters Name=tag-key,Values=kubernetes.io/role/elb",
        docs: Docs {
            title: "Amazon EKS user guide: Route application and HTTP traffic with Application Load Balancers",
            url: "https://docs.aws.amazon.com/eks/latest/userguide/alb-ingress.html",
        },
    },
    Explanation {
        id: "alb-quota",
        look: "aws elbv2 describe-account-limits",
        docs: Docs {
            title: "Elastic Load Balancing user guide: Quotas for your Application Load Balancers",
            url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
        },
    },
    Explanation {
        id: "rehearsal",
        look: "lab2048 plan -e sandbox",
        docs: LBC,
    },
];
