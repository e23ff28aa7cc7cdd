//! Tokens for the cluster's API: a presigned question to STS that the cluster asks in our name.
//!
//! The form is that of `aws eks get-token`; the cluster verifies it as aws-iam-authenticator does (`pkg/token/token.go`).

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Mutex;
use url::Url;

use super::clients::Clients;
use super::session::said;
use crate::ports::{BearerTokens, CallError, ErrorClass};

const PREFIX: &str = "k8s-aws-v1.";
/// Names the cluster; signed, so that a token for one cluster is of no use at another.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// Written into the URL by habit of all clients and ignored by the cluster, which goes by the date.
const EXPIRES: Duration = Duration::from_secs(60);
/// The cluster takes a token for 15 minutes; it is renewed after this time.
const RENEW_AFTER: Duration = Duration::from_mins(10);
const OPERATION: &str = "sign the cluster's token";

/// Gives tokens for one cluster, a new one every ten minutes.
pub struct ClusterTokens {
    clients: Clients,
    cluster: String,
    kept: Mutex<Option<(Timestamp, String)>>,
}

impl ClusterTokens {
    /// Tokens for the cluster of that name in the clients' region.
    pub fn new(clients: Clients, cluster: impl Into<String>) -> Self {
        Self {
            clients,
            cluster: cluster.into(),
            kept: Mutex::new(None),
        }
    }

    async fn token(&self) -> Result<String, CallError> {
        let mut kept = self.kept.lock().await;
        let now = self.clients.clock().now();
        if let Some((made, token)) = kept.as_ref()
            && self.clients.clock().elapsed(*made) < RENEW_AFTER
        {
            return Ok(token.clone());
        }
        let credentials = self
            .clients
            .credentials()
            .await
            .map_err(|error| CallError::new(ErrorClass::Unauthenticated, OPERATION, said(&error)))?;
        let token = presign(&self.cluster, self.clients.region(), credentials, now)?;
        *kept = Some((now, token.clone()));
        Ok(token)
    }
}

impl fmt::Debug for ClusterTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterTokens")
            .field("cluster", &self.cluster)
            .finish_non_exhaustive()
    }
}

impl BearerTokens for ClusterTokens {
    fn bearer<'a>(&'a self) -> BoxFuture<'a, Result<String, CallError>> {
        self.token().boxed()
    }
}

/// The regional STS host. The cluster only asks hosts that it knows for its partition.
fn sts_host(region: &str) -> String {
    let suffix = match region.split('-').next().unwrap_or_default() {
        "cn" => "amazonaws.com.cn",
        "eusc" => "amazonaws.eu",
        _ if region.starts_with("us-isob-") => "sc2s.sgov.gov",
        _ if region.starts_with("us-isof-") || region.starts_with("eu-isof-") => "csp.hci.ic.gov",
        _ if region.starts_with("us-iso-") => "c2s.ic.gov",
        _ if region.starts_with("eu-isoe-") => "cloud.adc-e.uk",
        _ => "amazonaws.com",
    };
    format!("sts.{region}.{suffix}")
}

fn presign(cluster: &str, region: &str, credentials: Credentials, now: Timestamp) -> Result<String, CallError> {
    let invalid = |text: String| CallError::new(ErrorClass::Invalid, OPERATION, text);
    let host = sts_host(region);
    let question = format!("https://{host}/?Action=GetCallerIdentity&Version=2011-06-15");
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES);
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(SystemTime::from(now))
        .settings(settings)
        .build()
        .map_err(|error| invalid(said(&error)))?
        .into();
    let headers = [("host", host.as_str()), (CLUSTER_HEADER, cluster)];
    let request = SignableRequest::new("GET", &question, headers.into_iter(), SignableBody::empty())
        .map_err(|error| invalid(said(&error)))?;
    let (signed, _) = sign(request, &params)
        .map_err(|error| invalid(said(&error)))?
        .into_parts();
    let mut url = Url::parse(&question).map_err(|error| invalid(error.to_string()))?;
    let (_, query) = signed.into_parts();
    url.query_pairs_mut().extend_pairs(query);
    Ok(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(url.as_str())))
}
