//! How a profile comes to credentials, by the keys that it has: the first credentials, and the roles that are assumed with
//! them one after the other. What a key means is as with the AWS CLI (AWS CLI user guide, "Configuration and credential
//! file settings"; botocore, `credentials.py`).

use super::error::ConfigurationError;
use super::files::Profiles;

/// Where the first credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Keys that are written in the profile.
    Keys {
        /// Access key id.
        id: String,
        /// Secret access key.
        secret: String,
        /// Session token of temporary keys.
        token: Option<String>,
    },
    /// `AWS_ACCESS_KEY_ID` and its like.
    Environment,
    /// The token of an identity provider, in a file.
    WebIdentity {
        /// The role that it is for.
        role: String,
        /// The file.
        file: String,
        /// Name of the role's session.
        session: Option<String>,
    },
    /// IAM Identity Center, signed in to with `aws sso login`.
    SingleSignOn(SingleSignOn),
    /// A session of `aws login`.
    Console,
    /// A program that prints credentials.
    Process(String),
    /// The container that this runs in.
    Container,
    /// The EC2 instance that this runs on.
    Instance,
    /// Nothing is configured, and the machine offers nothing.
    Nowhere,
}

/// What a profile has for IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SingleSignOn {
    /// Name of the `[sso-session]`; none in the older form, in which the profile has it all.
    pub(super) session: Option<String>,
    /// Address of the portal.
    pub(super) start_url: String,
    /// Region of the portal.
    pub(super) region: String,
    /// Account number.
    pub(super) account: String,
    /// The permission set's name.
    pub(super) role: String,
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// The profile that has it.
    pub(super) profile: String,
    /// Its ARN.
    pub(super) arn: String,
    /// What its owner wants to be given.
    pub(super) external_id: Option<String>,
    /// Name of the session.
    pub(super) session: Option<String>,
    /// Seconds that its credentials are asked for.
    pub(super) seconds: Option<i32>,
    /// The device whose code is wanted.
    pub(super) mfa_serial: Option<String>,
}

/// The way from a profile to credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    /// The first credentials.
    pub(super) source: Source,
    /// The profiles that were gone through, the one that was asked for first and the one that has the source last.
    pub(super) profiles: Vec<String>,
    /// The roles, in the order in which they are assumed.
    pub(super) roles: Vec<Role>,
}

/// The way of the profile that is meant; its source is [`Source::Nowhere`] if it has no credentials at all.
pub(super) fn chain(profiles: &Profiles) -> Result<Chain, ConfigurationError> {
    let mut passed = vec![profiles.name.clone()];
    let mut roles = Vec::new();
    let source = loop {
        let name = passed.last().cloned().unwrap_or_default();
        let own = Keys { profiles, name: &name };
        // Keys of one's own are enough for a profile that another goes by, whatever else it has.
        if passed.len() > 1
            && let Some(keys) = own.written()?
        {
            break keys;
        }
        let Some(role) = own.role() else {
            break own.source()?;
        };
        roles.insert(0, role);
        match own.behind()? {
            Behind::Source(source) => break source,
            Behind::Profile(next) if passed.contains(&next) => {
                passed.push(next);
                return Err(ConfigurationError::Circle { profiles: passed });
            }
            Behind::Profile(next) => passed.push(next),
        }
    };
    if source == Source::Nowhere && passed.len() > 1 {
        let source_profile = passed.pop().unwrap_or_default();
        let profile = passed.pop().unwrap_or_default();
        return Err(ConfigurationError::EmptySource {
            profile,
            source_profile,
        });
    }
    Ok(Chain {
        source,
        profiles: passed,
        roles,
    })
}

/// What is assumed with a role's source.
enum Behind {
    Source(Source),
    Profile(String),
}

/// The keys of one profile.
#[derive(Clone, Copy)]
struct Keys<'a> {
    profiles: &'a Profiles,
    name: &'a str,
}

impl Keys<'_> {
    fn get(self, key: &str) -> Option<String> {
        self.profiles.value(self.name, key).map(str::to_owned)
    }

    fn lacks(self, key: &'static str, has: &'static str) -> ConfigurationError {
        let profile = self.name.to_owned();
        ConfigurationError::Lacks { profile, key, has }
    }

    /// The role that is assumed with other credentials. One with the token of an identity provider is a source itself.
    fn role(self) -> Option<Role> {
        if self.get("web_identity_token_file").is_some() {
            return None;
        }
        Some(Role {
            profile: self.name.to_owned(),
            arn: self.get("role_arn")?,
            external_id: self.get("external_id"),
            session: self.get("role_session_name"),
            seconds: self.get("duration_seconds").and_then(|seconds| seconds.parse().ok()),
            mfa_serial: self.get("mfa_serial"),
        })
    }

    /// What the role is assumed with.
    fn behind(self) -> Result<Behind, ConfigurationError> {
        let profile = self.name.to_owned();
        match (self.get("source_profile"), self.get("credential_source")) {
            (Some(_), Some(_)) => Err(ConfigurationError::TwoSources { profile }),
            (None, None) => Err(ConfigurationError::NoSource { profile }),
            (None, Some(source)) => Ok(Behind::Source(named_source(profile, source)?)),
            // A profile may go by keys of its own.
            (Some(source), None) if source == profile => match self.source()? {
                Source::Nowhere => Err(ConfigurationError::Circle {
                    profiles: vec![profile, source],
                }),
                source => Ok(Behind::Source(source)),
            },
            (Some(source), None) if self.profiles.get(&source).is_none() => Err(ConfigurationError::MissingSource {
                near: self.profiles.near(&source),
                names: self.profiles.names(),
                profile,
                source_profile: source,
            }),
            (Some(source), None) => Ok(Behind::Profile(source)),
        }
    }

    /// The credentials that the profile has without a role, in the AWS CLI's order.
    fn source(self) -> Result<Source, ConfigurationError> {
        if let Some(file) = self.get("web_identity_token_file") {
            let role = self.get("role_arn");
            return Ok(Source::WebIdentity {
                role: role.ok_or_else(|| self.lacks("role_arn", "web_identity_token_file"))?,
                file,
                session: self.get("role_session_name"),
            });
        }
        if let Some(single) = self.single_sign_on()? {
            return Ok(Source::SingleSignOn(single));
        }
        if let Some(keys) = self.written()? {
            return Ok(keys);
        }
        if self.get("login_session").is_some() {
            return Ok(Source::Console);
        }
        if let Some(command) = self.get("credential_process") {
            return Ok(Source::Process(command));
        }
        match self.get("credential_source") {
            Some(word) => named_source(self.name.to_owned(), word),
            None => Ok(Source::Nowhere),
        }
    }

    fn written(self) -> Result<Option<Source>, ConfigurationError> {
        match (self.get("aws_access_key_id"), self.get("aws_secret_access_key")) {
            (Some(id), Some(secret)) => Ok(Some(Source::Keys {
                id,
                secret,
                token: self.get("aws_session_token"),
            })),
            (Some(_), None) => Err(self.lacks("aws_secret_access_key", "aws_access_key_id")),
            (None, Some(_)) => Err(self.lacks("aws_access_key_id", "aws_secret_access_key")),
            (None, None) => Ok(None),
        }
    }

    fn single_sign_on(self) -> Result<Option<SingleSignOn>, ConfigurationError> {
        let session = self.get("sso_session");
        let has = if session.is_some() {
            "sso_session"
        } else if self.get("sso_start_url").is_some() {
            "sso_start_url"
        } else if self.get("sso_account_id").is_some() {
            "sso_account_id"
        } else {
            return Ok(None);
        };
        if let Some(session) = session.as_ref().filter(|session| !self.profiles.has_session(session)) {
            return Err(ConfigurationError::NoSession {
                profile: self.name.to_owned(),
                session: session.clone(),
                sessions: self.profiles.sessions(),
            });
        }
        let shared = |key| match &session {
            None => self.get(key).ok_or_else(|| self.lacks(key, has)),
            Some(session) => {
                let value = self.profiles.of_session(session, key).map(str::to_owned);
                let session = session.clone();
                value.ok_or(ConfigurationError::SessionLacks { session, key })
            }
        };
        let own = |key| self.get(key).ok_or_else(|| self.lacks(key, has));
        Ok(Some(SingleSignOn {
            start_url: shared("sso_start_url")?,
            region: shared("sso_region")?,
            account: own("sso_account_id")?,
            role: own("sso_role_name")?,
            session: session.clone(),
        }))
    }
}

/// A `credential_source`. The AWS CLI knows these three words.
fn named_source(profile: String, word: String) -> Result<Source, ConfigurationError> {
    match word.to_ascii_lowercase().as_str() {
        "environment" => Ok(Source::Environment),
        "ec2instancemetadata" => Ok(Source::Instance),
        "ecscontainer" => Ok(Source::Container),
        _ => Err(ConfigurationError::UnknownSource { profile, word }),
    }
}
