//! The ways to a cluster's API: the endpoint that EKS names, a kubeconfig, or a transport that is handed in.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::future::BoxFuture;
use http::{Request, Response};
use hyper_util::client::proxy::matcher::Intercept;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::config::{Cluster, Context, Kubeconfig, KubeconfigError, NamedCluster, NamedContext};

use super::credentials::remedy;
use super::error::ConnectError;
use super::kubeconfig::{self, Chosen};
use super::{network, plugin, token_file};
use crate::k8s::api::{Client, Connection, describe};
use crate::net::{TransportFailure, proxy_to};
use crate::ports::Transport;

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
        token_file::take(&mut config.auth_info, &mut connection);
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
                why: describe(&source),
            },
            other => ConnectError::Client {
                endpoint: config.cluster_url.to_string(),
                why: TransportFailure::of(&other).text,
            },
        })?;
        Ok(Self::new(http, connection, context.as_deref().map(remedy)))
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
