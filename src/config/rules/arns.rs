//! ARNs and ids of AWS.

use super::super::problem::{in_quotes, quoted};
use super::Flaw;
use crate::lang::{Text, text};

/// The parts of `arn:partition:service:region:account:resource`.
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

fn arn(text: &str) -> Option<Arn<'_>> {
    let mut parts = text.splitn(6, ':');
    let (Some("arn"), Some(partition)) = (parts.next(), parts.next()) else {
        return None;
    };
    let known = partition == "aws" || partition.starts_with("aws-");
    let arn = Arn {
        service: parts.next()?,
        region: parts.next()?,
        account: parts.next()?,
        resource: parts.next()?,
    };
    known.then_some(arn)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

fn is_iam_name(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

/// That it is not what it `must` be.
fn refuse(text: &str, must: Text, example: &str) -> Flaw {
    Flaw::new(must.with("value", in_quotes(text))).help(text!("config-such-as", example = example))
}

/// ARN of a pod execution role; EKS takes none with a path.
pub(in crate::config) fn role_arn(text: &str) -> Result<String, Flaw> {
    let refused = || {
        refuse(
            text,
            text!("config-role-arn"),
            "arn:aws:iam::111122223333:role/pod-execution",
        )
    };
    let arn = arn(text).ok_or_else(refused)?;
    let name = arn.resource.strip_prefix("role/").ok_or_else(refused)?;
    if arn.service != "iam" || !is_account(arn.account) {
        return Err(refused());
    }
    if let Some((path, name)) = name.rsplit_once('/') {
        let flaw = Flaw::new(text!("config-role-with-path", path = quoted(path)));
        return Err(flaw.help(text!("config-role-with-path.remedy", name = quoted(name))));
    }
    if is_iam_name(name, 64) {
        Ok(text.to_owned())
    } else {
        Err(refused())
    }
}

/// ARN of a role that is assumed, with a path or without.
pub(in crate::config) fn assumed_role_arn(text: &str) -> Result<String, Flaw> {
    principal(text, &["role"], text!("config-session-of-role"), || {
        refuse(
            text,
            text!("config-assumed-role-arn"),
            "arn:aws:iam::111122223333:role/workshop",
        )
    })
}

/// ARN of somebody whom an access entry lets into a cluster: a role or a user, with a path or without.
pub(in crate::config) fn principal_arn(text: &str) -> Result<String, Flaw> {
    principal(text, &["role", "user"], text!("config-session-of-principal"), || {
        refuse(
            text,
            text!("config-principal-arn"),
            "arn:aws:iam::111122223333:role/participant",
        )
    })
}

/// Somebody of these kinds; `session` is what is said of the session of a role, `refused` of everything else.
fn principal(text: &str, kinds: &[&str], session: Text, refused: impl Fn() -> Flaw) -> Result<String, Flaw> {
    let arn = arn(text).ok_or_else(&refused)?;
    let is_regional = !arn.region.is_empty();
    if is_regional || !is_account(arn.account) {
        return Err(refused());
    }
    let (kind, rest) = arn.resource.split_once('/').ok_or_else(&refused)?;
    if (arn.service, kind) == ("sts", "assumed-role") {
        let role = rest.split('/').next().unwrap_or_default();
        let role = text
            .replacen(":sts:", ":iam:", 1)
            .replacen(arn.resource, &format!("role/{role}"), 1);
        return Err(Flaw::new(session).help(text!("config-role-of-session", role = quoted(&role))));
    }
    let is_name = |name: &str| is_iam_name(name, 64);
    let has_name = rest.rsplit('/').next().is_some_and(is_name) && rest.split('/').all(|part| is_iam_name(part, 512));
    if arn.service == "iam" && kinds.contains(&kind) && has_name {
        Ok(text.to_owned())
    } else {
        Err(refused())
    }
}

/// ARN of a policy that serves as a permissions boundary.
pub(in crate::config) fn boundary_arn(text: &str) -> Result<String, Flaw> {
    arn(text)
        .filter(|arn| arn.service == "iam" && (is_account(arn.account) || arn.account == "aws"))
        .and_then(|arn| arn.resource.strip_prefix("policy/"))
        .filter(|path| path.split('/').all(|part| is_iam_name(part, 128)))
        .map(|_| text.to_owned())
        .ok_or_else(|| {
            refuse(
                text,
                text!("config-boundary-arn"),
                "arn:aws:iam::111122223333:policy/boundary",
            )
        })
}

/// ARN of a certificate: of ACM, or an uploaded one of IAM.
pub(in crate::config) fn certificate_arn(text: &str) -> Result<String, Flaw> {
    let is_certificate = |arn: &Arn<'_>| match arn.service {
        "acm" => {
            region(arn.region).is_ok()
                && arn
                    .resource
                    .strip_prefix("certificate/")
                    .is_some_and(|id| !id.is_empty())
        }
        "iam" => arn.resource.starts_with("server-certificate/"),
        _ => false,
    };
    arn(text)
        .filter(|arn| is_account(arn.account) && is_certificate(arn))
        .map(|_| text.to_owned())
        .ok_or_else(|| {
            refuse(
                text,
                text!("config-certificate-arn"),
                "arn:aws:acm:ap-northeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012",
            )
        })
}

/// A region's name, such as `ap-northeast-2` or `us-gov-west-1`.
pub(in crate::config) fn region(text: &str) -> Result<String, Flaw> {
    let parts: Vec<&str> = text.split('-').collect();
    let good = match parts.as_slice() {
        [area, middle @ .., number] => {
            area.len() == 2
                && !middle.is_empty()
                && middle
                    .iter()
                    .chain([area])
                    .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
                && (1..=2).contains(&number.len())
                && number.chars().all(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    if good {
        return Ok(text.to_owned());
    }
    let flaw = Flaw::new(text!("config-region", value = in_quotes(text)));
    let zone = text.strip_suffix(|c: char| c.is_ascii_lowercase());
    Err(match zone.filter(|region_of_zone| region(region_of_zone).is_ok()) {
        Some(region_of_zone) => flaw.help(text!("config-region-of-zone", region = quoted(region_of_zone))),
        None => flaw,
    })
}

/// Id of a subnet.
pub(in crate::config) fn subnet_id(text: &str) -> Result<String, Flaw> {
    let good = text.strip_prefix("subnet-").is_some_and(|id| {
        (8..=17).contains(&id.len()) && id.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
    });
    if good {
        return Ok(text.to_owned());
    }
    let must = text!("config-subnet-id");
    Err(refuse(text, must, "subnet-044fd202626076e79"))
}
