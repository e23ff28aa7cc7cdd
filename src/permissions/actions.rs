//! The actions of AWS that the program needs.
//!
//! Which resources and conditions an action knows is in AWS's Service Authorization Reference. `sts:GetCallerIdentity` is not
//! here: nobody needs a permission for it.

use super::Extent;
use super::labs::Labs;

/// The service that a pod execution role is passed to.
pub(super) const FARGATE_PODS: &str = "eks-fargate-pods.amazonaws.com";
/// The service whose service-linked role comes with an account's first profile.
pub(super) const FARGATE: &str = "eks-fargate.amazonaws.com";

/// Some actions that are allowed alike.
pub(super) struct Row {
    /// Name of the statement.
    pub(super) sid: &'static str,
    /// What it belongs to.
    pub(super) part: Extent,
    /// The actions.
    pub(super) actions: &'static [&'static str],
    /// What they act on.
    pub(super) on: Resources,
    /// On what condition they are allowed.
    pub(super) only: Only,
    /// The labs that need it.
    pub(super) labs: Labs,
}

/// What actions act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resources {
    /// Everything, as the actions know no resources.
    Anything,
    /// The cluster.
    Cluster,
    /// All clusters of the region.
    AllClusters,
    /// Their Fargate profiles.
    AllProfiles,
    /// The cluster's Fargate profiles.
    Profiles,
    /// That which is the lab's own.
    OwnProfiles,
    /// Its access entries of roles that are labs' own.
    AccessEntries,
    /// Those that come with the lab's role.
    OwnAccessEntries,
    /// Any role: that of a profile that is there is kept, if it will do.
    AnyRole,
    /// Roles that are labs' own.
    RolesOfLabs,
    /// The lab's own role.
    OwnRoles,
    /// The role that new profiles get.
    PassedRole,
    /// The service-linked role of EKS on Fargate.
    LinkedRole,
    /// Load balancers.
    LoadBalancers,
    /// Resources groups.
    TargetGroups,
    /// Security groups.
    SecurityGroups,
}

/// On what condition actions are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Only {
    /// On none.
    Always,
    /// For the policy that pod execution roles have.
    PodExecutionPolicy,
    /// For roles with the boundary that the environment names.
    Boundary,
    /// For pods on Fargate.
    PassedToFargate,
    /// For EKS on Fargate.
    LinkedToFargate,
    /// For what the load balancer controller has made for the cluster.
    MadeForCluster,
    /// For what carries the cluster's own tag: the security group of its pods, in which the controller has its rules.
    OfCluster,
}

const fn row(sid: &'static str, part: Extent, actions: &'static [&'static str], on: Resources) -> Row {
    Row {
        sid,
        part,
        actions,
        on,
        only: Only::Always,
        labs: Labs::All,
    }
}

impl Row {
    const fn only(self, only: Only) -> Self {
        Self { only, ..self }
    }

    const fn of(self, labs: Labs) -> Self {
        Self { labs, ..self }
    }
}

/// All of them.
pub(super) const TABLE: &[Row] = &[
    row(
        "Look",
        Extent::ReadOnly,
        &[
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeNatGateways",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcAttribute",
            "elasticloadbalancing:DescribeAccountLimits",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ],
        Resources::Anything,
    ),
    row(
        "LookForCluster",
        Extent::ReadOnly,
        &["eks:ListClusters"],
        Resources::Anything,
    )
    .of(Labs::AnyCluster),
    row(
        "LookAtCluster",
        Extent::ReadOnly,
        &["eks:DescribeCluster", "eks:ListFargateProfiles"],
        Resources::Cluster,
    ),
    row(
        "LookAtProfiles",
        Extent::ReadOnly,
        &["eks:DescribeFargateProfile"],
        Resources::Profiles,
    ),
    row(
        "LookAtAccessEntries",
        Extent::ReadOnly,
        &["eks:DescribeAccessEntry"],
        Resources::AccessEntries,
    ),
    row(
        "LookAtRoles",
        Extent::ReadOnly,
        &["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        Resources::AnyRole,
    )
    .of(Labs::OwnRole),
    row(
        "LookAtRolesOfLabs",
        Extent::ReadOnly,
        &["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        Resources::RolesOfLabs,
    )
    .of(Labs::OthersProfile),
    // After a removal it is looked for one that an earlier environment has made.
    row(
        "LookForRoles",
        Extent::ReadOnly,
        &["iam:GetRole"],
        Resources::RolesOfLabs,
    )
    .of(Labs::GivenRole),
    row(
        "CreateProfile",
        Extent::Full,
        &["eks:CreateFargateProfile"],
        Resources::Cluster,
    )
    .of(Labs::OwnProfile),
    row(
        "ChangeProfiles",
        Extent::Full,
        &["eks:DeleteFargateProfile", "eks:TagResource"],
        Resources::OwnProfiles,
    )
    .of(Labs::OwnProfile),
    row("PassRole", Extent::Full, &["iam:PassRole"], Resources::PassedRole)
        .only(Only::PassedToFargate)
        .of(Labs::OwnProfile),
    row(
        "FirstProfileOfTheAccount",
        Extent::Full,
        &["iam:CreateServiceLinkedRole"],
        Resources::LinkedRole,
    )
    .only(Only::LinkedToFargate)
    .of(Labs::OwnProfile),
    // EKS looks for it in the caller's name. Whoever may look at all roles may look at this one.
    row(
        "LookAtLinkedRole",
        Extent::Full,
        &["iam:GetRole"],
        Resources::LinkedRole,
    )
    .of(Labs::GivenRole),
    row(
        "DeleteAccessEntries",
        Extent::Full,
        &["eks:DeleteAccessEntry"],
        Resources::OwnAccessEntries,
    )
    .of(Labs::OwnRole),
    row(
        "PodExecutionRoles",
        Extent::Full,
        &[
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:TagRole",
            "iam:UpdateAssumeRolePolicy",
        ],
        Resources::OwnRoles,
    )
    .of(Labs::OwnRole),
    row(
        "CreateRoles",
        Extent::Full,
        &["iam:CreateRole", "iam:DeleteRolePermissionsBoundary"],
        Resources::OwnRoles,
    )
    .of(Labs::UnboundedRole),
    row(
        "CreateRolesWithBoundary",
        Extent::Full,
        &["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
        Resources::OwnRoles,
    )
    .only(Only::Boundary)
    .of(Labs::BoundedRole),
    row(
        "PodExecutionPolicyOnly",
        Extent::Full,
        &["iam:AttachRolePolicy"],
        Resources::OwnRoles,
    )
    .only(Only::PodExecutionPolicy)
    .of(Labs::OwnRole),
    row(
        "LookForLabs",
        Extent::Sweep,
        &["eks:ListClusters", "iam:ListRoles"],
        Resources::Anything,
    ),
    row(
        "LookForLabsInClusters",
        Extent::Sweep,
        &["eks:ListAccessEntries", "eks:ListFargateProfiles"],
        Resources::AllClusters,
    ),
    row(
        "LookAtAllProfiles",
        Extent::Sweep,
        &["eks:DescribeFargateProfile"],
        Resources::AllProfiles,
    ),
    row(
        "LookAtRolesOfAllLabs",
        Extent::Sweep,
        &["iam:GetRole"],
        Resources::RolesOfLabs,
    ),
    row(
        "LookAtProtection",
        Extent::WithoutController,
        &["elasticloadbalancing:DescribeLoadBalancerAttributes"],
        Resources::Anything,
    ),
    row(
        "DeleteLoadBalancers",
        Extent::WithoutController,
        &[
            "elasticloadbalancing:DeleteLoadBalancer",
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
        ],
        Resources::LoadBalancers,
    )
    .only(Only::MadeForCluster),
    row(
        "DeleteTargetGroups",
        Extent::WithoutController,
        &["elasticloadbalancing:DeleteTargetGroup"],
        Resources::TargetGroups,
    )
    .only(Only::MadeForCluster),
    row(
        "DeleteSecurityGroups",
        Extent::WithoutController,
        &["ec2:DeleteSecurityGroup"],
        Resources::SecurityGroups,
    )
    .only(Only::MadeForCluster),
    row(
        "RevokeRulesOfController",
        Extent::WithoutController,
        &["ec2:RevokeSecurityGroupIngress"],
        Resources::SecurityGroups,
    )
    .only(Only::OfCluster),
];
