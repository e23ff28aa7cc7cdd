//! Credential plugins of a kubeconfig (`exec`): programs that print a token or a client certificate, such as
//! `aws eks get-token`. (Kubernetes documentation, "client-go credential plugins")
//!
//! kube 5.0 runs the plugin two or three times for one connection, on the thread that everything else waits for, and not
//! again when its token is refused. Here it is run once, beside everything else, and again when the token has expired or is
//! refused.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use serde_json::json;

use super::credentials::{Origin, has_better};
use crate::k8s::api::{Connection, CredentialsError};
use crate::lang::Text;
use crate::ports::{BearerTokens, CallError, Clock, ErrorClass, FreshToken, KeptToken, error_chain};
use crate::programs::{self, Ended, Place, ProgramError};

/// A token is replaced so long before it expires, as a request may be under way that long.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// The versions of the plugins' interface that kubectl knows, too.
const VERSIONS: [&str; 2] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];

/// What a plugin prints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: Option<String>,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    expiration_timestamp: Option<Timestamp>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Takes the plugin out of `user`, if that is what it goes by, and runs it: a certificate goes into `user` in its place,
/// a token into `connection`, to be renewed there when it has to be.
pub(super) async fn take(
    user: &mut AuthInfo,
    origin: &Origin,
    connection: &mut Connection,
) -> Result<(), CredentialsError> {
    if has_better(user, connection) {
        return Ok(());
    }
    let Some(exec) = user.exec.take() else { return Ok(()) };
    let status = run(&exec).await?;
    if let (Some(certificate), Some(key)) = (&status.client_certificate_data, &status.client_key_data) {
        user.client_certificate_data = Some(BASE64_STANDARD.encode(certificate));
        user.client_key_data = Some(BASE64_STANDARD.encode(key).into());
    }
    if let Some(token) = status.token {
        connection.tokens = Some(Arc::new(PluginTokens {
            exec,
            origin: origin.clone(),
            clock: connection.clock.clone(),
            kept: KeptToken::of(fresh(token, status.expiration_timestamp)),
        }));
    }
    Ok(())
}

fn fresh(token: String, expires: Option<Timestamp>) -> FreshToken {
    FreshToken {
        token,
        good_until: expires.map(|expires| expires.saturating_sub(AHEAD).unwrap_or(expires)),
    }
}

async fn run(exec: &ExecConfig) -> Result<Status, CredentialsError> {
    let name = exec.command.as_deref().filter(|name| !name.is_empty());
    let name = name.ok_or(CredentialsError::NoCommand)?;
    let version = exec.api_version.as_deref().unwrap_or_default();
    if !VERSIONS.contains(&version) {
        return Err(CredentialsError::UnknownVersion {
            command: name.to_owned(),
            version: version.to_owned(),
        });
    }
    let (command, place) = command(name, exec);
    let ended = programs::run(command, place).await.map_err(|error| match error {
        ProgramError::Start(error) => of_start(name, exec, &error),
        other => CredentialsError::Ended {
            command: name.to_owned(),
            why: error_chain(&other).join(": "),
        },
    })?;
    credentials(name, version, &ended)
}

fn of_start(name: &str, exec: &ExecConfig, error: &io::Error) -> CredentialsError {
    let command = name.to_owned();
    // A script whose interpreter is not there has the same error.
    if error.kind() == io::ErrorKind::NotFound && !is_there(name) {
        let install_hint = exec.install_hint.clone().filter(|hint| !hint.trim().is_empty());
        return CredentialsError::Missing { command, install_hint };
    }
    CredentialsError::Start {
        command,
        why: error.to_string(),
    }
}

/// Whether a program is there: a path as it is, a name in the folders of `PATH`.
fn is_there(name: &str) -> bool {
    if name.contains('/') {
        return Path::new(name).exists();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).exists())
}

fn command(name: &str, exec: &ExecConfig) -> (Command, Place) {
    let mut command = Command::new(name);
    command.args(exec.args.iter().flatten());
    let variables = exec.env.iter().flatten();
    command.envs(variables.filter_map(|pair| Some((pair.get("name")?, pair.get("value")?))));
    let is_silent = exec.interactive_mode == Some(ExecInteractiveMode::Never);
    let interactive = !is_silent && io::stdin().is_terminal();
    command.stdin(if interactive { Stdio::inherit() } else { Stdio::null() });
    // Who is asked something must see the question; everybody else is told by the error.
    command.stderr(if interactive { Stdio::inherit() } else { Stdio::piped() });
    let mut spec = json!({"interactive": interactive});
    if exec.provide_cluster_info {
        spec["cluster"] = json!(exec.cluster);
    }
    let info = json!({"apiVersion": exec.api_version, "kind": "ExecCredential", "spec": spec});
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    let place = if interactive { Place::Terminal } else { Place::Alone };
    (command, place)
}

/// What the plugin has given.
fn credentials(name: &str, version: &str, output: &Ended) -> Result<Status, CredentialsError> {
    if !output.status.success() {
        return Err(CredentialsError::of_failed(name, output.status, &output.stderr));
    }
    let command = || name.to_owned();
    // Some print YAML, of which JSON is a part.
    let credential: ExecCredential =
        serde_saphyr::from_slice(&output.stdout).map_err(|_| CredentialsError::NoCredential { command: command() })?;
    if let Some(answered) = credential.api_version.filter(|answered| answered != version) {
        return Err(CredentialsError::OtherVersion {
            command: command(),
            asked: version.to_owned(),
            answered,
        });
    }
    let status = credential.status;
    let has_certificate = status.client_certificate_data.is_some() && status.client_key_data.is_some();
    if status.token.is_none() && !has_certificate {
        return Err(CredentialsError::Nothing { command: command() });
    }
    Ok(status)
}

/// Tokens of a plugin.
struct PluginTokens {
    exec: ExecConfig,
    origin: Origin,
    clock: Arc<dyn Clock>,
    kept: KeptToken,
}

impl PluginTokens {
    async fn make(&self) -> Result<FreshToken, CallError> {
        let status = run(&self.exec).await;
        let made = status.and_then(|status| {
            let command = || self.exec.command.clone().unwrap_or_default();
            let token = status
                .token
                .ok_or_else(|| CredentialsError::Nothing { command: command() })?;
            Ok(fresh(token, status.expiration_timestamp))
        });
        made.map_err(|error| {
            let text = self.origin.without_credentials(&error);
            let class = if error.is_final() {
                ErrorClass::Other
            } else {
                ErrorClass::Unauthenticated
            };
            CallError::saying(class, "sign in to the cluster", text)
        })
    }
}

impl BearerTokens for PluginTokens {
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>> {
        self.kept.get(self.clock.as_ref(), |_| self.make()).boxed()
    }

    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()> {
        self.kept.refused(token).map(|_| ()).boxed()
    }

    fn remedy(&self) -> Text {
        self.origin.remedy()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;
    use crate::k8s::fake::sockets;

    fn origin() -> Origin {
        Origin {
            file: "/kubeconfig".into(),
            context: "blue".to_owned(),
        }
    }

    /// A plugin of its own folder that keeps count of its runs.
    struct Plugin {
        folder: tempfile::TempDir,
    }

    impl Plugin {
        /// Runs `lines` of shell, which know `$WORD` and `$count`.
        fn of(lines: &str) -> Self {
            let plugin = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            let runs = plugin.path("runs").display().to_string();
            let text =
                format!("#!/bin/sh\necho \"$KUBERNETES_EXEC_INFO\" >> {runs}\ncount=$(grep -c . {runs})\n{lines}\n");
            // Another process writes it: a test beside this one may start a program at any moment, which has for that moment what
            // this process has open, and what is open to be written cannot be run.
            let mut writer = Command::new("sh");
            let writer = writer.args(["-c", r#"printf %s "$1" > "$0" && chmod 755 "$0""#]);
            let written = writer.arg(plugin.path("plugin")).arg(text).status();
            assert!(written.unwrap().success());
            plugin
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn user(&self) -> AuthInfo {
            serde_json::from_value(json!({"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": self.path("plugin"),
                "interactiveMode": "Never", "env": [{"name": "WORD", "value": "blue"}],
            }}))
            .unwrap()
        }

        fn runs(&self) -> Vec<String> {
            let text = fs::read_to_string(self.path("runs")).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        }

        /// What the user is left with, and the tokens.
        async fn taken(&self) -> Result<(AuthInfo, Option<Arc<dyn BearerTokens>>), String> {
            let (mut user, mut connection) = (self.user(), sockets());
            let took = take(&mut user, &origin(), &mut connection).await;
            took.map_err(|error| error.to_string())?;
            assert!(user.exec.is_none(), "kube has nothing to run");
            Ok((user, connection.tokens))
        }
    }

    #[tokio::test]
    async fn a_plugin_is_run_once_and_again_when_its_token_is_refused() {
        let plugin = Plugin::of(r#"echo "status: {token: $WORD-$count}""#);
        let tokens = plugin.taken().await.unwrap().1.unwrap();
        for _ in 0..2 {
            assert_eq!(tokens.bearer().await.unwrap(), "blue-1");
        }
        assert_eq!(
            plugin.runs(),
            [
                r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}"#
            ]
        );
        tokens.refused("blue-0").await;
        assert_eq!(
            tokens.bearer().await.unwrap(),
            "blue-1",
            "another's refusal does not concern it"
        );
        tokens.refused("blue-1").await;
        assert_eq!(tokens.bearer().await.unwrap(), "blue-2");
        fs::remove_file(plugin.path("plugin")).unwrap();
        tokens.refused("blue-2").await;
        let error = tokens.bearer().await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unauthenticated);
        assert!(error.message.contains("plugin` is not there"), "{error}");
    }

    #[tokio::test]
    async fn a_token_is_renewed_before_it_expires() {
        for (left, runs) in [(AHEAD / 2, 3), (AHEAD * 2, 1)] {
            let expires = Timestamp::now() + left;
            let plugin = Plugin::of(&format!(
                r#"echo "status: {{token: t, expirationTimestamp: \"{expires}\"}}""#
            ));
            let tokens = plugin.taken().await.unwrap().1.unwrap();
            for _ in 0..2 {
                assert_eq!(tokens.bearer().await.unwrap(), "t");
            }
            assert_eq!(plugin.runs().len(), runs, "{left:?}");
        }
    }

    #[tokio::test]
    async fn a_certificate_goes_where_one_of_the_kubeconfig_is() {
        let plugin = Plugin::of(r#"echo "status: {clientCertificateData: pem, clientKeyData: key}""#);
        let (user, tokens) = plugin.taken().await.unwrap();
        assert!(tokens.is_none());
        assert_eq!(user.client_certificate_data, Some(BASE64_STANDARD.encode("pem")));
        assert!(user.client_key_data.is_some());
    }

    #[tokio::test]
    async fn what_a_plugin_printed_is_not_reported() {
        let mut messages = Vec::new();
        for lines in [
            "echo s3cret; echo the session has ended >&2; exit 3",
            "echo s3cret; exit 1",
            "echo 'status: {token: s3cret'",
            "echo 's3cret: {}'",
            "echo 'status: {clientKeyData: s3cret}'",
        ] {
            let plugin = Plugin::of(lines);
            let told = plugin.taken().await.err().unwrap();
            messages.push(told.replace(&plugin.folder.path().display().to_string(), "DIR"));
        }
        insta::assert_snapshot!(messages.join("\n"), @r"
        its credential plugin `DIR/plugin` failed (exit status: 3): the session has ended
        its credential plugin `DIR/plugin` failed (exit status: 1): its standard error may have the reason
        its credential plugin `DIR/plugin` printed something that is no ExecCredential
        its credential plugin `DIR/plugin` printed something that is no ExecCredential
        its credential plugin `DIR/plugin` gave neither a token nor a client certificate with its key
        ");
    }

    #[tokio::test]
    async fn a_plugin_that_cannot_work_is_told_by_its_name() {
        let mut messages = Vec::new();
        for (key, value) in [
            ("command", json!("lab2048-no-such-plugin")),
            ("command", json!("/nonexistent/plugin")),
            ("command", json!("")),
            ("command", json!("/etc/passwd")),
            ("apiVersion", json!("client.authentication.k8s.io/v1alpha1")),
            ("apiVersion", json!("client.authentication.k8s.io/v1beta1")),
        ] {
            let plugin = Plugin::of("echo '{apiVersion: client.authentication.k8s.io/v1, status: {token: t}}'");
            let mut exec = serde_json::to_value(plugin.user().exec).unwrap();
            exec[key] = value;
            exec["installHint"] = json!("get it\u{1b}[2J from the shop");
            let mut user: AuthInfo = serde_json::from_value(json!({"exec": exec})).unwrap();
            let error = take(&mut user, &origin(), &mut sockets()).await.err().unwrap();
            let help = error.help().map_or_else(String::new, |help| format!(" | {help}"));
            let told = format!("{}: {error}{help}", error.is_configuration());
            messages.push(told.replace(&plugin.folder.path().display().to_string(), "DIR"));
        }
        insta::assert_snapshot!(messages.join("\n"), @r"
        true: its credential plugin `lab2048-no-such-plugin` is not there (looked for on PATH) | the kubeconfig says: get it\u{1b}[2J from the shop
        true: its credential plugin `/nonexistent/plugin` is not there | the kubeconfig says: get it\u{1b}[2J from the shop
        true: its credential plugin has no command
        false: its credential plugin `/etc/passwd` cannot be run: Permission denied (os error 13)
        true: its credential plugin `DIR/plugin` has apiVersion `client.authentication.k8s.io/v1alpha1`; known are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1
        false: its credential plugin `DIR/plugin` answers with apiVersion `client.authentication.k8s.io/v1`, and the kubeconfig has `client.authentication.k8s.io/v1beta1`: make them one
        ");
    }

    #[tokio::test]
    async fn what_kubectl_prefers_to_a_plugin_is_preferred() {
        let plugin = Plugin::of("echo 'status: {token: of-the-plugin}'");
        let mut user = plugin.user();
        user.token = Some("own".to_owned().into());
        let mut connection = sockets();
        take(&mut user, &origin(), &mut connection).await.unwrap();
        assert!(connection.tokens.is_none() && plugin.runs().is_empty());
    }
}
