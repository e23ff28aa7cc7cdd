//! Which operation a request of EKS is, by method and path.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::percent_decode_str;

/// An operation, with what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) enum Operation {
    ListClusters,
    DescribeCluster { cluster: String },
    ListFargateProfiles { cluster: String },
    CreateFargateProfile { cluster: String },
    DescribeFargateProfile { cluster: String, name: String },
    DeleteFargateProfile { cluster: String, name: String },
    ListAccessEntries { cluster: String },
    CreateAccessEntry { cluster: String },
    DescribeAccessEntry { cluster: String, principal: String },
    DeleteAccessEntry { cluster: String, principal: String },
    ListTagsForResource { arn: String },
    TagResource { arn: String },
    UntagResource { arn: String },
}

impl Operation {
    /// The operation of a request; `None` if it is none that the sandbox has.
    pub(in crate::aws) fn of(request: &Request<Bytes>) -> Option<Self> {
        let path: Vec<String> = request
            .uri()
            .path()
            .split('/')
            .skip(1)
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let method = request.method();
        match path.as_slice() {
            ["clusters"] if method == Method::GET => Some(Self::ListClusters),
            ["clusters", name] if method == Method::GET => Some(Self::DescribeCluster {
                cluster: (*name).to_owned(),
            }),
            ["clusters", cluster, "fargate-profiles", rest @ ..] => Self::of_profiles(method, cluster, rest),
            ["clusters", cluster, "access-entries", rest @ ..] => Self::of_entries(method, cluster, &rest.join("/")),
            ["tags", arn @ ..] if !arn.is_empty() => Self::of_tags(method, arn.join("/")),
            _ => None,
        }
    }

    fn of_profiles(method: &Method, cluster: &str, rest: &[&str]) -> Option<Self> {
        let cluster = cluster.to_owned();
        Some(match (method, rest) {
            (&Method::GET, []) => Self::ListFargateProfiles { cluster },
            (&Method::POST, []) => Self::CreateFargateProfile { cluster },
            (&Method::GET, [name]) => Self::DescribeFargateProfile {
                cluster,
                name: (*name).to_owned(),
            },
            (&Method::DELETE, [name]) => Self::DeleteFargateProfile {
                cluster,
                name: (*name).to_owned(),
            },
            _ => return None,
        })
    }

    fn of_entries(method: &Method, cluster: &str, principal: &str) -> Option<Self> {
        let (cluster, principal) = (cluster.to_owned(), principal.to_owned());
        Some(match (method, principal.as_str()) {
            (&Method::GET, "") => Self::ListAccessEntries { cluster },
            (&Method::POST, "") => Self::CreateAccessEntry { cluster },
            (&Method::GET, _) => Self::DescribeAccessEntry { cluster, principal },
            (&Method::DELETE, _) => Self::DeleteAccessEntry { cluster, principal },
            _ => return None,
        })
    }

    fn of_tags(method: &Method, arn: String) -> Option<Self> {
        Some(match *method {
            Method::GET => Self::ListTagsForResource { arn },
            Method::POST => Self::TagResource { arn },
            Method::DELETE => Self::UntagResource { arn },
            _ => return None,
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split([' ', '{']).next().unwrap_or_default().to_owned()
    }

    /// The cluster that the ARN of what it is about names: `arn:aws:eks:REGION:ACCOUNT:fargateprofile/CLUSTER/…`.
    pub(super) fn cluster_of_arn(&self) -> Option<&str> {
        match self {
            Self::ListTagsForResource { arn } | Self::TagResource { arn } | Self::UntagResource { arn } => {
                arn.split('/').nth(1)
            }
            _ => None,
        }
    }

    /// The cluster that its path names.
    pub(super) fn cluster(&self) -> Option<&str> {
        match self {
            Self::ListClusters
            | Self::ListTagsForResource { .. }
            | Self::TagResource { .. }
            | Self::UntagResource { .. } => None,
            Self::DescribeCluster { cluster }
            | Self::ListFargateProfiles { cluster }
            | Self::CreateFargateProfile { cluster }
            | Self::DescribeFargateProfile { cluster, .. }
            | Self::DeleteFargateProfile { cluster, .. }
            | Self::ListAccessEntries { cluster }
            | Self::CreateAccessEntry { cluster }
            | Self::DescribeAccessEntry { cluster, .. }
            | Self::DeleteAccessEntry { cluster, .. } => Some(cluster),
        }
    }

    /// Its action in policies.
    pub(in crate::aws) fn action(&self) -> &'static str {
        match self {
            Self::ListClusters => "eks:ListClusters",
            Self::DescribeCluster { .. } => "eks:DescribeCluster",
            Self::ListFargateProfiles { .. } => "eks:ListFargateProfiles",
            Self::CreateFargateProfile { .. } => "eks:CreateFargateProfile",
            Self::DescribeFargateProfile { .. } => "eks:DescribeFargateProfile",
            Self::DeleteFargateProfile { .. } => "eks:DeleteFargateProfile",
            Self::ListAccessEntries { .. } => "eks:ListAccessEntries",
            Self::CreateAccessEntry { .. } => "eks:CreateAccessEntry",
            Self::DescribeAccessEntry { .. } => "eks:DescribeAccessEntry",
            Self::DeleteAccessEntry { .. } => "eks:DeleteAccessEntry",
            Self::ListTagsForResource { .. } => "eks:ListTagsForResource",
            Self::TagResource { .. } => "eks:TagResource",
            Self::UntagResource { .. } => "eks:UntagResource",
        }
    }
}
