//! The texts of the controller and of AWS, with what they mean, as a table.
//!
//! Texts are those of its sources (v2.4 to v3.5) and of recorded runs. Since 2.9 an AWS error reads
//! `operation error <Service>: <Op>, … api error <Code>: <text>` where the SDK does not model the error and
//! `…, <Code>: <text>` where it does; so only codes and the controller's own words are matched.

/// One row: the first whose every word is in the text applies.
pub(super) struct Row {
    /// All of these must occur in the message.
    pub(super) words: &'static [&'static str],
    pub(super) cause: &'static str,
    pub(super) remedy: &'static str,
    pub(super) passes: bool,
    pub(super) hopeless_after: Option<u64>,
    /// Whether the controller may not, or is not known to AWS: then it can remove nothing either.
    pub(super) denied: bool,
}

const fn passing(words: &'static [&'static str], cause: &'static str, remedy: &'static str) -> Row {
    Row {
        words,
        cause,
        remedy,
        passes: true,
        hopeless_after: None,
        denied: false,
    }
}

/// A cause that somebody has to mend, outside of the lab, so that the controller's next attempt may succeed.
const fn mendable(words: &'static [&'static str], cause: &'static str, remedy: &'static str) -> Row {
    Row {
        passes: false,
        ..passing(words, cause, remedy)
    }
}

/// A cause that stays: given up when it is seen for the second time, because the first can be a race.
const fn lasting(words: &'static [&'static str], cause: &'static str, remedy: &'static str) -> Row {
    Row {
        words,
        cause,
        remedy,
        passes: false,
        hopeless_after: Some(2),
        denied: false,
    }
}

/// The same where AWS does not let the controller do anything.
const fn denying(words: &'static [&'static str], cause: &'static str, remedy: &'static str) -> Row {
    Row {
        denied: true,
        ..lasting(words, cause, remedy)
    }
}

const FIX_IDENTITY: &str =
    "check the role's trust policy, the OIDC provider and the service account's role-arn, then restart the controller";

/// Rows for events, the most specific first.
pub(super) const EVENTS: &[Row] = &[
    // Who the controller is, before what it may do: these texts contain AccessDenied, too.
    denying(
        &["AssumeRoleWithWebIdentity"],
        "the controller cannot take on its IAM role",
        FIX_IDENTITY,
    ),
    denying(
        &["WebIdentityErr"],
        "the controller cannot take on its IAM role",
        FIX_IDENTITY,
    ),
    denying(
        &["failed to refresh cached credentials"],
        "the controller has no AWS credentials",
        FIX_IDENTITY,
    ),
    denying(
        &["no EC2 IMDS role found"],
        "the controller has no AWS credentials",
        FIX_IDENTITY,
    ),
    denying(
        &["NoCredentialProviders"],
        "the controller has no AWS credentials",
        FIX_IDENTITY,
    ),
    denying(
        &["UnauthorizedOperation"],
        "the controller's IAM role lacks a right",
        "attach the IAM policy of the installed controller version to its role",
    ),
    denying(
        &["AccessDenied"],
        "the controller's IAM role lacks a right",
        "attach the IAM policy of the installed controller version to its role",
    ),
    // AWS and webhooks that will answer later.
    passing(
        &["Throttling"],
        "AWS throttles the controller",
        "it tries again by itself",
    ),
    passing(
        &["RequestLimitExceeded"],
        "AWS throttles the controller",
        "it tries again by itself",
    ),
    mendable(
        &["failed calling webhook", "x509"],
        "the controller's webhook shows a certificate that the cluster does not trust",
        "restart the controller's pods",
    ),
    passing(
        &["failed calling webhook"],
        "the controller's webhook does not answer",
        "wait for the controller's pods, or restart them",
    ),
    // Subnets.
    lasting(
        &["unable to resolve at least one subnet"],
        "the controller finds no subnet for the load balancer",
        "tag two public subnets with kubernetes.io/role/elb=1, and check the controller's --cluster-name",
    ),
    lasting(
        &["unable to discover at least one subnet"],
        "the controller finds no subnet for the load balancer",
        "tag two public subnets with kubernetes.io/role/elb=1, and check the controller's --cluster-name",
    ),
    lasting(
        &["subnets count less than minimal required count"],
        "the controller finds subnets in one zone only, and a load balancer needs two",
        "tag a subnet in a second zone with kubernetes.io/role/elb=1",
    ),
    lasting(
        &["couldn't find all subnets"],
        "the annotation `subnets` names a subnet that does not exist",
        "correct ingress.annotations",
    ),
    lasting(
        &["multiple subnets in same Availability Zone"],
        "the annotation `subnets` names two subnets of one zone",
        "correct ingress.annotations",
    ),
    lasting(
        &["subnets in multiple locales"],
        "the annotation `subnets` mixes ordinary zones with others",
        "correct ingress.annotations",
    ),
    // The Ingress itself.
    lasting(
        &["no certificate found for host"],
        "HTTPS is asked for and there is no issued certificate for the host",
        "set ingress.certificateArn, or have ACM issue one in this region",
    ),
    lasting(
        &["CertificateNotFound"],
        "the certificate does not exist in this region",
        "correct ingress.certificateArn",
    ),
    lasting(
        &["unable to find port", "on service"],
        "the Ingress names a port that the Service does not have",
        "make them the same",
    ),
    lasting(
        &["TargetGroup port is empty"],
        "targets are instances, which needs node ports; pods on Fargate need IP targets",
        "set the annotation alb.ingress.kubernetes.io/target-type: ip",
    ),
    lasting(
        &["unknown scheme"],
        "the annotation `scheme` is neither internet-facing nor internal",
        "correct it",
    ),
    lasting(
        &["unknown targetType"],
        "the annotation `target-type` is neither ip nor instance",
        "set it to ip",
    ),
    lasting(
        &["failed to parse listen-ports"],
        "the annotation `listen-ports` is not valid",
        "correct it",
    ),
    lasting(
        &["load balancer name cannot be longer than 32"],
        "the load balancer's name is longer than 32 characters",
        "shorten ingress.loadBalancerName",
    ),
    lasting(
        &["couldn't find all security"],
        "the annotation `security-groups` names a security group that does not exist",
        "correct ingress.annotations",
    ),
    lasting(
        &["SSLRedirect port"],
        "the annotation `ssl-redirect` names a port that is no HTTPS listener of the Ingress",
        "make the Ingress listen there with HTTPS and a certificate, or leave the annotation out",
    ),
    lasting(
        &["A certificate must be specified for HTTPS listeners"],
        "HTTPS is asked for and there is no certificate",
        "set ingress.certificateArn",
    ),
    lasting(
        &["SSLPolicyNotFound"],
        "the annotation `ssl-policy` names no policy of AWS",
        "correct ingress.annotations",
    ),
    lasting(
        &["associated IPv6 CIDR block"],
        "dualstack is asked for and the subnets have no IPv6 addresses",
        "set the annotation alb.ingress.kubernetes.io/ip-address-type: ipv4, or give the subnets IPv6 addresses",
    ),
    lasting(
        &["unknown IPAddressType"],
        "the annotation `ip-address-type` is neither ipv4 nor dualstack",
        "correct ingress.annotations",
    ),
    lasting(
        &["attribute key", "is not recognized"],
        "an attribute that is asked for does not exist",
        "correct the annotation load-balancer-attributes or target-group-attributes; the message names the key",
    ),
    lasting(
        &["webACL association"],
        "the web ACL cannot be put in front of the load balancer",
        "correct the annotation wafv2-acl-arn: a regional web ACL of this region",
    ),
    lasting(
        &["invalid CIDR"],
        "from where clients may come is no block of addresses",
        "correct ingress.allowedCidrs",
    ),
    lasting(
        &["failed to parse"],
        "an annotation of the Ingress or of its Service cannot be read",
        "correct it (ingress.annotations, or the templates); the message names it",
    ),
    lasting(
        &["must be within ["],
        "an annotation of the Ingress or of its Service has a value that there is not",
        "correct it (ingress.annotations, or the templates); the message names the values",
    ),
    lasting(
        &["unknown authType"],
        "the annotation `auth-type` is neither none nor cognito nor oidc",
        "correct ingress.annotations",
    ),
    lasting(
        &["conflicting"],
        "two Ingresses of one group ask for different things",
        "make their annotations agree",
    ),
    Row {
        words: &["invalid ingress class"],
        cause: "the IngressClass does not exist or is not the controller's",
        remedy: "install the class `alb` (controller ingress.k8s.aws/alb), or correct ingress.class",
        passes: false,
        // The controller does not try again by itself here: one sighting is all there will be.
        hopeless_after: Some(1),
        denied: false,
    },
    Row {
        words: &["invalid ingress group"],
        cause: "the name of the IngressGroup is not valid",
        remedy: "correct ingress.group",
        passes: false,
        hopeless_after: Some(1),
        denied: false,
    },
    lasting(
        &["ValidationError"],
        "AWS refuses a value that the Ingress or its Service asks for",
        "correct the annotation (ingress.annotations, or the templates); the message says what is wrong",
    ),
    // The account.
    lasting(
        &["does not support creating load balancers"],
        "AWS does not let this account create load balancers yet",
        "open a case with AWS Support",
    ),
    lasting(
        &["OperationNotPermitted"],
        "AWS does not permit this operation",
        "see the text, or open a case with AWS Support",
    ),
    lasting(
        &["TooManyLoadBalancers"],
        "the account has no load balancer left",
        "remove unused ones or raise the quota",
    ),
    lasting(
        &["TooManyUniqueTargetGroupsPerLoadBalancer"],
        "the load balancer has too many target groups",
        "split the IngressGroup or raise the quota",
    ),
    lasting(
        &["TooManyListeners"],
        "the load balancer has no listener left",
        "split the IngressGroup or raise the quota",
    ),
    lasting(
        &["TooManyRules"],
        "the load balancer has no rule left",
        "split the IngressGroup or raise the quota",
    ),
    lasting(
        &["TooManyTargetGroups"],
        "the account has no target group left",
        "remove unused ones or raise the quota",
    ),
    lasting(
        &["SecurityGroupLimitExceeded"],
        "the VPC has no security group left",
        "remove unused ones or raise the quota",
    ),
    lasting(
        &["RulesPerSecurityGroupLimitExceeded"],
        "a security group has no rule left",
        "remove unused rules or raise the quota",
    ),
    lasting(
        &["DuplicateLoadBalancerName"],
        "another load balancer has the name already",
        "remove it, or set ingress.loadBalancerName",
    ),
    lasting(
        &["DuplicateTargetGroupName"],
        "another target group has the name already",
        "remove it",
    ),
    lasting(
        &["targetgroupbindings.elbv2.k8s.aws", "already exists"],
        "a TargetGroupBinding is left over from a target group deleted by hand",
        "delete that TargetGroupBinding, then change any annotation of the Ingress",
    ),
    // Target group bindings.
    mendable(
        &["expected exactly one securityGroup tagged"],
        "a pod has several security groups and not exactly one carries the cluster's tag",
        "tag exactly one with kubernetes.io/cluster/<name>",
    ),
    passing(
        &["cannot resolve pod ENI"],
        "the network interface of a pod is not visible yet",
        "the controller tries again every 15 seconds",
    ),
    mendable(
        &["TargetGroupNotFound"],
        "the target group was removed behind the controller's back",
        "delete its TargetGroupBinding, then change any annotation of the Ingress",
    ),
];

/// Rows for refusals of our own writes by the controller's webhooks.
pub(super) const REFUSALS: &[Row] = &[
    passing(
        &["failed calling webhook", "no endpoints available"],
        "the load balancer controller is installed but none of its pods serves its webhook",
        "wait for them: `kubectl -n kube-system get pods -l app.kubernetes.io/name=aws-load-balancer-controller`",
    ),
    passing(
        &["failed calling webhook", "x509"],
        "the controller's webhook shows a certificate that the cluster does not trust",
        "restart the controller's pods",
    ),
    passing(
        &["failed calling webhook", "deadline exceeded"],
        "the webhook does not answer in time",
        "the nodes' security group must let the control plane reach port 9443 of the controller's pods",
    ),
    passing(
        &["failed calling webhook"],
        "a webhook does not answer",
        "see whether the pods that serve it are running",
    ),
    lasting(
        &["denied the request", "invalid ingress class"],
        "the IngressClass does not exist or is not the controller's",
        "install the class `alb` (controller ingress.k8s.aws/alb), or correct ingress.class",
    ),
];
