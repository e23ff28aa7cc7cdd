//! What is wrong with the files and variables of the AWS CLI.

/// The keys of a profile contradict each other, or lead nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// The profile that another goes by does not exist.
    #[error("AWS profile `{profile}` has source_profile `{source_profile}`, which does not exist{}", instead(.near.as_deref(), .names))]
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
    #[error("AWS profile `{profile}` has source_profile `{source_profile}`, which has no credentials: run {}", with_profile("aws configure", Some(.source_profile)))]
    EmptySource {
        /// The profile.
        profile: String,
        /// The one that it names.
        source_profile: String,
    },
    /// Profiles go by each other.
    #[error("AWS profiles go by each other in a circle ({}): let the last source_profile name a profile with credentials of its own", profiles.join(" -> "))]
    Circle {
        /// The way round.
        profiles: Vec<String>,
    },
    /// A role with nothing to assume it with.
    #[error("AWS profile `{profile}` has role_arn, and neither source_profile nor credential_source: add one of them")]
    NoSource {
        /// The profile.
        profile: String,
    },
    /// A role with two things to assume it with.
    #[error("AWS profile `{profile}` has both source_profile and credential_source: take one of them away")]
    TwoSources {
        /// The profile.
        profile: String,
    },
    /// A `credential_source` that nobody knows.
    #[error(
        "AWS profile `{profile}` has credential_source `{word}`; it can be Environment, Ec2InstanceMetadata or EcsContainer"
    )]
    UnknownSource {
        /// The profile.
        profile: String,
        /// The word.
        word: String,
    },
    /// There is no such `[sso-session]`.
    #[error("AWS profile `{profile}` has sso_session `{session}`, and there is no [sso-session {session}]{}", there_is(.sessions))]
    NoSession {
        /// The profile.
        profile: String,
        /// The session that it names.
        session: String,
        /// Those that there are.
        sessions: Vec<String>,
    },
    /// A section `[sso-session]` is not complete.
    #[error("[sso-session {session}] has no {key}: run `aws configure sso-session`")]
    SessionLacks {
        /// The section's name.
        session: String,
        /// What it lacks.
        key: &'static str,
    },
    /// A profile is not complete.
    #[error("AWS profile `{profile}` has {has} and no {key}: add it, or take {has} away")]
    Lacks {
        /// The profile.
        profile: String,
        /// What it lacks.
        key: &'static str,
        /// What it has.
        has: &'static str,
    },
    /// An endpoint is no URL.
    #[error(
        "the endpoint `{url}` for {service} ({named_by}) is not a URL such as https://HOST: mend it, or take it away"
    )]
    Endpoint {
        /// What it is.
        url: String,
        /// Which service it is for.
        service: &'static str,
        /// A variable, or a key of a profile.
        named_by: String,
    },
    /// A variable has nothing in it, where what reads it takes that for a value.
    #[error("{0} is set and empty, which single sign-on takes for an address: unset it")]
    Empty(String),
    /// A region's name that no host can have.
    #[error(
        "`{0}` is no AWS region, such as ap-northeast-2: see AWS_REGION, AWS_DEFAULT_REGION and `region` of the profile"
    )]
    Region(String),
    /// Keys with what no header can have in them.
    #[error("the {what} ({whose}) has a blank or a control character in it, such as the end of a line: copy it anew")]
    Unfit {
        /// What of the credentials.
        what: &'static str,
        /// A variable or a profile.
        whose: String,
    },
}

/// A command for a profile, unless it is the default one.
pub(super) fn with_profile(command: &str, profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("`{command} --profile {profile}`"),
        None => format!("`{command}`"),
    }
}

/// What there is in place of a profile that does not exist.
pub(super) fn instead(near: Option<&str>, names: &[String]) -> String {
    match near {
        _ if names.is_empty() => "; there are none: `aws configure --profile NAME` makes one".to_owned(),
        Some(near) => format!("; did you mean `{near}`? (there {})", are(names)),
        None => format!("; there {}", are(names)),
    }
}

fn there_is(names: &[String]) -> String {
    if names.is_empty() {
        return ": run `aws configure sso-session`".to_owned();
    }
    format!("; there {}", are(names))
}

fn are(names: &[String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{verb}: {}", names.join(", "))
}
