//! Names of things in Kubernetes and AWS.

use super::super::problem::in_quotes;
use super::Flaw;
use crate::lang::{Text, text};

/// Namespaces that belong to the cluster; a lab makes its namespace and removes it with everything in it.
const SYSTEM_NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

fn limited(text: &str, max: usize) -> Result<(), Flaw> {
    let count = text.chars().count();
    if text.is_empty() {
        return Err(Flaw::new(text!("config-empty")));
    }
    if count > max {
        let value = in_quotes(text);
        return Err(Flaw::new(text!(
            "config-too-long",
            most = max,
            value = value,
            count = count
        )));
    }
    Ok(())
}

/// The text if it is good; `must` says what it has to be.
fn accept(text: &str, good: bool, must: Text) -> Result<String, Flaw> {
    if good {
        Ok(text.to_owned())
    } else {
        Err(Flaw::new(must.with("value", in_quotes(text))))
    }
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// Whether all characters are of one sort, and the first and last of a narrower one.
fn is_made_of(text: &str, middle: fn(char) -> bool, ends: fn(char) -> bool) -> bool {
    text.chars().all(middle) && text.starts_with(ends) && text.ends_with(ends)
}

/// A DNS label: the name of a namespace, an object, a lab.
pub(in crate::config) fn dns_label(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    accept(
        text,
        is_made_of(text, |c| is_lower(c) || c == '-', is_lower),
        text!("config-dns-label"),
    )
}

/// DNS labels with dots between.
pub(in crate::config) fn dns_subdomain(text: &str) -> Result<String, Flaw> {
    limited(text, 253)?;
    accept(
        text,
        text.split('.').all(|label| dns_label(label).is_ok()),
        text!("config-dns-subdomain"),
    )
}

/// Name of a Service: a DNS label that begins with a letter.
pub(in crate::config) fn service_name(text: &str) -> Result<String, Flaw> {
    let name = dns_label(text)?;
    accept(
        text,
        name.starts_with(|c: char| c.is_ascii_lowercase()),
        text!("config-service-name"),
    )
}

/// Namespace of a lab.
pub(in crate::config) fn namespace(text: &str) -> Result<String, Flaw> {
    if SYSTEM_NAMESPACES.contains(&text) {
        let flaw = Flaw::new(text!("config-namespace-of-cluster", namespace = text));
        return Err(flaw.help(text!("config-namespace-of-cluster.remedy")));
    }
    dns_label(text)
}

/// Namespace of a selector: like a namespace, with wildcards.
pub(in crate::config) fn namespace_pattern(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    accept(
        text,
        text.chars().all(|c| is_lower(c) || matches!(c, '-' | '*' | '?')),
        text!("config-namespace-pattern"),
    )
}

/// Label key or value of a selector: like a label's, with wildcards.
pub(in crate::config) fn pattern(text: &str) -> Result<String, Flaw> {
    limited(text, 317)?;
    accept(
        text,
        text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./*?".contains(c)),
        text!("config-label-pattern"),
    )
}

/// Name of an EKS cluster.
pub(in crate::config) fn cluster_name(text: &str) -> Result<String, Flaw> {
    limited(text, 100)?;
    let good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    accept(text, good, text!("config-cluster-name"))
}

/// Whether a cluster may have this name; else how a name must be.
pub fn check_cluster_name(text: &str) -> Result<(), Text> {
    cluster_name(text).map(drop).map_err(|flaw| flaw.message)
}

/// Name of a Fargate profile. It becomes the value of a pod's label, so it is bound by a label's limits, too.
pub(in crate::config) fn profile_name(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    if text.starts_with("eks-") {
        let flaw = Flaw::new(text!("config-begins-with-eks", value = in_quotes(text)));
        return Err(flaw.help(text!("config-begins-with-eks.remedy")));
    }
    accept(
        text,
        is_made_of(
            text,
            |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
            |c| c.is_ascii_alphanumeric(),
        ),
        text!("config-profile-name"),
    )
}

/// A key with a domain or without; `is_none` says what else it is not.
fn qualified(text: &str, is_none: Text) -> Result<String, Flaw> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let named = label_value(name).is_ok() && !name.is_empty();
    let prefixed = prefix.is_none_or(|prefix| dns_subdomain(prefix).is_ok());
    if named && prefixed {
        return Ok(text.to_owned());
    }
    Err(Flaw::new(is_none.with("value", in_quotes(text))).help(text!("config-form-of-key")))
}

/// Key of a label.
pub(in crate::config) fn label_key(text: &str) -> Result<String, Flaw> {
    qualified(text, text!("config-no-label-key"))
}

/// Key of an annotation.
pub(in crate::config) fn annotation_key(text: &str) -> Result<String, Flaw> {
    qualified(text, text!("config-no-annotation-key"))
}

/// Value of a label.
pub(in crate::config) fn label_value(text: &str) -> Result<String, Flaw> {
    if text.is_empty() {
        return Ok(String::new());
    }
    limited(text, 63)?;
    accept(
        text,
        is_made_of(
            text,
            |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
            |c| c.is_ascii_alphanumeric(),
        ),
        text!("config-label-value"),
    )
}

fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || " _.:/=+-@".contains(c)
}

/// Key of a tag in AWS.
pub(in crate::config) fn tag_key(text: &str) -> Result<String, Flaw> {
    if text.to_lowercase().starts_with("aws:") {
        return Err(Flaw::new(text!("config-begins-with-aws")).help(text!("config-aws-keeps")));
    }
    if text.starts_with("lab2048:") || text == crate::model::MANAGED_BY_LABEL {
        return Err(Flaw::new(text!("config-own-tag")).help(text!("config-choose-another-key")));
    }
    limited(text, 128)?;
    accept(
        text,
        text.chars().all(is_tag_character),
        text!("config-characters-of-tags"),
    )
}

/// Value of a tag in AWS.
pub(in crate::config) fn tag_value(text: &str) -> Result<String, Flaw> {
    if text.is_empty() {
        return Ok(String::new());
    }
    limited(text, 256)?;
    accept(
        text,
        text.chars().all(is_tag_character),
        text!("config-characters-of-tags"),
    )
}

/// Name of an image, with registry, tag and digest as people write them.
pub(in crate::config) fn image(text: &str) -> Result<String, Flaw> {
    limited(text, 512)?;
    let refused = |must: Text| {
        let (first, second) = ("public.ecr.aws/l6m2t8p7/docker-2048:latest", "alexwhen/docker-2048");
        let flaw = Flaw::new(must.with("value", in_quotes(text)));
        Err(flaw.help(text!("config-such-as-two", first = first, second = second)))
    };
    if text.contains("://") {
        return refused(text!("config-image-url"));
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    let slash = rest.rfind('/').map_or(0, |at| at + 1);
    let (repository, tag) = match rest[slash..].split_once(':') {
        Some((name, tag)) => (format!("{}{name}", &rest[..slash]), Some(tag)),
        None => (rest.to_owned(), None),
    };
    let good_repository = repository.split('/').enumerate().all(|(position, part)| {
        let host_port = |c: char| position == 0 && (c == ':' || c.is_ascii_uppercase());
        !part.is_empty()
            && part
                .chars()
                .all(|c| is_lower(c) || matches!(c, '-' | '_' | '.') || host_port(c))
    });
    let lower_name = repository.contains('/') || !repository.chars().any(|c| c.is_ascii_uppercase());
    let good_tag = tag.is_none_or(|tag| {
        !tag.is_empty()
            && tag.len() <= 128
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    });
    let good_digest = digest.is_none_or(|digest| {
        digest
            .strip_prefix("sha256:")
            .is_some_and(|hex| hex.len() == 64 && hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)))
    });
    if good_repository && lower_name && good_tag && good_digest {
        return Ok(text.to_owned());
    }
    refused(text!("config-image"))
}

/// Name of an IngressGroup.
pub(in crate::config) fn group_name(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    accept(
        text,
        is_made_of(text, |c| is_lower(c) || matches!(c, '-' | '.'), is_lower),
        text!("config-group-name"),
    )
}

/// Name of an ALB.
pub(in crate::config) fn load_balancer_name(text: &str) -> Result<String, Flaw> {
    limited(text, 32)?;
    if text.starts_with("internal-") {
        let flaw = Flaw::new(text!("config-begins-with-internal", value = in_quotes(text)));
        return Err(flaw.help(text!("config-aws-keeps")));
    }
    accept(
        text,
        is_made_of(
            text,
            |c| c.is_ascii_alphanumeric() || c == '-',
            |c| c.is_ascii_alphanumeric(),
        ),
        text!("config-balancer-name"),
    )
}
