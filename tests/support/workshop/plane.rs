//! A real control plane on loopback: etcd, kube-apiserver and kube-controller-manager. There is no kubelet and no
//! scheduler: what they would do is done by [`crate::workshop::fargate`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Run;
use crate::process::{Server, free_port};
use crate::workshop::parts;

/// The context of its kubeconfig.
pub const CONTEXT: &str = "plane";

/// The administrator's token.
const ADMIN: &str = "admin-token";

/// What a control plane is started with beyond the ordinary.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// URL of a webhook that tokens are reviewed by, as EKS has `aws-iam-authenticator` do it.
    pub authenticator: Option<String>,
    /// The authority (PEM) whose client certificates are accepted.
    pub client_ca: Option<String>,
}

/// A control plane of one test.
pub struct Plane {
    // Servers end in the order of fields: the writers first.
    _controllers: Server,
    _apiserver: Server,
    _etcd: Server,
    folder: TempDir,
    port: u16,
}

impl Plane {
    /// Starts one and waits until it answers.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Starts one with these options.
    pub async fn start_with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (port, store) = (free_port(), format!("http://127.0.0.1:{}", free_port()));
        let etcd = start_etcd(&store, &at("etcd"), at("etcd.log"));
        write_secrets(folder.path(), &options);
        let mut apiserver = start_apiserver(folder.path(), port, &store, &options);
        let http = insecure(port);
        apiserver.wait(|| is_ready(&http)).await;
        write_kubeconfig(folder.path(), port);
        let controllers = Server::start(
            "kube-controller-manager",
            Command::new(parts::control_plane("kube-controller-manager"))
                .arg("--kubeconfig")
                .arg(at("kubeconfig"))
                .arg("--service-account-private-key-file")
                .arg(at("sa.key"))
                .args(["--leader-elect=false", "--secure-port=0"])
                // No nodes live here, and namespaces and pods are to go at once.
                .arg("--controllers=*,-node-lifecycle-controller,-node-ipam-controller,-node-route-controller,-service-lb-controller")
                .args(["--concurrent-namespace-syncs=20", "--kube-api-qps=200", "--kube-api-burst=400"]),
            at("controllers.log"),
        );
        let plane = Self {
            _controllers: controllers,
            _apiserver: apiserver,
            _etcd: etcd,
            folder,
            port,
        };
        plane.wait_for_default_account().await;
        plane
    }

    /// A kubeconfig of the administrator.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// The API's URL.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The certificates (PEM) that the API's own is signed by.
    pub fn authority(&self) -> String {
        fs::read_to_string(self.folder.path().join("pki/apiserver.crt")).unwrap()
    }

    /// A client with the administrator's rights.
    pub async fn client(&self) -> kube::Client {
        let kubeconfig = Kubeconfig::read_from(self.kubeconfig()).unwrap();
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .unwrap();
        kube::Client::try_from(config).unwrap()
    }

    /// Runs the real kubectl as the administrator; `line` is split at blanks.
    pub async fn kubectl(&self, line: &str) -> Run {
        let mut command = Command::new(parts::control_plane("kubectl"));
        command
            .args(line.split_whitespace())
            .env("KUBECONFIG", self.kubeconfig())
            .env("HOME", self.folder.path());
        Run::beside(command).await
    }

    /// What the API server was asked by clients whose name begins with `user_agent`, in order of arrival.
    pub fn audit(&self, user_agent: &str) -> Vec<Value> {
        let log = fs::read_to_string(self.folder.path().join("audit.log")).unwrap_or_default();
        let mut events: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        events.retain(|event| {
            let agent = event["userAgent"].as_str().unwrap_or_default();
            event["stage"] == "ResponseComplete" && agent.starts_with(user_agent)
        });
        events.sort_by_key(|event| event["requestReceivedTimestamp"].as_str().map(str::to_owned));
        events
    }

    /// Pods can be made only once the namespace has its service account; the admission plugin is off, others look.
    async fn wait_for_default_account(&self) {
        for _ in 0..200 {
            if self.kubectl("get serviceaccount default").await.code == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("kube-controller-manager makes no service account");
    }
}

fn start_etcd(url: &str, data: &Path, log: PathBuf) -> Server {
    let peers = format!("http://127.0.0.1:{}", free_port());
    Server::start(
        "etcd",
        Command::new(parts::control_plane("etcd"))
            .arg("--data-dir")
            .arg(data)
            .args(["--listen-client-urls", url, "--advertise-client-urls", url])
            .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
            .arg("--initial-cluster")
            .arg(format!("default={peers}"))
            .args(["--unsafe-no-fsync", "--log-level", "error"]),
        log,
    )
}

/// What the API server reads from files.
fn write_secrets(folder: &Path, options: &Options) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    fs::write(folder.join("sa.key"), key.serialize_pem()).unwrap();
    fs::write(folder.join("sa.pub"), key.public_key_pem()).unwrap();
    fs::write(
        folder.join("tokens.csv"),
        format!("{ADMIN},admin,admin,system:masters\n"),
    )
    .unwrap();
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

fn start_apiserver(folder: &Path, port: u16, store: &str, options: &Options) -> Server {
    let at = |name: &str| folder.join(name);
    let mut command = Command::new(parts::control_plane("kube-apiserver"));
    command
        .args(["--etcd-servers", store, "--bind-address", "127.0.0.1"])
        .args(["--secure-port", &port.to_string(), "--authorization-mode", "RBAC"])
        .arg("--cert-dir")
        .arg(at("pki"))
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
    Server::start("kube-apiserver", &mut command, at("apiserver.log"))
}

fn write_kubeconfig(folder: &Path, port: u16) {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": CONTEXT,
        "clusters": [{"name": "plane", "cluster": {
            "server": format!("https://127.0.0.1:{port}"),
            "certificate-authority": folder.join("pki/apiserver.crt"),
        }}],
        "users": [{"name": "admin", "user": {"token": ADMIN}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": "plane", "user": "admin"}}],
    });
    fs::write(folder.join("kubeconfig"), config.to_string()).unwrap();
}

/// A client that looks at no certificate, for a server whose own is not known yet.
fn insecure(port: u16) -> kube::Client {
    let mut config = kube::Config::new(format!("https://127.0.0.1:{port}").parse().unwrap());
    config.accept_invalid_certs = true;
    config.auth_info.token = Some(ADMIN.to_owned().into());
    kube::Client::try_from(config).unwrap()
}

async fn is_ready(http: &kube::Client) -> bool {
    let request = http::Request::get("/readyz").body(kube::client::Body::empty()).unwrap();
    matches!(http.send(request).await, Ok(answer) if answer.status().is_success())
}
