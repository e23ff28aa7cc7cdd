//! What a client of the served sandbox needs: export lines, a kubeconfig, tokens.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Served;

/// What every token of EKS starts with.
const PREFIX: &str = "k8s-aws-v1.";

impl Served {
    /// A kubeconfig whose user gets tokens from `program sandbox token`.
    pub fn kubeconfig(&self, program: &Path) -> String {
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.cluster_arn, "cluster": {
                "server": self.kubernetes_url,
                "certificate-authority-data": STANDARD.encode(&self.ca_pem),
            }}],
            "users": [{"name": self.cluster_arn, "user": {"exec": {
                "apiVersion": "client.authentication.k8s.io/v1",
                "command": program,
                "args": ["sandbox", "token"],
                "interactiveMode": "Never",
            }}}],
            "contexts": [{"name": self.cluster_arn, "context": {
                "cluster": self.cluster_arn,
                "user": self.cluster_arn,
            }}],
            "current-context": self.cluster_arn,
        });
        // JSON is YAML, and needs no care with quoting.
        format!("{config:#}\n")
    }

    /// The variables that point the AWS CLI and kubectl at the sandbox. The keys open nothing anywhere else.
    pub fn variables(&self, kubeconfig: &Path) -> [(&'static str, String); 6] {
        [
            ("AWS_ENDPOINT_URL", self.aws_url.clone()),
            ("AWS_REGION", self.region.clone()),
            // Version 1 of the AWS CLI reads only this one.
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("AWS_ACCESS_KEY_ID", "sandbox".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("KUBECONFIG", kubeconfig.display().to_string()),
        ]
    }

    /// The same as lines for a shell.
    pub fn exports(&self, kubeconfig: &Path) -> String {
        let variables = self.variables(kubeconfig);
        variables
            .map(|(name, value)| format!("export {name}={}\n", quoted(&value)))
            .concat()
    }
}

/// A value as a POSIX shell takes it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// A token for the sandbox's Kubernetes API, of the shape that `aws eks get-token` makes; its signature is a dummy.
///
/// The verifier binds a token to a cluster by the signed header `x-k8s-aws-id`, which is not in the token: without a
/// secret there is nothing to bind, so the cluster only colours the signature.
pub fn token(region: &str, cluster: &str, now: Timestamp) -> String {
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let date = now.strftime("%Y%m%d");
    let signature = hex::encode(Sha256::digest(format!("{region}/{cluster}/{time}")));
    let url = format!(
        "https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
         &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=sandbox%2F{date}%2F{region}%2Fsts%2Faws4_request\
         &X-Amz-Date={time}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature={signature}"
    );
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(url))
}

/// The `Authorization` header that the cluster takes, for one that holds a token made by `aws eks get-token` under
/// `AWS_ENDPOINT_URL`: such a token presigns the URL of the sandbox, while the cluster knows STS by its own name only.
pub(super) fn for_sts(authorization: &str, served: &Served) -> Option<String> {
    let encoded = authorization.strip_prefix("Bearer ")?.strip_prefix(PREFIX)?;
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
    let call = url.strip_prefix(&served.aws_url)?;
    let url = format!("https://sts.{}.amazonaws.com{call}", served.region);
    Some(format!("Bearer {PREFIX}{}", URL_SAFE_NO_PAD.encode(url)))
}

/// What a credential plugin prints. Without a time of expiry the client keeps the token until it is refused, and then
/// asks again: the sandbox's clock and the client's go at different speeds.
pub fn exec_credential(token: &str) -> String {
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token},
    });
    format!("{credential}\n")
}
