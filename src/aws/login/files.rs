//! The files that the AWS CLI writes (`~/.aws/config`, `~/.aws/credentials`), and which profile of them is meant.

use aws_config::profile::{self, Profile, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::error::{NamedBy, SessionError};
use crate::model::nearest;

/// Variables that name a profile, in the AWS CLI's order (botocore, `configprovider.py`).
const PROFILE_VARIABLES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
/// Variables that name a region, in the order of the AWS CLI's second version.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// The profile that is meant when none is named.
const DEFAULT: &str = "default";

/// All profiles, and the one that is meant.
pub(super) struct Profiles {
    set: ProfileSet,
    /// Name of the profile that is meant.
    pub(super) name: String,
    /// Who named it.
    pub(super) named_by: NamedBy,
}

impl Profiles {
    /// Reads the files; `flag` is the profile of the command line.
    pub(super) async fn read(fs: &Fs, env: &Env, flag: Option<&str>) -> Result<Self, SessionError> {
        let (name, named_by) = match flag {
            Some(name) => (name.to_owned(), NamedBy::Flag),
            None => PROFILE_VARIABLES
                .into_iter()
                .find_map(|name| Some((variable(env, name)?, NamedBy::Variable(name))))
                .unwrap_or_else(|| (DEFAULT.to_owned(), NamedBy::Nobody)),
        };
        let files = EnvConfigFiles::default();
        let set = profile::load(fs, env, &files, Some(name.clone().into())).await;
        let profiles = Self {
            set: set.map_err(SessionError::Files)?,
            name,
            named_by,
        };
        if named_by != NamedBy::Nobody && profiles.get(&profiles.name).is_none() {
            return Err(SessionError::UnknownProfile {
                near: profiles.near(&profiles.name),
                names: profiles.names(),
                name: profiles.name,
                named_by,
            });
        }
        Ok(profiles)
    }

    /// The profile of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Profile> {
        self.set.get_profile(name)
    }

    /// All of them.
    pub(super) fn all(&self) -> &ProfileSet {
        &self.set
    }

    /// What a profile has under `key`; an empty value counts as none.
    pub(super) fn value(&self, profile: &str, key: &str) -> Option<&str> {
        filled(self.get(profile)?.get(key))
    }

    /// Whether there is a section `[sso-session NAME]`.
    pub(super) fn has_session(&self, session: &str) -> bool {
        self.set.sso_session(session).is_some()
    }

    /// What the section `[sso-session NAME]` has under `key`.
    pub(super) fn of_session(&self, session: &str, key: &str) -> Option<&str> {
        filled(self.set.sso_session(session)?.get(key))
    }

    /// The names of all profiles, in order.
    pub(super) fn names(&self) -> Vec<String> {
        sorted(self.set.profiles())
    }

    /// The names of all `[sso-session NAME]`, in order.
    pub(super) fn sessions(&self) -> Vec<String> {
        sorted(self.set.sso_sessions())
    }

    /// The profile whose name is nearest to that.
    pub(super) fn near(&self, name: &str) -> Option<String> {
        nearest(name, self.set.profiles()).map(str::to_owned)
    }

    /// The region: of the command line or environment file (`given`), of the variables, of the profile, of those that it
    /// goes by (`behind`), of the default profile.
    pub(super) fn region(&self, given: Option<&str>, env: &Env, behind: &[String]) -> Option<String> {
        let of_variables = || REGION_VARIABLES.into_iter().find_map(|name| variable(env, name));
        let of_profiles = || {
            let names = behind.iter().map(String::as_str).chain([DEFAULT]);
            std::iter::once(self.name.as_str())
                .chain(names)
                .find_map(|name| self.value(name, "region"))
        };
        given
            .map(str::to_owned)
            .or_else(of_variables)
            .or_else(|| of_profiles().map(str::to_owned))
    }
}

/// A variable that is set and not blank.
pub(super) fn variable(env: &Env, name: &str) -> Option<String> {
    let value = env.get(name).ok()?;
    filled(Some(&value)).map(str::to_owned)
}

fn filled(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    names
}
