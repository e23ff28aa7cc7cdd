//! Carries out a chain: gets the first credentials, assumes the roles. What fails is told by where it failed, and by the
//! kind of the SDK's error.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_types::os_shim_internal::Env;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::assumed::{WantedRole, fit, of_sts, session_name};
use super::chain::{Chain, Role, SingleSignOn, Source};
use super::configuration::{key_of_profile, of_profile};
use super::error::SessionError;
use super::{programs, sessions};
use crate::aws::errors::classify;
use crate::aws::keychain::{EARLY, KeySource};
use crate::lang::{Text, text};
use crate::net::find;
use crate::ports::{Clock, Prompt, ask};

/// A way to credentials that can be gone again and again.
pub(super) struct Login {
    /// The way.
    pub(super) chain: Chain,
    /// Whether a profile says where the first credentials come from, or the machine offers them.
    pub(super) is_configured: bool,
    /// Gives the first credentials, where they are not in the chain itself.
    pub(super) provider: Option<SharedCredentialsProvider>,
    /// Region, endpoints and network of the calls to STS.
    pub(super) sdk: SdkConfig,
    /// Variables.
    pub(super) env: Env,
    /// Names sessions.
    pub(super) clock: Arc<dyn Clock>,
    /// Asks for codes, where there is somebody to ask.
    pub(super) prompt: Option<Prompt>,
    /// Whether there have been credentials: from then on nobody is asked, as the screen shows other things.
    pub(super) is_open: AtomicBool,
}

impl KeySource for Login {
    fn fetch(&self) -> BoxFuture<'_, Result<Credentials, SessionError>> {
        self.credentials().boxed()
    }
}

impl Login {
    async fn credentials(&self) -> Result<Credentials, SessionError> {
        let mut credentials = fit(self.first().await?, || self.whose())?;
        for role in &self.chain.roles {
            let assumed = self.assume(role, credentials).await?;
            credentials = assumed;
        }
        self.is_open.store(true, Ordering::Relaxed);
        Ok(credentials)
    }

    async fn first(&self) -> Result<Credentials, SessionError> {
        match (&self.chain.source, &self.provider) {
            (Source::Keys { id, secret, token }, _) => Ok(Credentials::new(id, secret, token.clone(), None, "profile")),
            (Source::WebIdentity { role, file, session }, _) => self.with_token(role, file, session.as_deref()).await,
            (_, Some(provider)) => {
                let given = provider.provide_credentials().await;
                given.map_err(|error| self.failure(error))
            }
            (Source::Console, None) => Err(SessionError::NoConsole {
                profile: self.profile(),
            }),
            (_, None) => Err(SessionError::NoCredentials {
                profile: self.named_profile(),
                source: None,
            }),
        }
    }

    /// The profile that has the first credentials.
    fn profile(&self) -> String {
        self.chain.profiles.last().cloned().unwrap_or_default()
    }

    /// Where the first credentials are from.
    fn whose(&self) -> Text {
        if self.is_configured {
            text!("error-keys-of-profile", profile = self.profile())
        } else {
            text!("error-keys-of-environment")
        }
    }

    fn named_profile(&self) -> Option<String> {
        Some(self.profile()).filter(|name| name != "default")
    }

    /// What it means that the first credentials could not be had.
    fn failure(&self, source: CredentialsError) -> SessionError {
        let profile = self.profile();
        match &self.chain.source {
            Source::SingleSignOn(single) => self.of_portal(single, source),
            Source::Console => SessionError::Console { profile, source },
            Source::Process(command) => match programs::program_of(command) {
                Some(program) if !programs::is_there(program, &self.env) => SessionError::NoProgram {
                    profile,
                    program: program.to_owned(),
                },
                _ => SessionError::Process { profile, source },
            },
            Source::Container | Source::Instance if self.is_configured => SessionError::Place {
                whose: key_of_profile("credential_source", &profile),
                place: self.place(),
                source,
            },
            Source::Container => SessionError::Place {
                whose: text!("error-whose-container"),
                place: self.place(),
                source,
            },
            _ => SessionError::NoCredentials {
                profile: self.named_profile(),
                source: Some(source),
            },
        }
    }

    fn place(&self) -> &'static str {
        if self.chain.source == Source::Container {
            "container"
        } else {
            "instance"
        }
    }

    /// The portal has been asked, or there was no token to ask it with.
    fn of_portal(&self, single: &SingleSignOn, source: CredentialsError) -> SessionError {
        let refused = find::<SdkError<GetRoleCredentialsError, HttpResponse>>(&source);
        let is_unknown = |error: &SdkError<GetRoleCredentialsError, HttpResponse>| {
            let service = error.as_service_error();
            service.is_some_and(GetRoleCredentialsError::is_unauthorized_exception)
        };
        match refused {
            Some(error) if !is_unknown(error) => SessionError::SignOn {
                role: single.role.clone(),
                account: single.account.clone(),
                source: Box::new(classify("sso:GetRoleCredentials", error)),
            },
            _ => SessionError::SignInExpired {
                profile: self.named_profile(),
                source,
            },
        }
    }

    /// A role for the token of an identity provider. Whoever issues it overwrites the file, so it is read every time.
    async fn with_token(&self, role: &str, file: &str, session: Option<&str>) -> Result<Credentials, SessionError> {
        let whose = if self.is_configured {
            of_profile(&self.profile())
        } else {
            "AWS_WEB_IDENTITY_TOKEN_FILE".into()
        };
        let token = std::fs::read_to_string(file).map_err(|source| SessionError::TokenFile {
            path: Path::new(file).to_owned(),
            whose: whose.clone(),
            source,
        })?;
        let call = aws_sdk_sts::Client::new(&self.sdk)
            .assume_role_with_web_identity()
            .role_arn(role)
            .role_session_name(self.session_name(session))
            .web_identity_token(token.trim());
        let answer = call.send().await.map_err(|error| SessionError::Role {
            arn: role.to_owned(),
            whose,
            source: Box::new(classify("sts:AssumeRoleWithWebIdentity", &error)),
        })?;
        Ok(of_sts(answer.credentials))
    }

    /// A role that wants a code is not asked for as long as a session of it is kept.
    async fn assume(&self, role: &Role, with: Credentials) -> Result<Credentials, SessionError> {
        let Some(serial) = &role.mfa_serial else {
            return self.assume_with(role, with, None).await;
        };
        let soon = self.clock.now() + EARLY;
        if let Some(kept) = sessions::kept(role, &self.env, soon) {
            return Ok(kept);
        }
        let code = self.code(role, serial).await?;
        let session = self.assume_with(role, with, Some((serial, code))).await?;
        sessions::keep(role, &self.env, &session);
        Ok(session)
    }

    async fn assume_with(
        &self,
        role: &Role,
        with: Credentials,
        code: Option<(&str, String)>,
    ) -> Result<Credentials, SessionError> {
        let wanted = WantedRole {
            arn: &role.arn,
            whose: of_profile(&role.profile),
            session: self.session_name(role.session.as_deref()),
            external_id: role.external_id.as_deref(),
            seconds: role.seconds,
            code,
        };
        wanted.assume(&self.sdk, with).await
    }

    fn session_name(&self, given: Option<&str>) -> String {
        given.map_or_else(|| session_name(&*self.clock), str::to_owned)
    }

    /// The code that a device shows now.
    async fn code(&self, role: &Role, serial: &str) -> Result<String, SessionError> {
        let (profile, serial) = (role.profile.clone(), serial.to_owned());
        if self.is_open.load(Ordering::Relaxed) {
            return Err(SessionError::MfaEnded { profile, serial });
        }
        let Some(prompt) = &self.prompt else {
            return Err(SessionError::MfaUnasked { profile, serial });
        };
        let question = format!("Code of the MFA device {serial} (AWS profile {profile}): ");
        match ask(prompt, question).await {
            Ok(code) if !code.trim().is_empty() => Ok(code.trim().to_owned()),
            Ok(_) => Err(SessionError::MfaUnanswered { serial, source: None }),
            Err(error) => Err(SessionError::MfaUnanswered {
                serial,
                source: Some(error),
            }),
        }
    }
}
