//! Names of things in Kubernetes and AWS.

use super::Flaw;

/// Namespaces that belong to the cluster; a lab makes its namespace and removes it with everything in it.
const SYSTEM_NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

fn limited(text: &str, max: usize) -> Result<(), Flaw> {
    let count = text.chars().count();
    if text.is_empty() {
        return Err(Flaw::new("must not be empty"));
    }
    if count > max {
        return Err(Flaw::new(format!(
            "must be at most {max} characters long, but {text:?} has {count}"
        )));
    }
    Ok(())
}

fn accept(text: &str, good: bool, must: &str) -> Result<String, Flaw> {
    if good {
        Ok(text.to_owned())
    } else {
        Err(Flaw::new(format!("must {must}, but is {text:?}")))
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
        "consist of lower-case letters, digits and `-`, and begin and end with a letter or digit",
    )
}

/// DNS labels with dots between.
pub(in crate::config) fn dns_subdomain(text: &str) -> Result<String, Flaw> {
    limited(text, 253)?;
    accept(
        text,
        text.split('.').all(|label| dns_label(label).is_ok()),
        "consist of lower-case letters, digits, `-` and `.`",
    )
}

/// Name of a Service: a DNS label that begins with a letter.
pub(in crate::config) fn service_name(text: &str) -> Result<String, Flaw> {
    let name = dns_label(text)?;
    accept(
        text,
        name.starts_with(|c: char| c.is_ascii_lowercase()),
        "begin with a letter, as every Service's name",
    )
}

/// Namespace of a lab.
pub(in crate::config) fn namespace(text: &str) -> Result<String, Flaw> {
    if SYSTEM_NAMESPACES.contains(&text) {
        return Err(Flaw::new(format!("must not be `{text}`, which belongs to the cluster"))
            .help("destroy removes the lab's namespace with everything in it; choose one for this lab alone (C18)"));
    }
    dns_label(text)
}

/// Namespace of a selector: like a namespace, with wildcards.
pub(in crate::config) fn namespace_pattern(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    accept(
        text,
        text.chars().all(|c| is_lower(c) || matches!(c, '-' | '*' | '?')),
        "be a namespace of lower-case letters, digits and `-`, with `*` and `?` as wildcards",
    )
}

/// Label key or value of a selector: like a label's, with wildcards.
pub(in crate::config) fn pattern(text: &str) -> Result<String, Flaw> {
    limited(text, 317)?;
    accept(
        text,
        text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./*?".contains(c)),
        "consist of letters, digits, `-`, `_`, `.` and `/`, with `*` and `?` as wildcards",
    )
}

/// Name of an EKS cluster.
pub(in crate::config) fn cluster_name(text: &str) -> Result<String, Flaw> {
    limited(text, 100)?;
    let good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    accept(
        text,
        good,
        "be `auto`, or consist of letters, digits, `-` and `_` and begin with a letter or digit",
    )
}

/// Whether a cluster may have this name; else how a name must be.
pub fn check_cluster_name(text: &str) -> Result<(), String> {
    cluster_name(text).map(drop).map_err(|flaw| flaw.message)
}

/// Name of a Fargate profile. It becomes the value of a pod's label, so it is bound by a label's limits, too.
pub(in crate::config) fn profile_name(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    if text.starts_with("eks-") {
        return Err(Flaw::new(format!("must not begin with `eks-`, but is {text:?}"))
            .help("EKS keeps that beginning for itself"));
    }
    accept(
        text,
        is_made_of(
            text,
            |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
            |c| c.is_ascii_alphanumeric(),
        ),
        "consist of letters, digits, `-` and `_`, and begin and end with a letter or digit",
    )
}

fn qualified(text: &str, what: &str) -> Result<String, Flaw> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let named = label_value(name).is_ok() && !name.is_empty();
    let prefixed = prefix.is_none_or(|prefix| dns_subdomain(prefix).is_ok());
    if named && prefixed {
        return Ok(text.to_owned());
    }
    Err(Flaw::new(format!("{text:?} is no {what}")).help(
        "a key is up to 63 letters, digits, `-`, `_` and `.`, with a domain and `/` before it if you like: `example.com/team`",
    ))
}

/// Key of a label.
pub(in crate::config) fn label_key(text: &str) -> Result<String, Flaw> {
    qualified(text, "label key")
}

/// Key of an annotation.
pub(in crate::config) fn annotation_key(text: &str) -> Result<String, Flaw> {
    qualified(text, "annotation key")
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
        "consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
    )
}

fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || " _.:/=+-@".contains(c)
}

/// Key of a tag in AWS.
pub(in crate::config) fn tag_key(text: &str) -> Result<String, Flaw> {
    if text.to_lowercase().starts_with("aws:") {
        return Err(Flaw::new("must not begin with `aws:`").help("AWS keeps that beginning for itself"));
    }
    if text.starts_with("lab2048:") || text == crate::model::MANAGED_BY_LABEL {
        return Err(Flaw::new("is a tag that this program sets itself").help("choose another key"));
    }
    limited(text, 128)?;
    accept(
        text,
        text.chars().all(is_tag_character),
        "consist of letters, digits, spaces and `_.:/=+-@`",
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
        "consist of letters, digits, spaces and `_.:/=+-@`",
    )
}

/// Name of an image, with registry, tag and digest as people write them.
pub(in crate::config) fn image(text: &str) -> Result<String, Flaw> {
    limited(text, 512)?;
    let example = "such as `public.ecr.aws/l6m2t8p7/docker-2048:latest` or `alexwhen/docker-2048`";
    if text.contains("://") {
        return Err(Flaw::new(format!("must be an image, not an address with `://`, but is {text:?}")).help(example));
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
    Err(Flaw::new(format!("must be the name of an image, but is {text:?}")).help(example))
}

/// Name of an IngressGroup.
pub(in crate::config) fn group_name(text: &str) -> Result<String, Flaw> {
    limited(text, 63)?;
    accept(
        text,
        is_made_of(text, |c| is_lower(c) || matches!(c, '-' | '.'), is_lower),
        "consist of lower-case letters, digits, `-` and `.`, and begin and end with a letter or digit",
    )
}

/// Name of an ALB.
pub(in crate::config) fn load_balancer_name(text: &str) -> Result<String, Flaw> {
    limited(text, 32)?;
    if text.starts_with("internal-") {
        return Err(Flaw::new(format!("must not begin with `internal-`, but is {text:?}"))
            .help("AWS keeps that beginning for itself"));
    }
    accept(
        text,
        is_made_of(
            text,
            |c| c.is_ascii_alphanumeric() || c == '-',
            |c| c.is_ascii_alphanumeric(),
        ),
        "consist of letters, digits and `-`, and begin and end with a letter or digit",
    )
}
