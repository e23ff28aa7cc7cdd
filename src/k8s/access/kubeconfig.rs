//! The kubeconfig: which context, and its endpoint, certificates, credentials and proxy.

use std::env;
use std::path::PathBuf;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::error::ConnectError;

/// One context of the kubeconfig.
pub(super) struct Chosen {
    /// Endpoint, certificates, credentials.
    pub(super) config: kube::Config,
    /// The context's name.
    pub(super) context: String,
    /// The proxy that the kubeconfig itself names.
    pub(super) proxy: Option<http::Uri>,
}

/// Reads the kubeconfig and takes `context`, or else the current one.
pub(super) async fn choose(context: Option<&str>) -> Result<Chosen, ConnectError> {
    let kubeconfig = read()?;
    let context = context_of(&kubeconfig, context)?;
    let named = kubeconfig.contexts.iter().find(|named| named.name == context);
    let cluster = named
        .and_then(|named| named.context.as_ref())
        .map(|context| &context.cluster);
    let proxy = kubeconfig
        .clusters
        .iter()
        .find(|named| Some(&named.name) == cluster)
        .and_then(|named| named.cluster.as_ref()?.proxy_url.clone())
        .filter(|url| !url.is_empty());
    let proxy = match proxy {
        Some(url) => Some(
            url.parse()
                .map_err(|error| ConnectError::Kubeconfig(Box::new(KubeconfigError::ParseProxyUrl(error))))?,
        ),
        None => None,
    };
    let options = KubeConfigOptions {
        context: Some(context.clone()),
        ..KubeConfigOptions::default()
    };
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(of_kubeconfig)?;
    Ok(Chosen { config, context, proxy })
}

/// All files that `KUBECONFIG` names, or `~/.kube/config`. As with kubectl, one of several may be missing.
fn read() -> Result<Kubeconfig, ConnectError> {
    let named = env::var_os("KUBECONFIG").unwrap_or_default();
    let named: Vec<PathBuf> = env::split_paths(&named)
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    let mut there = named.iter().filter(|path| path.exists()).peekable();
    if there.peek().is_none() {
        return Kubeconfig::read().map_err(of_kubeconfig);
    }
    there
        .try_fold(Kubeconfig::default(), |merged, path| {
            merged.merge(Kubeconfig::read_from(path)?)
        })
        .map_err(of_kubeconfig)
}

/// The name of the context that is meant, which must be one of the file's.
fn context_of(kubeconfig: &Kubeconfig, wanted: Option<&str>) -> Result<String, ConnectError> {
    let names = || kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
    let current = kubeconfig.current_context.as_deref().filter(|name| !name.is_empty());
    let Some(name) = wanted.or(current) else {
        return Err(ConnectError::NoCurrentContext { names: names() });
    };
    if kubeconfig.contexts.iter().any(|context| context.name == name) {
        return Ok(name.to_owned());
    }
    Err(ConnectError::NoContext {
        name: name.to_owned(),
        names: names(),
    })
}

/// What is wrong with a kubeconfig, without a line of it: lines hold secrets.
fn of_kubeconfig(error: KubeconfigError) -> ConnectError {
    match error {
        KubeconfigError::ReadConfig(source, path) if source.kind() == std::io::ErrorKind::NotFound => {
            ConnectError::NoKubeconfig { path, source }
        }
        KubeconfigError::Parse(error) => ConnectError::KubeconfigSyntax(error.without_snippet().to_string()),
        other => ConnectError::Kubeconfig(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubeconfig(text: &str) -> Result<Kubeconfig, ConnectError> {
        Kubeconfig::from_yaml(text).map_err(of_kubeconfig)
    }

    #[test]
    fn a_context_is_one_of_the_files() {
        let two = "{contexts: [{name: blue, context: {cluster: b}}, {name: green, context: {cluster: g}}]}";
        let two = kubeconfig(two).unwrap();
        assert_eq!(context_of(&two, Some("green")).unwrap(), "green");
        let message = |wanted| context_of(&two, wanted).unwrap_err().to_string();
        insta::assert_snapshot!(format!("{}\n{}", message(Some("red")), message(None)), @r"
        the kubeconfig has no context `red`; it has: blue, green
        the kubeconfig has no current context: choose one with `--set cluster.context=NAME` (it has: blue, green)
        ");
    }

    #[test]
    fn a_broken_kubeconfig_is_reported_without_its_secrets() {
        let error = kubeconfig("users:\n- name: me\n  user: {token: s3cret\n contexts: [").unwrap_err();
        let message = format!("{error} {error:?}");
        assert!(!message.contains("s3cret"), "{message}");
        assert!(message.contains("line"), "{message}");
    }
}
