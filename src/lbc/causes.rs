//! The texts of the controller and of AWS, with what they mean, as a table.
//!
//! Texts are those of its sources (v2.4 to v3.5) and of recorded runs. Since 2.9 an AWS error reads
//! `operation error <Service>: <Op>, … api error <Code>: <text>` where the SDK does not model the error and
//! `…, <Code>: <text>` where it does; so only codes and the controller's own words are matched.

/// One row: the first whose every word is in the text applies.
pub(super) struct Row {
    /// All of these must occur in the message.
    pub(super) words: &'static [&'static str],
    /// What the catalogues call it: `cause-lbc-ID` is the cause, its attribute `remedy` what to do about it.
    pub(super) id: &'static str,
    /// What the message itself adds to the cause.
    pub(super) adds: Adds,
    pub(super) passes: bool,
    pub(super) hopeless_after: Option<u64>,
    /// Whether the controller may not, or is not known to AWS: then it can remove nothing either.
    pub(super) denied: bool,
}

/// What a message itself adds to a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Adds {
    /// Nothing.
    Nothing,
    /// The action that IAM names, where it names one.
    Action,
    /// Its own words: which annotation, value or name it is, only they have.
    Words,
}

impl Row {
    const fn adding(self, adds: Adds) -> Self {
        Self { adds, ..self }
    }

    /// Given up when it is seen for the first time, because the controller does not try again by itself.
    const fn at_once(self) -> Self {
        Self {
            hopeless_after: Some(1),
            ..self
        }
    }
}

const fn passing(words: &'static [&'static str], id: &'static str) -> Row {
    Row {
        words,
        id,
        adds: Adds::Nothing,
        passes: true,
        hopeless_after: None,
        denied: false,
    }
}

/// A cause that somebody has to mend, outside of the lab, so that the controller's next attempt may succeed.
const fn mendable(words: &'static [&'static str], id: &'static str) -> Row {
    Row {
        passes: false,
        ..passing(words, id)
    }
}

/// A cause that stays: given up when it is seen for the second time, because the first can be a race.
const fn lasting(words: &'static [&'static str], id: &'static str) -> Row {
    Row {
        hopeless_after: Some(2),
        ..mendable(words, id)
    }
}

/// The same where AWS does not let the controller do anything.
const fn denying(words: &'static [&'static str], id: &'static str) -> Row {
    Row {
        denied: true,
        ..lasting(words, id)
    }
}

/// Rows for events, the most specific first.
pub(super) const EVENTS: &[Row] = &[
    // Who the controller is, before what it may do: these texts contain AccessDenied, too.
    denying(&["AssumeRoleWithWebIdentity"], "no-identity"),
    denying(&["WebIdentityErr"], "no-identity"),
    denying(&["failed to refresh cached credentials"], "no-credentials"),
    denying(&["no EC2 IMDS role found"], "no-credentials"),
    denying(&["NoCredentialProviders"], "no-credentials"),
    denying(&["UnauthorizedOperation"], "no-right").adding(Adds::Action),
    denying(&["AccessDenied"], "no-right").adding(Adds::Action),
    // AWS and webhooks that will answer later.
    passing(&["Throttling"], "throttled"),
    passing(&["RequestLimitExceeded"], "throttled"),
    mendable(&["failed calling webhook", "x509"], "webhook-untrusted"),
    passing(&["failed calling webhook"], "webhook-silent"),
    // Subnets.
    lasting(&["unable to resolve at least one subnet"], "no-subnet"),
    lasting(&["unable to discover at least one subnet"], "no-subnet"),
    lasting(&["subnets count less than minimal required count"], "one-zone"),
    lasting(&["couldn't find all subnets"], "subnet-unknown"),
    lasting(&["multiple subnets in same Availability Zone"], "subnets-of-one-zone"),
    lasting(&["subnets in multiple locales"], "subnets-mixed"),
    // The Ingress itself.
    lasting(&["no certificate found for host"], "no-certificate-for-host"),
    lasting(&["CertificateNotFound"], "certificate-unknown"),
    lasting(&["unable to find port", "on service"], "port-unknown"),
    lasting(&["TargetGroup port is empty"], "targets-are-instances"),
    lasting(&["unknown scheme"], "scheme-unknown"),
    lasting(&["unknown targetType"], "target-type-unknown"),
    lasting(&["failed to parse listen-ports"], "listen-ports-invalid"),
    lasting(&["load balancer name cannot be longer than 32"], "name-too-long"),
    lasting(&["couldn't find all security"], "security-group-unknown"),
    lasting(&["SSLRedirect port"], "redirect-to-nowhere"),
    lasting(
        &["A certificate must be specified for HTTPS listeners"],
        "no-certificate",
    ),
    lasting(&["SSLPolicyNotFound"], "ssl-policy-unknown"),
    lasting(&["associated IPv6 CIDR block"], "no-ipv6"),
    lasting(&["unknown IPAddressType"], "address-type-unknown"),
    lasting(&["attribute key", "is not recognized"], "attribute-unknown").adding(Adds::Words),
    lasting(&["webACL association"], "web-acl"),
    lasting(&["invalid CIDR"], "cidr-invalid"),
    lasting(&["failed to parse"], "annotation-unreadable").adding(Adds::Words),
    lasting(&["must be within ["], "annotation-value-unknown").adding(Adds::Words),
    lasting(&["unknown authType"], "auth-type-unknown"),
    lasting(&["conflicting"], "group-at-odds"),
    lasting(&["invalid ingress class"], "no-class").at_once(),
    lasting(&["invalid ingress group"], "group-name-invalid").at_once(),
    lasting(&["ValidationError"], "value-refused").adding(Adds::Words),
    // The account.
    lasting(&["does not support creating load balancers"], "account-too-new"),
    lasting(&["OperationNotPermitted"], "not-permitted"),
    lasting(&["TooManyLoadBalancers"], "no-balancer-left"),
    lasting(&["TooManyUniqueTargetGroupsPerLoadBalancer"], "too-many-target-groups"),
    lasting(&["TooManyListeners"], "no-listener-left"),
    lasting(&["TooManyRules"], "no-rule-left"),
    lasting(&["TooManyTargetGroups"], "no-target-group-left"),
    lasting(&["SecurityGroupLimitExceeded"], "no-security-group-left"),
    lasting(&["RulesPerSecurityGroupLimitExceeded"], "no-firewall-rule-left"),
    lasting(&["DuplicateLoadBalancerName"], "balancer-name-taken"),
    lasting(&["DuplicateTargetGroupName"], "target-group-name-taken"),
    lasting(
        &["targetgroupbindings.elbv2.k8s.aws", "already exists"],
        "binding-left-over",
    ),
    // Target group bindings.
    mendable(
        &["expected exactly one securityGroup tagged"],
        "security-groups-untagged",
    ),
    passing(&["cannot resolve pod ENI"], "interface-unseen"),
    mendable(&["TargetGroupNotFound"], "target-group-removed"),
];

/// Rows for refusals of our own writes by the controller's webhooks.
pub(super) const REFUSALS: &[Row] = &[
    passing(
        &["failed calling webhook", "no endpoints available"],
        "webhook-unserved",
    ),
    passing(&["failed calling webhook", "x509"], "webhook-untrusted"),
    passing(&["failed calling webhook", "deadline exceeded"], "webhook-late"),
    passing(&["failed calling webhook"], "some-webhook-silent"),
    lasting(&["denied the request", "invalid ingress class"], "no-class"),
];
