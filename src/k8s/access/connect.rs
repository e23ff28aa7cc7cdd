//! The ways to a cluster's API: the endpoint that EKS names, a kubeconfig, or a transport that is passed in.

use std::error::Error;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{Request, Response, Uri};
use hyper_util::client::proxy::matcher::Intercept;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::config::{Cluster, Context, Kubeconfig, KubeconfigError, NamedCluster, NamedContext};

use super::credentials::Origin;
use super::error::ConnectError;
use super::files::Files;
use super::identity;
use super::kubeconfig::Chosen;
use super::{plugin, token_file};
use crate::k8s::api::{Client, Connection, CredentialsError, OBJECT, describe};
use crate::model::{ApiMismatch, Cluster as EksCluster};
use crate::net::{Proxies, Route, SharedConnection, TransportFailure, bounded};
use crate::ports::{BoxBody, Transport};

impl Client {
    /// A client of the API at `endpoint`, whose certificate `authority` (PEM) has signed; `connection` has the tokens.
    /// `HTTPS_PROXY` and `NO_PROXY` are honoured.
    pub fn for_endpoint(endpoint: &str, authority: &str, connection: Connection) -> Result<Self, ConnectError> {
        if authority.is_empty() {
            // The machine's own certificates would be trusted instead.
            return Err(ConnectError::Authority {
                endpoint: endpoint.to_owned(),
            });
        }
        server_of(endpoint)?;
        let kubeconfig = Kubeconfig {
            clusters: vec![NamedCluster {
                name: "cluster".to_owned(),
                cluster: Some(Cluster {
                    server: Some(endpoint.to_owned()),
                    certificate_authority_data: Some(BASE64_STANDARD.encode(authority)),
                    ..Cluster::default()
                }),
                ..NamedCluster::default()
            }],
            contexts: vec![NamedContext {
                name: "context".to_owned(),
                context: Some(Context {
                    cluster: "cluster".to_owned(),
                    ..Context::default()
                }),
                ..NamedContext::default()
            }],
            current_context: Some("context".to_owned()),
            ..Kubeconfig::default()
        };
        let config = kube::Config::try_from(kubeconfig).map_err(|error| match error {
            KubeconfigError::ParseCertificates(_) => ConnectError::Authority {
                endpoint: endpoint.to_owned(),
            },
            other => ConnectError::Client {
                endpoint: endpoint.to_owned(),
                why: other.to_string(),
            },
        })?;
        let proxy = Proxies::of_environment().to(&config.cluster_url);
        Self::of_config(&config, proxy, connection, None)
    }

    /// A client whose requests go over `transport` instead of the network; they are addressed to `endpoint`.
    pub fn over(transport: Arc<dyn Transport>, endpoint: &str, connection: Connection) -> Result<Self, ConnectError> {
        let uri = server_of(endpoint)?;
        let http = signed(&kube::Config::new(uri), transport).map_err(|error| ConnectError::Client {
            endpoint: endpoint.to_owned(),
            why: error.to_string(),
        })?;
        Ok(Self::new(http, connection, None))
    }

    fn of_config(
        config: &kube::Config,
        proxy: Option<Intercept>,
        connection: Connection,
        origin: Option<&Origin>,
    ) -> Result<Self, ConnectError> {
        // Two crypto providers are linked in; ring is the one whose name everybody else here uses. An error means that
        // the choice was made before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unusable = |error: &(dyn Error + 'static)| ConnectError::Client {
            endpoint: config.cluster_url.to_string(),
            why: TransportFailure::of(error).text,
        };
        let of_kube = |error| match error {
            kube::Error::Auth(source) => no_credentials(origin, describe(&source)),
            other => unusable(&other),
        };
        let route = Route {
            trust: config.rustls_client_config().map_err(of_kube)?,
            server_name: config.tls_server_name.clone(),
            proxy,
        };
        let shared = SharedConnection::new(&config.cluster_url, route).map_err(|error| unusable(&error))?;
        let http = signed(config, Arc::new(shared)).map_err(of_kube)?;
        Ok(Self::new(http, connection, origin.map(Origin::remedy)))
    }
}

/// The server at `endpoint`. kube takes anything for one, and stops at the first request to what is none.
fn server_of(endpoint: &str) -> Result<Uri, ConnectError> {
    let uri: Option<Uri> = endpoint.parse().ok();
    let is_server = |uri: &Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    };
    uri.filter(is_server)
        .ok_or_else(|| ConnectError::Endpoint(endpoint.to_owned()))
}

fn no_credentials(origin: Option<&Origin>, source: CredentialsError) -> ConnectError {
    let (file, context) = origin
        .map(|origin| (origin.file.clone(), origin.context.clone()))
        .unwrap_or_default();
    ConnectError::Credentials {
        file,
        context,
        source: Box::new(source),
    }
}

/// A context of the kubeconfig (`$KUBECONFIG` or `~/.kube/config`), before anything is sent to its server.
pub struct KubeconfigContext {
    chosen: Chosen,
    files: Files,
}

impl KubeconfigContext {
    /// Takes the context of that name, or else the current one.
    pub fn choose(name: Option<&str>) -> Result<Self, ConnectError> {
        let files = Files::read()?;
        let chosen = Chosen::of(&files, name)?;
        Ok(Self { chosen, files })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.chosen.context
    }

    /// URL of its server.
    pub fn server(&self) -> &str {
        self.chosen.server.as_str().trim_end_matches('/')
    }

    /// How it differs from what EKS says of the cluster.
    pub fn mismatch(&self, cluster: &EksCluster) -> Option<ApiMismatch> {
        identity::mismatch(&self.chosen, cluster)
    }

    /// The context that does lead to the cluster, if the kubeconfig has one.
    pub fn instead(&self, cluster: &EksCluster) -> Option<String> {
        let leads = |name: &String| {
            let chosen = Chosen::of(&self.files, Some(name));
            chosen.is_ok_and(|chosen| identity::mismatch(&chosen, cluster).is_none())
        };
        self.files.contexts().into_iter().find(leads)
    }

    /// The client, as the context describes it: certificates, tokens, exec plugins, proxy.
    pub async fn connect(&self, mut connection: Connection) -> Result<Client, ConnectError> {
        let mut config = self.chosen.config().await?;
        let origin = Origin {
            file: self.chosen.file.clone(),
            context: self.chosen.context.clone(),
        };
        token_file::take(&mut config.auth_info, &mut connection);
        let taken = plugin::take(&mut config.auth_info, &origin, &mut connection).await;
        taken.map_err(|error| no_credentials(Some(&origin), error))?;
        let proxies = self
            .chosen
            .proxy
            .as_ref()
            .map_or_else(Proxies::of_environment, Proxies::only);
        let proxy = proxies.to(&config.cluster_url);
        Client::of_config(&config, proxy, connection, Some(&origin))
    }
}

/// Requests over `transport`, addressed to the API and with the kubeconfig's own credentials and headers.
fn signed(config: &kube::Config, transport: Arc<dyn Transport>) -> Result<kube::Client, kube::Error> {
    let service = tower::service_fn(move |request: Request<Body>| send_over(Arc::clone(&transport), request));
    let signed = ClientBuilder::new(service, config.default_namespace.clone())
        .with_layer(&config.extra_headers_layer()?)
        .with_layer(&tower::util::option_layer(config.auth_layer()?));
    Ok(signed.with_layer(&config.base_uri_layer()).build())
}

async fn send_over(
    transport: Arc<dyn Transport>,
    request: Request<Body>,
) -> Result<Response<BoxBody>, tower::BoxError> {
    let (parts, body) = request.into_parts();
    let body = body.collect_bytes().await?;
    let limit = parts.extensions.get().copied().unwrap_or(OBJECT);
    let answer = transport.call(Request::from_parts(parts, body)).await?;
    // What refuses a watch is an answer like any other.
    let limit = if answer.status().is_success() { limit } else { OBJECT };
    Ok(answer.map(|body| bounded(body, limit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::fake::{namespace, sockets};
    use crate::net::server::{HTTP2, Server};
    use crate::ports::ErrorClass;

    /// The server is no API: what it answers is an error of its own, once it is trusted.
    #[tokio::test]
    async fn an_endpoint_is_trusted_by_the_authority_that_is_named_for_it() {
        let server = Server::start("127.0.0.1", &[HTTP2], 0).await;
        let stranger = Server::start("127.0.0.1", &[HTTP2], 0).await;
        for (authority, class) in [
            (server.authority(), ErrorClass::Unreachable),
            (stranger.authority(), ErrorClass::Untrusted),
        ] {
            let client = Client::for_endpoint(&server.url, &authority, sockets()).unwrap();
            let error = client.get(&namespace()).await.unwrap_err();
            assert_eq!(error.class, class, "{error}");
        }
        for endpoint in [
            "api.test",
            "api.test:443",
            "",
            "https://",
            "https:///x",
            "ftp://x",
            "//x",
            "https://a b",
            "::::",
        ] {
            let error = Client::for_endpoint(endpoint, &server.authority(), sockets()).err();
            assert!(
                matches!(error, Some(ConnectError::Endpoint(_))),
                "{endpoint}: {error:?}"
            );
        }
        let error = Client::for_endpoint(&server.url, "", sockets()).err().unwrap();
        assert!(error.to_string().contains("no certificate"), "{error}");
    }
}
