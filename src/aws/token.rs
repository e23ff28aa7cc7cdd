//! Tokens for the cluster's API: a presigned request to STS that the cluster sends in our name.
//!
//! The form is that of `aws eks get-token`; the cluster verifies it as aws-iam-authenticator does (`pkg/token/token.go`).

use std::fmt;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures::FutureExt;
use futures::future::{BoxFuture, select};
use jiff::Timestamp;
use url::Url;

use super::clients::Clients;
use crate::lang::{Text, text};
use crate::ports::{BearerTokens, CallError, ErrorClass, FreshToken, KeptToken, error_chain};

const PREFIX: &str = "k8s-aws-v1.";
/// Names the cluster; signed, so that a token for one cluster is of no use at another.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// Written into the URL by habit of all clients and ignored by the cluster, which goes by the date.
const EXPIRES: Duration = Duration::from_secs(60);
/// The cluster takes a token for 15 minutes; it is renewed after this time.
const RENEW_AFTER: Duration = Duration::from_mins(10);
/// How long AWS is waited for where only the date of its answer is wanted.
const PATIENCE: Duration = Duration::from_secs(5);
const OPERATION: &str = "sign the cluster's token";

/// Gives tokens for one cluster, a new one every ten minutes.
pub struct ClusterTokens {
    clients: Clients,
    cluster: String,
    kept: KeptToken,
}

impl ClusterTokens {
    /// Tokens for the cluster of that name in the clients' region.
    pub fn new(clients: Clients, cluster: impl Into<String>) -> Self {
        Self {
            clients,
            cluster: cluster.into(),
            kept: KeptToken::default(),
        }
    }

    async fn sign(&self, now: Timestamp) -> Result<FreshToken, CallError> {
        let credentials = self
            .clients
            .credentials()
            .await
            .map_err(|error| error.of_call(OPERATION))?;
        let dated = self.clients.servers().at(now);
        Ok(FreshToken {
            token: presign(&self.cluster, self.clients.region(), credentials, dated)?,
            good_until: Some(now + RENEW_AFTER),
        })
    }
}

impl ClusterTokens {
    /// Hears AWS's date with an answer of it: this machine's may have been set since the last one, and what was refused may have been
    /// dated by it. Without an answer the next token goes by what is known.
    async fn hear_date(&self) {
        let patience = self.clients.clock().sleep(PATIENCE);
        let asking = pin!(self.clients.caller());
        // Of the answer only its date counts, which the wire notes.
        drop(select(asking, patience).await);
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
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>> {
        let clock = self.clients.clock().as_ref();
        self.kept.get(clock, |now| self.sign(now)).boxed()
    }

    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()> {
        async move {
            if self.kept.refused(token).await {
                self.hear_date().await;
            }
        }
        .boxed()
    }

    fn remedy(&self) -> Text {
        text!(
            "help-cluster-stranger",
            cluster = &self.cluster,
            region = self.clients.region()
        )
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
        .map_err(|error| invalid(error_chain(&error).join(": ")))?
        .into();
    let headers = [("host", host.as_str()), (CLUSTER_HEADER, cluster)];
    let request = SignableRequest::new("GET", &question, headers.into_iter(), SignableBody::empty())
        .map_err(|error| invalid(error_chain(&error).join(": ")))?;
    let (signed, _) = sign(request, &params)
        .map_err(|error| invalid(error_chain(&error).join(": ")))?
        .into_parts();
    let mut url = Url::parse(&question).map_err(|error| invalid(error.to_string()))?;
    let (_, query) = signed.into_parts();
    url.query_pairs_mut().extend_pairs(query);
    Ok(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(url.as_str())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest, Sha256};

    use super::*;
    use crate::aws::script::{REGION, Script, ScriptedResponse};
    use crate::ports::{Clock, TestClock};

    /// HMAC by its definition (RFC 2104), so that the signature is checked by other code than made it.
    fn hmac(key: &[u8], text: &str) -> Vec<u8> {
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let pad = |byte: u8| block.map(|b| b ^ byte);
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
        Sha256::new()
            .chain_update(pad(0x5c))
            .chain_update(inner)
            .finalize()
            .to_vec()
    }

    fn encoded(text: &str) -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    }

    fn url_of(token: &str) -> Url {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token.strip_prefix(PREFIX).unwrap())
            .unwrap();
        Url::parse(std::str::from_utf8(&bytes).unwrap()).unwrap()
    }

    /// The checks of aws-iam-authenticator's `pkg/token/token.go`, and the signature that STS would check.
    fn verify(token: &str, cluster: &str, region: &str, secret: &str) -> BTreeMap<String, String> {
        assert!(token.len() <= 4096 && !token.contains('='));
        let url = url_of(token);
        assert_eq!((url.scheme(), url.path()), ("https", "/"));
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let parameters: BTreeMap<String, String> = pairs.iter().cloned().collect();
        assert_eq!(parameters.len(), pairs.len(), "each parameter once");
        for name in parameters.keys() {
            assert!(
                name == "Action" || name == "Version" || name.starts_with("X-Amz-"),
                "{name}"
            );
        }
        assert_eq!(parameters["Action"], "GetCallerIdentity");
        assert_eq!(parameters["X-Amz-Expires"], "60");
        assert_eq!(parameters["X-Amz-SignedHeaders"], "host;x-k8s-aws-id");

        let date = &parameters["X-Amz-Date"];
        let scope = format!("{}/{region}/sts/aws4_request", &date[..8]);
        assert!(parameters["X-Amz-Credential"].ends_with(&format!("/{scope}")));
        let query: Vec<String> = parameters
            .iter()
            .filter(|(name, _)| *name != "X-Amz-Signature")
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let canonical = format!(
            "GET\n/\n{}\nhost:{}\nx-k8s-aws-id:{cluster}\n\nhost;x-k8s-aws-id\n{}",
            query.join("&"),
            url.host_str().unwrap(),
            hex::encode(Sha256::digest("")),
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(canonical))
        );
        let key = [&date[..8], region, "sts", "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part));
        assert_eq!(parameters["X-Amz-Signature"], hex::encode(hmac(&key, &text)));
        parameters
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_passes_the_checks_of_the_authenticator() {
        let now = "2026-11-24T01:02:03Z".parse().unwrap();
        let keys = || Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let token = presign("eksworkshop", REGION, keys(), now).unwrap();
        let parameters = verify(&token, "eksworkshop", REGION, "secret");
        assert_eq!(parameters["X-Amz-Date"], "20261124T010203Z");
        assert_eq!(url_of(&token).host_str(), Some("sts.ap-northeast-2.amazonaws.com"));

        let session = Credentials::new("ASIAEXAMPLE", "s3", Some("a/b+c==".to_owned()), None, "test");
        let token = presign("other_cluster-1", "cn-north-1", session, now).unwrap();
        let parameters = verify(&token, "other_cluster-1", "cn-north-1", "s3");
        assert_eq!(parameters["X-Amz-Security-Token"], "a/b+c==");
        assert_eq!(url_of(&token).host_str(), Some("sts.cn-north-1.amazonaws.com.cn"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_after_ten_minutes() {
        let clock = TestClock::start();
        let tokens = ClusterTokens::new(Script::new().clients(clock), "eksworkshop");
        let first = tokens.bearer().await.unwrap();
        clock.sleep(Duration::from_secs(599)).await;
        assert_eq!(tokens.bearer().await.unwrap(), first);
        clock.sleep(Duration::from_secs(1)).await;
        let second = tokens.bearer().await.unwrap();
        assert_ne!(second, first);
        verify(&second, "eksworkshop", REGION, "secret");
        assert!(!format!("{tokens:?}").contains("k8s-aws"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_replaced_at_once() {
        let clock = TestClock::start();
        let nobody = || ScriptedResponse::Http(403, Vec::new(), String::new());
        let script = Script::new().on("sts:GetCallerIdentity", [nobody(), nobody()]);
        let tokens = ClusterTokens::new(script.clients(clock), "eksworkshop");
        let first = tokens.bearer().await.unwrap();
        // The date in a token is to the second.
        clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(tokens.bearer().await.unwrap(), first);
        tokens.refused(&first).await;
        let second = tokens.bearer().await.unwrap();
        assert_ne!(second, first);
        tokens.refused(&first).await;
        clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(tokens.bearer().await.unwrap(), second, "a late refusal of the first");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_has_the_date_of_those_who_check_it() {
        let clock = TestClock::start();
        // This machine's date is fourteen minutes ahead.
        let date = vec![("date", "Mon, 23 Nov 2026 23:46:00 GMT".to_owned())];
        let answer = ScriptedResponse::Http(403, date, String::new());
        let clients = Script::new().on("sts:GetCallerIdentity", [answer]).clients(clock);
        let tokens = ClusterTokens::new(clients.clone(), "eksworkshop");
        let first = tokens.bearer().await.unwrap();
        tokens.refused(&first).await;
        let dated = |token: &str| verify(token, "eksworkshop", REGION, "secret")["X-Amz-Date"].clone();
        let second = tokens.bearer().await.unwrap();
        assert_eq!(
            [dated(&first), dated(&second)],
            ["20261124T000000Z", "20261123T234600Z"]
        );
    }

    #[test]
    fn hosts_by_partition() {
        for (region, host) in [
            ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
            ("us-isof-south-1", "sts.us-isof-south-1.csp.hci.ic.gov"),
            ("eu-isoe-west-1", "sts.eu-isoe-west-1.cloud.adc-e.uk"),
            ("ap-northeast-2", "sts.ap-northeast-2.amazonaws.com"),
            ("cn-northwest-1", "sts.cn-northwest-1.amazonaws.com.cn"),
            ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov"),
            ("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"),
        ] {
            assert_eq!(sts_host(region), host);
        }
    }
}
