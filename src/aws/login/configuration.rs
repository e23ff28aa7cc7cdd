//! What is wrong with the files and variables of the AWS CLI.

use crate::lang::{Text, text};

/// The keys of a profile contradict each other, or lead nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum ConfigurationError {
    /// The profile that another goes by does not exist.
    MissingSource {
        /// The profile.
        profile: String,
        /// The one that it names.
        source_profile: String,
        /// One that is spelt nearly so.
        near: Option<String>,
        /// Those that exist.
        names: Vec<String>,
    },
    /// The profile that another goes by has no credentials.
    EmptySource {
        /// The profile.
        profile: String,
        /// The one that it names.
        source_profile: String,
    },
    /// Profiles go by each other.
    Circle {
        /// The way round.
        profiles: Vec<String>,
    },
    /// A role with nothing to assume it with.
    NoSource {
        /// The profile.
        profile: String,
    },
    /// A role with two things to assume it with.
    TwoSources {
        /// The profile.
        profile: String,
    },
    /// A `credential_source` that nobody knows.
    UnknownSource {
        /// The profile.
        profile: String,
        /// The word.
        word: String,
    },
    /// There is no such `[sso-session]`.
    NoSession {
        /// The profile.
        profile: String,
        /// The session that it names.
        session: String,
        /// Those that there are.
        sessions: Vec<String>,
    },
    /// A section `[sso-session]` is not complete.
    SessionLacks {
        /// The section's name.
        session: String,
        /// What it lacks.
        key: &'static str,
    },
    /// A profile is not complete.
    Lacks {
        /// The profile.
        profile: String,
        /// What it lacks.
        key: &'static str,
        /// What it has.
        has: &'static str,
    },
    /// An endpoint is no URL.
    Endpoint {
        /// What it is.
        url: String,
        /// Which service it is for.
        service: &'static str,
        /// A variable, or a key of a profile.
        named_by: Text,
    },
    /// A variable has nothing in it, where what reads it takes that for a value.
    Empty(String),
    /// A region's name that no host can have.
    Region(String),
    /// Keys with what no header can have in them.
    Unfit {
        /// What of the credentials.
        what: &'static str,
        /// A variable or a profile.
        whose: Text,
    },
}

impl ConfigurationError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::MissingSource {
                profile,
                source_profile,
                near,
                names,
            } => text!(
                "error-no-source-profile",
                profile = profile,
                source_profile = source_profile,
                instead = instead(near.as_deref(), names),
            ),
            Self::EmptySource {
                profile,
                source_profile,
            } => text!(
                "error-empty-source",
                profile = profile,
                source_profile = source_profile,
                command = with_profile("aws configure", Some(source_profile)),
            ),
            Self::Circle { profiles } => text!("error-profiles-circle", profiles = profiles.join(" -> ")),
            Self::NoSource { profile } => text!("error-no-source", profile = profile),
            Self::TwoSources { profile } => text!("error-two-sources", profile = profile),
            Self::UnknownSource { profile, word } => text!("error-unknown-source", profile = profile, word = word),
            Self::NoSession {
                profile,
                session,
                sessions,
            } => {
                let text = match sessions.as_slice() {
                    [] => text!("error-no-sso-session"),
                    names => text!("error-other-sso-sessions", there = there(names)),
                };
                text.with("profile", profile).with("session", session)
            }
            Self::SessionLacks { session, key } => text!("error-sso-session-lacks", session = session, key = *key),
            Self::Lacks { profile, key, has } => {
                text!("error-profile-lacks", profile = profile, key = *key, has = *has)
            }
            Self::Endpoint { url, service, named_by } => {
                text!("error-endpoint", url = url, service = *service, named_by = named_by)
            }
            Self::Empty(name) => text!("error-empty-variable", name = name),
            Self::Region(region) => text!("error-region", region = region),
            Self::Unfit { what, whose } => text!("error-unfit-keys", what = *what, whose = whose),
        }
    }
}

/// A command for a profile, unless it is the default one.
pub(super) fn with_profile(command: &str, profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("{command} --profile {profile}"),
        None => command.to_owned(),
    }
}

/// What there is in place of a profile that does not exist.
pub(super) fn instead(near: Option<&str>, names: &[String]) -> Text {
    match near {
        _ if names.is_empty() => text!("error-no-profiles"),
        Some(near) => text!("error-profile-near", near = near, there = there(names)),
        None => there(names),
    }
}

/// A profile, as what names something.
pub(super) fn of_profile(profile: &str) -> Text {
    text!("error-whose-profile", profile = profile)
}

/// A key of a profile, as what names something.
pub(super) fn key_of_profile(key: &'static str, profile: &str) -> Text {
    text!("error-whose-key", key = key, profile = profile)
}

fn there(names: &[String]) -> Text {
    text!("error-names-there", count = names.len(), names = names.join(", "))
}
