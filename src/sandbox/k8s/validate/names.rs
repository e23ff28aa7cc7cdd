//! What names, labels and keys may look like.

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const QUALIFIED: &str = "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_word(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.chars().all(inner) && end(text.chars().next()) && end(text.chars().next_back())
}

fn too_long(text: &str, most: usize, unit: &str) -> Option<String> {
    (text.len() > most).then(|| format!("must be no more than {most} {unit}"))
}

fn rule(holds: bool, why: &str) -> Option<String> {
    (!holds).then(|| why.to_owned())
}

/// A DNS label: names of namespaces, services, containers.
pub(super) fn label(text: &str) -> Vec<String> {
    too_long(text, 63, "characters")
        .into_iter()
        .chain(rule(is_label(text), LABEL))
        .collect()
}

/// A DNS name: names of most objects, hosts.
pub(super) fn subdomain(text: &str) -> Vec<String> {
    let holds = text.split('.').all(is_label);
    too_long(text, 253, "characters")
        .into_iter()
        .chain(rule(holds, SUBDOMAIN))
        .collect()
}

/// The key of a label or annotation.
pub(crate) fn qualified(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split('/').collect();
    let name = match parts.as_slice() {
        [name] => *name,
        ["", _] => return vec!["prefix part must be non-empty".to_owned()],
        [prefix, name] => {
            let wrong = subdomain(prefix);
            if !wrong.is_empty() {
                return wrong.into_iter().map(|why| format!("prefix part {why}")).collect();
            }
            *name
        }
        _ => return vec![QUALIFIED.to_owned()],
    };
    if name.is_empty() {
        return vec!["name part must be non-empty".to_owned(), NAME_PART.to_owned()];
    }
    let long = too_long(name, 63, "bytes").map(|why| format!("name part {why}"));
    long.into_iter().chain(rule(is_word(name), NAME_PART)).collect()
}

/// The value of a label.
pub(crate) fn label_value(text: &str) -> Vec<String> {
    let holds = text.is_empty() || is_word(text);
    too_long(text, 63, "bytes")
        .into_iter()
        .chain(rule(holds, VALUE))
        .collect()
}

/// The name of a port.
pub(super) fn port_name(text: &str) -> Vec<String> {
    let letters = text.chars().any(|c| c.is_ascii_lowercase());
    let allowed = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let ends = !text.starts_with('-') && !text.ends_with('-');
    [
        too_long(text, 15, "characters"),
        rule(
            allowed,
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        rule(letters, "must contain at least one letter (a-z)"),
        rule(!text.contains("--"), "must not contain consecutive hyphens"),
        rule(ends, "must not begin or end with a hyphen"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The key of a value in a config map.
pub(super) fn config_key(text: &str) -> Vec<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let holds = !text.is_empty() && text.chars().all(allowed);
    let mut whys: Vec<String> = too_long(text, 253, "characters").into_iter().collect();
    whys.extend(rule(holds, CONFIG_KEY));
    whys.extend(rule(text != ".", "must not be '.'"));
    if text == ".." {
        whys.push("must not be '..'".to_owned());
    } else if text.starts_with("..") {
        whys.push("must not start with '..'".to_owned());
    }
    whys
}
