//! Amazon resource names, taken apart.

use std::fmt;
use std::str::FromStr;

/// `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`, ….
    pub partition: String,
    /// Such as `eks`.
    pub service: String,
    /// Region; empty for global services.
    pub region: String,
    /// Account number; empty for AWS's own policies, where it reads `aws`.
    pub account: String,
    /// The rest, such as `cluster/eksworkshop`.
    pub resource: String,
}

/// A text that is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ARN")]
pub struct ParseArnError(String);

impl FromStr for Arn {
    type Err = ParseArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().map(str::to_owned);
        let prefix = next();
        match (prefix.as_deref(), next(), next(), next(), next(), next()) {
            (Some("arn"), Some(partition), Some(service), Some(region), Some(account), Some(resource))
                if !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
            {
                Ok(Self {
                    partition,
                    service,
                    region,
                    account,
                    resource,
                })
            }
            _ => Err(ParseArnError(text.to_owned())),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_apart_and_put_together() {
        for (text, partition, region, account, resource) in [
            (
                "arn:aws:eks:ap-northeast-2:123456789012:cluster/eksworkshop",
                "aws",
                "ap-northeast-2",
                "123456789012",
                "cluster/eksworkshop",
            ),
            (
                "arn:aws-cn:iam::123456789012:role/x",
                "aws-cn",
                "",
                "123456789012",
                "role/x",
            ),
            (
                "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/eksworkshop",
                "aws-us-gov",
                "us-gov-west-1",
                "123456789012",
                "cluster/eksworkshop",
            ),
            (
                "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy",
                "aws",
                "",
                "aws",
                "policy/AmazonEKSFargatePodExecutionRolePolicy",
            ),
            (
                "arn:aws:logs:us-east-1:1:log-group:/a:b",
                "aws",
                "us-east-1",
                "1",
                "log-group:/a:b",
            ),
        ] {
            let arn: Arn = text.parse().unwrap();
            assert_eq!(
                (&*arn.partition, &*arn.region, &*arn.account, &*arn.resource),
                (partition, region, account, resource)
            );
            assert_eq!(arn.to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "arn",
            "arn:aws:eks:r:a",
            "arn:aws:eks:r:a:",
            "arn::eks:r:a:x",
            "urn:aws:eks:r:a:x",
        ] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }
}
