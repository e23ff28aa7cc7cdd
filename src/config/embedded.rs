//! The environments that are built into the program.

/// The list of all keys.
pub(super) const DEFAULTS: &str = include_str!("../../environments/defaults.yaml");

const ENVIRONMENTS: [(&str, &str); 4] = [
    ("defaults", DEFAULTS),
    ("sandbox", include_str!("../../environments/sandbox.yaml")),
    ("workshop", include_str!("../../environments/workshop.yaml")),
    ("shared-cluster", include_str!("../../environments/shared-cluster.yaml")),
];

/// The text of a built-in environment.
pub(super) fn text(name: &str) -> Option<&'static str> {
    ENVIRONMENTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// The names that can be chosen; the defaults are no environment of their own.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ENVIRONMENTS.iter().skip(1).map(|(name, _)| *name)
}

/// All of them, with their texts.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    ENVIRONMENTS.into_iter()
}

/// The name of a built-in environment's file.
pub(super) fn file(name: &str) -> String {
    format!("{name}.yaml")
}
