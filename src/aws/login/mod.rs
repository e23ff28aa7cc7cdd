//! The ways into AWS that the AWS CLI writes into its files, and those that variables and the machine open.
//!
//! `files` reads the profiles, `chain` decides by their keys how credentials are had, `provider` does it. The region is
//! decided once, and every call on the way has it.

mod assumed;
mod chain;
mod configuration;
mod endpoints;
mod error;
mod files;
mod process;
mod programs;
mod provider;
mod said;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::os_shim_internal::{Env, Fs};

use self::chain::{Chain, SingleSignOn, Source, chain};
use self::configuration::key_of_profile;
use self::endpoints::Endpoints;
use self::files::{Profiles, variable};
use self::process::ProcessCredentials;
use self::provider::Login;
use super::keychain::KeySource;
use crate::lang::Text;
use crate::ports::{Clock, Prompt};
use crate::programs::Place;

pub(super) use self::assumed::AssumedRole;
pub use self::error::{ConfigurationError, NamedBy, SessionError};

/// The way that was chosen, before it is gone.
pub(super) struct Way {
    env: Env,
    profiles: Profiles,
    chain: Chain,
    is_configured: bool,
    region: Option<String>,
}

impl Way {
    /// Decides by files and variables; `profile` and `region` are those of the command line and the environment file.
    pub(super) async fn choose(profile: Option<&str>, region: Option<&str>) -> Result<Self, SessionError> {
        Self::among(Fs::real(), Env::real(), profile, region).await
    }

    async fn among(fs: Fs, env: Env, profile: Option<&str>, region: Option<&str>) -> Result<Self, SessionError> {
        let profiles = Profiles::read(&fs, &env, profile).await?;
        let of_profile = chain(&profiles);
        let behind = of_profile.as_ref().map_or(&[][..], |chain| &chain.profiles);
        let region = profiles.region(region, &env, behind);
        // A profile that was named for this call wins over keys of the environment.
        let by_keys = profiles.named_by != NamedBy::Flag && KEY_VARIABLES.into_iter().any(|name| is_set(&env, name));
        let (source, is_configured) = if by_keys {
            (Some(Source::Environment), false)
        } else if of_profile.as_ref().is_ok_and(|chain| chain.source == Source::Nowhere) {
            (Some(of_machine(&env, profiles.named_by)?), false)
        } else {
            (None, true)
        };
        let chain = match source {
            Some(source) => Chain {
                source,
                profiles: vec![profiles.name.clone()],
                roles: Vec::new(),
            },
            None => of_profile?,
        };
        Ok(Self {
            env,
            profiles,
            chain,
            is_configured,
            region,
        })
    }

    /// The profile that settings other than credentials are taken from.
    pub(super) fn profile(&self) -> &str {
        &self.profiles.name
    }

    /// Where the services are, if files or variables say it.
    pub(super) fn endpoints(&self) -> Result<Endpoints, SessionError> {
        let asks_portal = matches!(self.chain.source, Source::SingleSignOn(_));
        Ok(Endpoints::of(&self.env, &self.profiles, asks_portal)?)
    }

    /// The authorities that the profile trusts AWS's servers by.
    pub(super) fn authorities(&self) -> Option<&str> {
        self.profiles.value(self.profile(), "ca_bundle")
    }

    /// The region, which the instance is asked for last.
    pub(super) async fn region(&self, network: &ProviderConfig) -> Result<String, SessionError> {
        let mut region = self.region.clone();
        if region.is_none() {
            let instance = ImdsRegionProvider::builder().configure(network).build();
            region = instance.region().await.map(|region| region.to_string());
        }
        let region = region.ok_or_else(|| {
            let named = Some(self.profiles.name.clone());
            SessionError::NoRegion {
                profile: named.filter(|name| name != "default"),
            }
        })?;
        if is_host_label(&region) {
            return Ok(region);
        }
        Err(ConfigurationError::Region(region).into())
    }

    /// Goes the way, whenever credentials are wanted. `sdk` and `network` have the region.
    pub(super) fn open(
        self,
        sdk: SdkConfig,
        network: &ProviderConfig,
        clock: Arc<dyn Clock>,
        prompt: Option<Prompt>,
    ) -> Result<Arc<dyn KeySource>, SessionError> {
        let mut chain = self.chain;
        if chain.source == Source::Environment {
            chain.source = keys_of_environment(&self.env, &chain, self.is_configured)?;
        }
        let holder = chain.profiles.last().cloned().unwrap_or_default();
        let place = match &prompt {
            Some(_) => Place::Terminal,
            None => Place::Alone,
        };
        let provider = provider(&chain.source, &holder, &self.env, place, network);
        Ok(Arc::new(Login {
            chain,
            is_configured: self.is_configured,
            provider,
            sdk,
            env: self.env,
            clock,
            prompt,
            is_open: AtomicBool::new(false),
        }))
    }
}

/// Whether a region's name can be a part of a host's.
fn is_host_label(region: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=63).contains(&region.len())
        && region.chars().all(is_inside)
        && !region.starts_with('-')
        && !region.ends_with('-')
}

/// Variables of which one is enough to say that keys are meant to come from the environment.
const KEY_VARIABLES: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

fn is_set(env: &Env, name: &str) -> bool {
    variable(env, name).is_some()
}

fn needed(env: &Env, name: &'static str, by: impl FnOnce() -> Text) -> Result<String, SessionError> {
    variable(env, name).ok_or_else(|| SessionError::NoVariable {
        lacks: name,
        needed_by: by(),
    })
}

fn keys_of_environment(env: &Env, chain: &Chain, is_configured: bool) -> Result<Source, SessionError> {
    let holder = chain.profiles.last().map(String::as_str).unwrap_or_default();
    let needed_by = |other: &'static str| {
        if is_configured {
            key_of_profile("credential_source", holder)
        } else {
            other.into()
        }
    };
    let [id, secret] = KEY_VARIABLES;
    Ok(Source::Keys {
        id: needed(env, id, || needed_by(secret))?,
        secret: needed(env, secret, || needed_by(id))?,
        token: variable(env, "AWS_SESSION_TOKEN"),
    })
}

/// What is there where no profile says anything: the token of a pod, the role of a container or of an instance.
fn of_machine(env: &Env, named_by: NamedBy) -> Result<Source, SessionError> {
    const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
    // As with keys of the environment, a profile that was named for this call is meant instead.
    if let Some(file) = variable(env, TOKEN_FILE).filter(|_| named_by != NamedBy::Flag) {
        return Ok(Source::WebIdentity {
            role: needed(env, "AWS_ROLE_ARN", || TOKEN_FILE.into())?,
            file,
            session: variable(env, "AWS_ROLE_SESSION_NAME"),
        });
    }
    let of_container = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    if of_container.into_iter().any(|name| is_set(env, name)) {
        return Ok(Source::Container);
    }
    let disabled = variable(env, "AWS_EC2_METADATA_DISABLED");
    if disabled.is_some_and(|word| word.eq_ignore_ascii_case("true")) {
        return Ok(Source::Nowhere);
    }
    Ok(Source::Instance)
}

/// The SDK's provider for a source that needs one.
fn provider(
    source: &Source,
    holder: &str,
    env: &Env,
    place: Place,
    network: &ProviderConfig,
) -> Option<SharedCredentialsProvider> {
    let of_program = |command| SharedCredentialsProvider::new(ProcessCredentials { command, place });
    Some(match source {
        Source::Keys { .. } | Source::Environment | Source::WebIdentity { .. } | Source::Nowhere => return None,
        Source::SingleSignOn(single) => SharedCredentialsProvider::new(single_sign_on(single, network)),
        Source::Console if !programs::is_there("aws", env) => return None,
        Source::Console => of_program(programs::export_of(holder)),
        Source::Process(command) => of_program(command.clone()),
        Source::Container => {
            SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(network).build())
        }
        Source::Instance => {
            SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(network).build())
        }
    })
}

fn single_sign_on(single: &SingleSignOn, network: &ProviderConfig) -> SsoCredentialsProvider {
    let mut builder = SsoCredentialsProvider::builder()
        .configure(network)
        .account_id(&single.account)
        .role_name(&single.role)
        .start_url(&single.start_url)
        .region(Region::new(single.region.clone()));
    builder.set_session_name(single.session.clone());
    builder.build()
}
