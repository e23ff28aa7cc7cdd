//! One context of the kubeconfig: its endpoint, certificates, credentials and proxy, each looked at before it is used, so
//! that what is wrong is told with file, context and value.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kube::config::{AuthInfo, Cluster, KubeConfigOptions, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use super::error::{ConnectError, Fault};
use super::files::Files;

/// One context of the kubeconfig.
pub(super) struct Chosen {
    /// The context's name.
    pub(super) context: String,
    /// The file that has it.
    pub(super) file: PathBuf,
    /// Where requests go.
    pub(super) server: Url,
    /// Certificates that the server is trusted by; none if those of the machine are, or none at all.
    pub(super) authorities: Vec<CertificateDer<'static>>,
    /// The proxy that the kubeconfig itself names.
    pub(super) proxy: Option<http::Uri>,
    cluster: Cluster,
    /// Who asks.
    pub(super) user: AuthInfo,
}

impl Chosen {
    /// Takes `context`, or else the current one.
    pub(super) fn of(files: &Files, context: Option<&str>) -> Result<Self, ConnectError> {
        let (file, name) = context_of(files, context)?;
        let at = Place { file, context: &name };
        let (_, meant) = files.context(&name).unwrap_or((file, None));
        let meant = meant.ok_or_else(|| at.wrong(Fault::Empty("cluster")))?;
        let (of_cluster, cluster) = files
            .cluster(&meant.cluster)
            .ok_or_else(|| at.wrong(Fault::NoCluster(meant.cluster.clone(), files.clusters())))?;
        let user_name = meant.user.as_deref().filter(|name| !name.is_empty());
        let (of_user, user) = match user_name {
            None => (file, None),
            Some(name) => files
                .user(name)
                .ok_or_else(|| at.wrong(Fault::NoUser(name.to_owned(), files.users())))?,
        };
        let at_cluster = Place { file: of_cluster, ..at };
        let at_user = Place { file: of_user, ..at };
        let cluster = tidy_cluster(cluster.cloned().unwrap_or_default());
        let user = tidy_user(user.cloned().unwrap_or_default());
        at_user.credentials(&user)?;
        Ok(Self {
            server: at_cluster.server(&cluster)?,
            authorities: at_cluster.authorities(&cluster)?,
            proxy: at_cluster.proxy(&cluster)?,
            file: file.to_owned(),
            context: name,
            cluster,
            user,
        })
    }

    /// Whether the server's certificate is not looked at.
    pub(super) fn is_unverified(&self) -> bool {
        self.cluster.insecure_skip_tls_verify == Some(true)
    }

    /// The same as kube has it.
    pub(super) async fn config(&self) -> Result<kube::Config, ConnectError> {
        let only = "only".to_owned();
        let kubeconfig = Kubeconfig {
            clusters: vec![NamedCluster {
                name: only.clone(),
                cluster: Some(self.cluster.clone()),
                ..NamedCluster::default()
            }],
            auth_infos: vec![NamedAuthInfo {
                name: only.clone(),
                auth_info: Some(self.user.clone()),
                ..NamedAuthInfo::default()
            }],
            contexts: vec![NamedContext {
                name: only.clone(),
                context: Some(kube::config::Context {
                    cluster: only.clone(),
                    user: Some(only.clone()),
                    ..kube::config::Context::default()
                }),
                ..NamedContext::default()
            }],
            current_context: Some(only),
            ..Kubeconfig::default()
        };
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
        config.map_err(|error| ConnectError::Context {
            file: self.file.clone(),
            context: self.context.clone(),
            fault: Box::new(Fault::Other(error.to_string())),
        })
    }
}

/// The name of the context that is meant, which must be one of the files', and the file that has it.
fn context_of<'f>(files: &'f Files, wanted: Option<&str>) -> Result<(&'f Path, String), ConnectError> {
    let name = match (wanted, files.current_context()) {
        (Some(wanted), _) => wanted,
        (None, Some((_, current))) => current,
        (None, None) => {
            return Err(ConnectError::NoCurrentContext {
                files: files.shown(),
                names: files.contexts(),
            });
        }
    };
    match files.context(name) {
        Some((file, _)) => Ok((file, name.to_owned())),
        None => Err(ConnectError::NoContext {
            files: files.shown(),
            is_current: wanted.is_none(),
            name: name.to_owned(),
            names: files.contexts(),
        }),
    }
}

/// kubectl takes an empty value for none, and data with line breaks in it.
fn tidy_cluster(mut cluster: Cluster) -> Cluster {
    drop_empty([
        &mut cluster.server,
        &mut cluster.certificate_authority,
        &mut cluster.certificate_authority_data,
        &mut cluster.proxy_url,
        &mut cluster.tls_server_name,
    ]);
    cluster.certificate_authority_data = cluster.certificate_authority_data.as_deref().map(without_blanks);
    cluster
}

fn tidy_user(mut user: AuthInfo) -> AuthInfo {
    drop_empty([
        &mut user.username,
        &mut user.token_file,
        &mut user.client_certificate,
        &mut user.client_certificate_data,
        &mut user.client_key,
    ]);
    user.client_certificate_data = user.client_certificate_data.as_deref().map(without_blanks);
    user
}

fn drop_empty(values: [&mut Option<String>; 5]) {
    for value in values {
        *value = value.take().filter(|value| !value.trim().is_empty());
    }
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Where something is wrong.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a Path,
    context: &'a str,
}

impl Place<'_> {
    fn wrong(self, fault: Fault) -> ConnectError {
        ConnectError::Context {
            file: self.file.to_owned(),
            context: self.context.to_owned(),
            fault: Box::new(fault),
        }
    }

    fn server(self, cluster: &Cluster) -> Result<Url, ConnectError> {
        let Some(server) = &cluster.server else {
            return Err(self.wrong(Fault::Empty("server")));
        };
        let url = Url::parse(server.trim()).ok();
        let url = url.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        url.ok_or_else(|| self.wrong(Fault::NoUrl("server", server.clone())))
    }

    fn proxy(self, cluster: &Cluster) -> Result<Option<http::Uri>, ConnectError> {
        let Some(text) = &cluster.proxy_url else {
            return Ok(None);
        };
        let uri: Option<http::Uri> = text.parse().ok();
        let uri = uri.filter(|uri| uri.scheme().is_some() && uri.host().is_some());
        uri.map(Some)
            .ok_or_else(|| self.wrong(Fault::NoUrl("proxy-url", text.clone())))
    }

    fn authorities(self, cluster: &Cluster) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
        let (key, pem) = if let Some(data) = &cluster.certificate_authority_data {
            let key = "certificate-authority-data";
            (key, self.decoded(key, data)?)
        } else if let Some(path) = &cluster.certificate_authority {
            let key = "certificate-authority";
            (key, self.read(key, path)?)
        } else {
            return Ok(Vec::new());
        };
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certificates = certificates.ok().filter(|certificates| !certificates.is_empty());
        certificates.ok_or_else(|| self.wrong(Fault::NoCertificate(key)))
    }

    /// Certificate and key of the user, as far as they are in files or encoded.
    fn credentials(self, user: &AuthInfo) -> Result<(), ConnectError> {
        if let Some(data) = &user.client_certificate_data {
            let key = "client-certificate-data";
            let pem = self.decoded(key, data)?;
            if CertificateDer::pem_slice_iter(&pem).next().is_none() {
                return Err(self.wrong(Fault::NoCertificate(key)));
            }
        } else if let Some(path) = &user.client_certificate {
            self.read("client-certificate", path)?;
        }
        if let Some(path) = &user.client_key
            && user.client_key_data.is_none()
        {
            self.read("client-key", path)?;
        }
        if let Some(path) = &user.token_file
            && user.token.is_none()
        {
            self.read("tokenFile", path)?;
        }
        Ok(())
    }

    fn decoded(self, key: &'static str, data: &str) -> Result<Vec<u8>, ConnectError> {
        let decoded = BASE64_STANDARD.decode(data);
        decoded.map_err(|error| self.wrong(Fault::NoBase64(key, error.to_string())))
    }

    fn read(self, key: &'static str, path: &str) -> Result<Vec<u8>, ConnectError> {
        std::fs::read(path).map_err(|error| self.wrong(Fault::NoFile(key, path.to_owned(), error.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The certificate of an authority, encoded.
    fn authority() -> String {
        let own = rcgen::generate_simple_self_signed(vec!["authority".to_owned()]).unwrap();
        BASE64_STANDARD.encode(own.cert.pem())
    }

    /// What comes of a kubeconfig whose context is `x`; `DIR` is its folder.
    fn chosen(text: &str, context: Option<&str>) -> Result<Chosen, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, text).unwrap();
        let chosen = Files::of(&[path]).and_then(|files| Chosen::of(&files, context));
        chosen.map_err(|error| {
            assert!(error.is_configuration(), "{error:?}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
            error.to_string().replace(&folder.path().display().to_string(), "DIR")
        })
    }

    fn with(cluster: &str, user: &str) -> Result<Chosen, String> {
        let text = format!(
            "{{current-context: x, contexts: [{{name: x, context: {{cluster: c, user: u}}}}], \
             clusters: [{{name: c, cluster: {cluster}}}], users: [{{name: u, user: {user}}}]}}"
        );
        chosen(&text, None)
    }

    #[test]
    fn a_context_is_one_of_the_files() {
        let two = "{current-context: gray, contexts: [{name: blue, context: {cluster: b}}, {name: green, context: {cluster: g}}], \
                   clusters: [{name: g, cluster: {server: 'https://g'}}]}";
        assert_eq!(chosen(two, Some("green")).unwrap().context, "green");
        let none = "{contexts: [{name: blue, context: {cluster: b}}]}";
        let empty = "current-context: ''";
        let messages = [
            chosen(two, Some("red")),
            chosen(two, None),
            chosen(two, Some("blue")),
            chosen(none, None),
            chosen(empty, None),
            chosen("", None),
        ];
        insta::assert_snapshot!(messages.map(|message| message.err().unwrap()).join("\n"));
    }

    #[test]
    fn what_is_at_fault_is_named() {
        let good = "{server: 'https://h'}";
        let messages = [
            chosen(
                "{current-context: x, contexts: [{name: x, context: {cluster: c, user: v}}], clusters: [{name: c}], users: [{name: u}]}",
                None,
            ),
            chosen("{current-context: x, contexts: [{name: x}]}", None),
            with("{}", "{}"),
            with("{server: ''}", "{}"),
            with("{server: '10.0.0.1:6443'}", "{}"),
            with("{server: 'https://h', proxy-url: 'proxy:8080 x'}", "{}"),
            with("{server: 'https://h', certificate-authority: ca.crt}", "{}"),
            with("{server: 'https://h', certificate-authority-data: '%%'}", "{}"),
            with("{server: 'https://h', certificate-authority-data: czNjcmV0}", "{}"),
            with(
                good,
                "{client-certificate: /nonexistent/crt, client-key: /nonexistent/key}",
            ),
            with(good, "{client-certificate-data: s3cret-}"),
            with(good, "{client-certificate-data: czNjcmV0}"),
            with(good, "{tokenFile: token}"),
        ];
        insta::assert_snapshot!(messages.map(|message| message.err().unwrap()).join("\n"));
    }

    #[test]
    fn what_kubectl_takes_is_taken() {
        let authority = authority();
        let (one, two) = authority.split_at(60);
        let broken = format!(
            "{{server: ' https://H:443/ ', certificate-authority-data: \"{one}\\n  {two}\\n\", proxy-url: ''}}"
        );
        let chosen = with(&broken, "{tokenFile: '', token: s3cret}").unwrap();
        assert_eq!(chosen.server.as_str(), "https://h/");
        assert_eq!(chosen.authorities.len(), 1);
        assert!(chosen.proxy.is_none());
        // Nobody, by an empty name.
        let nobody = "{current-context: x, contexts: [{name: x, context: {cluster: c, user: ''}}], \
                      clusters: [{name: c, cluster: {server: 'https://h', insecure-skip-tls-verify: true}}]}";
        assert!(super::tests::chosen(nobody, None).unwrap().is_unverified());
    }
}
