//! Stands for `aws-iam-authenticator`, which EKS has its API servers ask: a webhook that takes a token apart as
//! `pkg/token/token.go` does, checks the signature as STS would, and maps the key to a user.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::web::{Web, answer};
use lab2048_testing::workshop::moto::{CLUSTER, REGION};

/// How long EKS takes a token.
const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Longer tokens are not even looked at.
const LONGEST: usize = 4096;
/// The parameters that a token's URL may have.
const PARAMETERS: &[&str] = &[
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// Whose key it is.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// Access key id.
    pub(crate) key: &'static str,
    /// The secret that belongs to it.
    pub(crate) secret: &'static str,
    /// Who that is in the cluster; `None` if nobody.
    pub(crate) user: Option<(&'static str, &'static [&'static str])>,
}

/// What has been reviewed.
#[derive(Debug, Default)]
pub(crate) struct Reviewed {
    /// Different tokens that were accepted.
    pub(crate) accepted: BTreeSet<String>,
    /// Why others were not.
    pub(crate) refused: Vec<String>,
}

/// The rules of one authenticator.
struct Rules {
    identities: Vec<Identity>,
    life: SignedDuration,
}

/// A webhook that runs until it is dropped.
pub(crate) struct Authenticator {
    web: Web,
    reviewed: Arc<Mutex<Reviewed>>,
}

impl Authenticator {
    /// One that knows these.
    pub(crate) async fn start(identities: &[Identity]) -> Self {
        Self::start_with_life(identities, LIFE).await
    }

    /// One that takes tokens for no longer than `life`.
    pub(crate) async fn start_with_life(identities: &[Identity], life: SignedDuration) -> Self {
        let reviewed = Arc::new(Mutex::new(Reviewed::default()));
        let rules = Arc::new(Rules {
            identities: identities.to_vec(),
            life,
        });
        let kept = reviewed.clone();
        let web = Web::serve(move |request| {
            let answer = review(&rules, &kept, &request);
            async move { answer }
        })
        .await;
        Self { web, reviewed }
    }

    /// Where it is asked.
    pub(crate) fn url(&self) -> String {
        format!("{}/authenticate", self.web.url)
    }

    /// Whether it has refused a token since the last look.
    pub(crate) fn has_refused(&self) -> bool {
        !self.reviewed.lock().unwrap().refused.is_empty()
    }

    /// What it has reviewed since the last look.
    pub(crate) fn reviewed(&self) -> Reviewed {
        std::mem::take(&mut self.reviewed.lock().unwrap())
    }
}

fn review(rules: &Rules, reviewed: &Mutex<Reviewed>, request: &Request<Bytes>) -> Response<Bytes> {
    let asked: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        (&asked["apiVersion"], &asked["kind"]),
        (&json!("authentication.k8s.io/v1"), &json!("TokenReview"))
    );
    let token = asked["spec"]["token"].as_str().unwrap();
    let verified = rules.verify(token);
    let mut reviewed = reviewed.lock().unwrap();
    let status = match verified {
        Ok((user, groups)) => {
            reviewed.accepted.insert(token.to_owned());
            json!({"authenticated": true, "user": {"username": user, "groups": groups}})
        }
        Err(why) => {
            reviewed.refused.push(why);
            json!({"authenticated": false})
        }
    };
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status});
    answer(200, "application/json", body.to_string())
}

impl Rules {
    fn verify(&self, token: &str) -> Result<(&'static str, &'static [&'static str]), String> {
        let question = Question::of(token)?;
        question.is_well_formed()?;
        let now = Timestamp::now();
        let made = question.date()?;
        // The authenticator allows for clocks that go a little ahead.
        if now.duration_since(made) >= self.life || made.duration_since(now) > SignedDuration::from_mins(5) {
            return Err(format!("expired: {made} at {now}"));
        }
        let credential = question.get("X-Amz-Credential")?.to_owned();
        let key = credential.split('/').next().unwrap_or_default();
        let identity = self.identities.iter().find(|identity| identity.key == key);
        let identity = identity.ok_or_else(|| format!("STS: InvalidClientTokenId {key}"))?;
        let wanted = question.signature(identity.secret)?;
        if question.get("X-Amz-Signature")? != wanted {
            return Err("STS: SignatureDoesNotMatch".to_owned());
        }
        identity.user.ok_or_else(|| format!("{key} is not mapped"))
    }
}

/// The presigned question to STS that a token is.
struct Question {
    url: Url,
    parameters: BTreeMap<String, String>,
}

impl Question {
    fn of(token: &str) -> Result<Self, String> {
        if token.len() > LONGEST {
            return Err("too long".to_owned());
        }
        let encoded = token.strip_prefix("k8s-aws-v1.").ok_or("another prefix")?;
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(encoded)
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
        let url = Url::parse(&text).map_err(|error| error.to_string())?;
        let mut parameters = BTreeMap::new();
        for (name, value) in url.query_pairs().into_owned() {
            if !PARAMETERS.contains(&name.as_str()) {
                return Err(format!("parameter {name} is not allowed"));
            }
            if parameters.insert(name.clone(), value).is_some() {
                return Err(format!("parameter {name} twice"));
            }
        }
        Ok(Self { url, parameters })
    }

    fn get(&self, name: &str) -> Result<&str, String> {
        let found = self.parameters.get(name).map(String::as_str);
        found.ok_or_else(|| format!("parameter {name} is missing"))
    }

    fn is_well_formed(&self) -> Result<(), String> {
        let host = format!("sts.{REGION}.amazonaws.com");
        let expires: u32 = self
            .get("X-Amz-Expires")?
            .parse()
            .map_err(|_| "X-Amz-Expires is no number")?;
        let checks = [
            ("https", self.url.scheme() == "https"),
            ("host", self.url.host_str() == Some(&host) && self.url.port().is_none()),
            ("path", self.url.path() == "/"),
            (
                "no user",
                self.url.username().is_empty() && self.url.password().is_none(),
            ),
            ("no fragment", self.url.fragment().is_none()),
            ("action", self.get("Action")? == "GetCallerIdentity"),
            ("version", self.get("Version")? == "2011-06-15"),
            ("algorithm", self.get("X-Amz-Algorithm")? == "AWS4-HMAC-SHA256"),
            ("expires", expires <= 900),
            (
                "signed headers",
                self.get("X-Amz-SignedHeaders")?.split(';').any(|h| h == "x-k8s-aws-id"),
            ),
        ];
        match checks.into_iter().find(|(_, holds)| !holds) {
            Some((what, _)) => Err(format!("wrong {what}: {}", self.url)),
            None => Ok(()),
        }
    }

    fn date(&self) -> Result<Timestamp, String> {
        let text = self.get("X-Amz-Date")?;
        let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).map_err(|error| error.to_string())?;
        let time = time
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_err(|error| error.to_string())?;
        Ok(time.timestamp())
    }

    /// The signature that STS computes of the request that the API server's authenticator makes: this URL, and its own
    /// cluster's name in the header.
    fn signature(&self, secret: &str) -> Result<String, String> {
        let signed = self.get("X-Amz-SignedHeaders")?;
        let host = self.url.host_str().unwrap_or_default();
        let mut headers = String::new();
        for name in signed.split(';') {
            let value = match name {
                "host" => host,
                "x-k8s-aws-id" => CLUSTER,
                other => return Err(format!("signed header {other}")),
            };
            headers.extend([name, ":", value, "\n"]);
        }
        let query: Vec<String> = self
            .parameters
            .iter()
            .filter(|(name, _)| *name != "X-Amz-Signature")
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let canonical = format!(
            "GET\n/\n{}\n{headers}\n{signed}\n{}",
            query.join("&"),
            hex::encode(Sha256::digest(""))
        );
        let date = self.get("X-Amz-Date")?;
        let day = date.get(..8).ok_or("a short date")?;
        let scope = format!("{day}/{REGION}/sts/aws4_request");
        if self.get("X-Amz-Credential")?.split_once('/').map(|(_, scope)| scope) != Some(&scope) {
            return Err("another scope".to_owned());
        }
        let text = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(canonical))
        );
        let key = [day, REGION, "sts", "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part));
        Ok(hex::encode(hmac(&key, &text)))
    }
}

/// HMAC by its definition (RFC 2104), for keys of at most a block.
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

/// RFC 4231, test case 2, so that the checker is checked.
#[test]
fn hmac_is_hmac() {
    assert_eq!(
        hex::encode(hmac(b"Jefe", "what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}
