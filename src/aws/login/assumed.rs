//! Roles that are assumed: with what STS gives for one, and as the source of a session's credentials.

use std::sync::Arc;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::types::Credentials as StsCredentials;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::error::{ConfigurationError, SessionError};
use crate::aws::Arn;
use crate::aws::errors::classify;
use crate::aws::keychain::{KeySource, Keychain};
use crate::lang::{Text, text};
use crate::ports::Clock;

/// A role, as STS is asked for it.
pub(super) struct WantedRole<'a> {
    /// Its ARN.
    pub(super) arn: &'a str,
    /// Who names it: a profile, or a key of the environment.
    pub(super) whose: Text,
    /// Name of the session.
    pub(super) session: String,
    /// What its owner wants to be given.
    pub(super) external_id: Option<&'a str>,
    /// Seconds that its credentials are asked for.
    pub(super) seconds: Option<i32>,
    /// A device and the code that it shows.
    pub(super) code: Option<(&'a str, String)>,
}

impl WantedRole<'_> {
    /// Asks for it with the credentials `with`. What comes of another account than the role's is refused: everything after it
    /// would be done there.
    pub(super) async fn assume(self, sdk: &SdkConfig, with: Credentials) -> Result<Credentials, SessionError> {
        let arn = self.arn.to_owned();
        let provider = SharedCredentialsProvider::new(with);
        let config = sdk.to_builder().credentials_provider(provider).build();
        let mut call = aws_sdk_sts::Client::new(&config)
            .assume_role()
            .role_arn(self.arn)
            .role_session_name(self.session)
            .set_external_id(self.external_id.map(str::to_owned))
            .set_duration_seconds(self.seconds);
        if let Some((serial, code)) = self.code {
            call = call.serial_number(serial).token_code(code);
        }
        let answer = call.send().await.map_err(|error| SessionError::Role {
            arn: arn.clone(),
            whose: self.whose,
            source: Box::new(classify("sts:AssumeRole", &error)),
        })?;
        if let Some(given) = answer.assumed_role_user.map(|user| user.arn)
            && account_of(&given) != account_of(&arn)
        {
            return Err(SessionError::OtherAccount { arn, given });
        }
        fit(of_sts(answer.credentials), || text!("error-keys-of-role", arn = arn))
    }
}

fn account_of(arn: &str) -> Option<String> {
    arn.parse::<Arn>().ok().map(|arn| arn.account)
}

/// A role that the environment names, assumed with the credentials of another session. Many such sessions share those.
pub(in crate::aws) struct AssumedRole {
    /// The credentials that it is assumed with.
    pub(in crate::aws) with: Keychain,
    /// Its ARN.
    pub(in crate::aws) arn: String,
    /// Region, endpoints and network of the calls to STS.
    pub(in crate::aws) sdk: SdkConfig,
    /// Names sessions.
    pub(in crate::aws) clock: Arc<dyn Clock>,
}

impl KeySource for AssumedRole {
    fn fetch(&self) -> BoxFuture<'_, Result<Credentials, SessionError>> {
        let fetching = async {
            let wanted = WantedRole {
                arn: &self.arn,
                whose: "cluster.roleArn".into(),
                session: session_name(&*self.clock),
                external_id: None,
                seconds: None,
                code: None,
            };
            wanted.assume(&self.sdk, self.with.credentials().await?).await
        };
        fetching.boxed()
    }
}

/// The name of a session that nobody has named.
pub(super) fn session_name(clock: &dyn Clock) -> String {
    format!("lab2048-{}", clock.now().as_second())
}

/// The same credentials, if requests can have them in their headers: the SDK stops where they cannot.
pub(super) fn fit(credentials: Credentials, whose: impl FnOnce() -> Text) -> Result<Credentials, SessionError> {
    let is_unfit = |text: &str| !text.chars().all(|c| c.is_ascii_graphic());
    let parts = [
        ("access key id", Some(credentials.access_key_id())),
        ("secret access key", Some(credentials.secret_access_key())),
        ("session token", credentials.session_token()),
    ];
    let unfit = parts.iter().find(|(_, text)| text.is_some_and(is_unfit));
    if let Some((what, _)) = unfit {
        return Err(ConfigurationError::Unfit { what, whose: whose() }.into());
    }
    Ok(credentials)
}

/// Credentials as STS gives them. An answer without any gives keys that no service knows.
pub(super) fn of_sts(given: Option<StsCredentials>) -> Credentials {
    let Some(given) = given else {
        return Credentials::new("", "", None, None, "sts");
    };
    let until = SystemTime::try_from(given.expiration).ok();
    Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        Some(given.session_token),
        until,
        "sts",
    )
}
