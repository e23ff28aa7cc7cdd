//! The ways to a cluster's API: the endpoint that EKS names, a kubeconfig, or a transport that is handed in.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::future::BoxFuture;
use http::{Request, Response};
use hyper_util::client::proxy::matcher::Intercept;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::config::{Cluster, Context, Kubeconfig, KubeconfigError, NamedCluster, NamedContext};

use super::client::Client;
use super::kubeconfig::{self, Chosen, listed};
use super::transport::Connection;
use super::{network, plugin};
use crate::net::{TransportFailure, proxy_to};
use crate::ports::Transport;

/// The cluster cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no kubeconfig.
    #[error("there is no kubeconfig at {}: `aws eks update-kubeconfig --name CLUSTER` writes one, KUBECONFIG names another", path.display())]
    NoKubeconfig {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The kubeconfig is no YAML, or has a value of another sort than it must have.
    #[error("the kubeconfig cannot be read: {0}")]
    KubeconfigSyntax(String),
    /// The kubeconfig does not have the context that is asked for, or that it names itself.
    #[error("the kubeconfig has no context `{name}`; it has: {}", listed(names))]
    NoContext {
        /// The context.
        name: String,
        /// Those that it has.
        names: Vec<String>,
    },
    /// The kubeconfig has no current context, and none is asked for.
    #[error(
        "the kubeconfig has no current context: choose one with `--set cluster.context=NAME` (it has: {})",
        listed(names)
    )]
    NoCurrentContext {
        /// Those that it has.
        names: Vec<String>,
    },
    /// The kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[source] Box<KubeconfigError>),
    /// The kubeconfig's credentials cannot be had.
    #[error("context `{context}` gives no credentials: {why}")]
    Credentials {
        /// The context.
        context: String,
        /// Why.
        why: String,
    },
    /// EKS names an authority that is no certificate.
    #[error("EKS gives a certificate authority for {endpoint} that is no certificate")]
    Authority {
        /// The API's URL.
        endpoint: String,
    },
    /// Endpoint, certificates or proxy cannot be used.
    #[error("no client can be made for the cluster's API at {endpoint}: {why}")]
    Client {
        /// The API's URL.
        endpoint: String,
        /// Why.
        why: String,
    },
    /// The endpoint is not a URL.
    #[error("the cluster's endpoint `{0}` is not a URL")]
    Endpoint(String, #[source] http::uri::InvalidUri),
}

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
            other => ConnectError::Kubeconfig(Box::new(other)),
        })?;
        let proxy = proxy_to(&config.cluster_url, None);
        Self::of_config(&config, proxy.as_ref(), connection, None)
    }

    /// A client as the kubeconfig says (`$KUBECONFIG` or `~/.kube/config`): certificates, tokens, exec plugins, proxy.
    /// `context` names another context than the current one.
    pub async fn from_kubeconfig(context: Option<&str>, mut connection: Connection) -> Result<Self, ConnectError> {
        let Chosen {
            mut config,
            context,
            proxy,
        } = kubeconfig::choose(context).await?;
        kubeconfig::take_token_file(&mut config.auth_info, &mut connection);
        plugin::take(&mut config.auth_info, &context, &mut connection).await?;
        let proxy = proxy_to(&config.cluster_url, proxy.as_ref());
        Self::of_config(&config, proxy.as_ref(), connection, Some(context))
    }

    /// A client whose requests `transport` carries instead of the network; they are addressed to `endpoint`.
    pub fn over(transport: Arc<dyn Transport>, endpoint: &str, connection: Connection) -> Result<Self, ConnectError> {
        let uri = endpoint
            .parse()
            .map_err(|error| ConnectError::Endpoint(endpoint.to_owned(), error))?;
        let service = tower::service_fn(move |request: Request<Body>| carry(Arc::clone(&transport), request));
        let http = ClientBuilder::new(service, "default")
            .with_layer(&kube::Config::new(uri).base_uri_layer())
            .build();
        Ok(Self::new(http, connection, None))
    }

    fn of_config(
        config: &kube::Config,
        proxy: Option<&Intercept>,
        connection: Connection,
        context: Option<String>,
    ) -> Result<Self, ConnectError> {
        // Two crypto providers are linked in; ring is the one whose name everybody else here uses. An error means that
        // the choice was made before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = network::client(config, proxy).map_err(|error| match error {
            kube::Error::Auth(source) => ConnectError::Credentials {
                context: context.clone().unwrap_or_default(),
                why: plugin::told(&source),
            },
            other => ConnectError::Client {
                endpoint: config.cluster_url.to_string(),
                why: TransportFailure::of(&other).text,
            },
        })?;
        Ok(Self::new(http, connection, context))
    }
}

/// Hands a request to the transport.
fn carry(
    transport: Arc<dyn Transport>,
    request: Request<Body>,
) -> BoxFuture<'static, Result<Response<crate::ports::BoxBody>, tower::BoxError>> {
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await?;
        Ok(transport.call(Request::from_parts(parts, body)).await?)
    })
}
