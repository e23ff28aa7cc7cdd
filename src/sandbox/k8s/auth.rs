//! Who may call: everybody with a well-formed EKS token that is young enough.
//!
//! A token is `k8s-aws-v1.` and the base64 of a presigned `GetCallerIdentity` URL. The cluster's name is in a signed
//! header that does not travel in the token, and the signature cannot be verified without the caller's secret; so only
//! what the real authenticator checks before it asks STS is checked here.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

const PREFIX: &str = "k8s-aws-v1.";
const LONGEST: usize = 4 * 1024;
const LIFE: SignedDuration = SignedDuration::from_mins(15);
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Whether the request has a token that is valid by one of the clocks (clients may go by the wall's or by the world's).
pub(crate) fn is_allowed(headers: &HeaderMap, clocks: &[Timestamp]) -> bool {
    bearer(headers).and_then(signed_at).is_some_and(|signed| {
        let age = |now: &Timestamp| now.duration_since(signed);
        clocks.iter().any(|now| age(now) <= LIFE && age(now) >= -SKEW)
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// When the token was signed; `None` if it is not one.
fn signed_at(token: &str) -> Option<Timestamp> {
    let encoded = token.strip_prefix(PREFIX).filter(|_| token.len() <= LONGEST)?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
    let url = Url::parse(&text).ok()?;
    if url.scheme() != "https" || url.path() != "/" || !is_sts(url.host_str()?) {
        return None;
    }
    let parameters = parameters(&url)?;
    let is = |name: &str, value: &str| parameters.get(name).is_some_and(|given| given == value);
    if !is("action", "GetCallerIdentity") || !is("version", "2011-06-15") {
        return None;
    }
    let signed = parameters.get("x-amz-signedheaders")?;
    let expires: u32 = parameters.get("x-amz-expires")?.parse().ok()?;
    let complete = ["x-amz-algorithm", "x-amz-credential", "x-amz-signature"]
        .iter()
        .all(|name| parameters.get(*name).is_some_and(|value| !value.is_empty()));
    if !complete || expires > 900 || !signed.split(';').any(|header| header == "x-k8s-aws-id") {
        return None;
    }
    let date = DateTime::strptime("%Y%m%dT%H%M%SZ", parameters.get("x-amz-date")?).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn is_sts(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        ["sts", "amazonaws", "com"] => true,
        ["sts" | "sts-fips", region, "amazonaws", "com"] | ["sts", region, "amazonaws", "com", "cn"] => {
            !region.is_empty()
        }
        _ => false,
    }
}

/// The parameters by lower-case name; `None` if one is there twice or does not belong into a token.
fn parameters(url: &Url) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for (name, value) in url.query_pairs() {
        let name = name.to_ascii_lowercase();
        let known = matches!(name.as_str(), "action" | "version") || name.starts_with("x-amz-");
        if !known || found.insert(name, value.into_owned()).is_some() {
            return None;
        }
    }
    Some(found)
}
