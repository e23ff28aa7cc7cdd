//! kube-apiserver: the files that it reads, and its start.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{ADMIN, Options};
use crate::process::Server;
use crate::workshop::parts;

/// What the API server reads from files.
pub(super) fn write_secrets(folder: &Path, options: &Options) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    fs::write(folder.join("sa.key"), key.serialize_pem()).unwrap();
    fs::write(folder.join("sa.pub"), key.public_key_pem()).unwrap();
    let users = options.users.iter().map(|user| {
        let (token, name, groups) = (user.token(), user.name, user.groups.join(","));
        format!("{token},{name},{name},\"{groups}\"")
    });
    let tokens: Vec<String> = std::iter::once(format!("{ADMIN},admin,admin,system:masters"))
        .chain(users)
        .collect();
    fs::write(folder.join("tokens.csv"), tokens.join("\n")).unwrap();
    let audit = json!({
        "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
        "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}],
    });
    fs::write(folder.join("audit.yaml"), audit.to_string()).unwrap();
    if let Some(url) = &options.authenticator {
        let webhook = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "webhook",
            "clusters": [{"name": "authenticator", "cluster": {"server": url}}],
            "users": [{"name": "apiserver", "user": {}}],
            "contexts": [{"name": "webhook", "context": {"cluster": "authenticator", "user": "apiserver"}}],
        });
        fs::write(folder.join("authenticator.yaml"), webhook.to_string()).unwrap();
    }
    if let Some(authority) = &options.client_ca {
        fs::write(folder.join("client-ca.pem"), authority).unwrap();
    }
}

/// Starts the API server and waits until it is ready.
pub(super) async fn start(folder: &Path, port: u16, store: &str, options: &Options) -> Server {
    let mut command = apiserver(folder, port, store, options);
    let mut server = Server::start("kube-apiserver", &mut command, folder.join("apiserver.log"));
    // Its certificate may be any.
    let mut config = kube::Config::new(format!("https://127.0.0.1:{port}").parse().unwrap());
    config.accept_invalid_certs = true;
    let http = administrator(config);
    server.wait(|| is_ready(&http)).await;
    server
}

fn apiserver(folder: &Path, port: u16, store: &str, options: &Options) -> Command {
    let at = |name: &str| folder.join(name);
    let mut command = Command::new(parts::control_plane("kube-apiserver"));
    command
        .args(["--etcd-servers", store, "--bind-address", "127.0.0.1"])
        .args(["--secure-port", &port.to_string(), "--authorization-mode", "RBAC"])
        .arg("--tls-cert-file")
        .arg(at("tls.crt"))
        .arg("--tls-private-key-file")
        .arg(at("tls.key"))
        .arg("--token-auth-file")
        .arg(at("tokens.csv"))
        .arg("--service-account-key-file")
        .arg(at("sa.pub"))
        .arg("--service-account-signing-key-file")
        .arg(at("sa.key"))
        .args(["--service-account-issuer", "https://kubernetes.default.svc"])
        .args(["--service-cluster-ip-range", "172.20.0.0/16", "--allow-privileged"])
        .args(["--disable-admission-plugins", "ServiceAccount"])
        .arg("--audit-policy-file")
        .arg(at("audit.yaml"))
        .arg("--audit-log-path")
        .arg(at("audit.log"));
    if options.authenticator.is_some() {
        command
            .arg("--authentication-token-webhook-config-file")
            .arg(at("authenticator.yaml"))
            .args(["--authentication-token-webhook-version", "v1"])
            // Expired tokens are to be found out at once.
            .args(["--authentication-token-webhook-cache-ttl", "0s"]);
    }
    if options.client_ca.is_some() {
        command.arg("--client-ca-file").arg(at("client-ca.pem"));
    }
    command
}

/// A client of the administrator.
fn administrator(mut config: kube::Config) -> kube::Client {
    config.auth_info.token = Some(ADMIN.to_owned().into());
    kube::Client::try_from(config).unwrap()
}

async fn is_ready(http: &kube::Client) -> bool {
    let request = http::Request::get("/readyz").body(kube::client::Body::empty()).unwrap();
    matches!(http.send(request).await, Ok(answer) if answer.status().is_success())
}
