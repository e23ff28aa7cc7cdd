//! A real control plane on loopback: etcd, kube-apiserver and kube-controller-manager. There is no kubelet and no
//! scheduler: what they would do is done by [`crate::workshop::fargate`]. It can have bad days: its API server dies and comes
//! back, with nothing in its caches and in etcd's history if need be, and shows another certificate.

mod apiserver;
mod certificates;
mod store;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::certificates::{Authority, Certificates};
use self::store::Store;
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
    /// Who is known beside the administrator.
    pub users: Vec<User>,
}

/// Somebody with a token, as an access entry of EKS makes them: with a name and groups, and no rights but by these.
#[derive(Debug, Clone)]
pub struct User {
    /// Their name, and what their token ends with.
    pub name: &'static str,
    /// Their groups.
    pub groups: Vec<String>,
}

impl User {
    fn token(&self) -> String {
        format!("token-of-{}", self.name)
    }
}

/// A control plane of one test.
pub struct Plane {
    // Servers end in the order of fields: the writers first.
    _controllers: Server,
    apiserver: Mutex<Option<Server>>,
    store: Store,
    authority: Authority,
    certificates: Certificates,
    options: Options,
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
        let authority = Authority::new("plane");
        let certificates = Certificates::new(folder.path());
        certificates.issue(&authority);
        let store = Store::start(&folder.path().join("etcd"), folder.path().join("etcd.log"));
        let port = free_port();
        apiserver::write_secrets(folder.path(), &options);
        fs::write(folder.path().join("authority.pem"), &authority.pem).unwrap();
        write_kubeconfig(folder.path(), "kubeconfig", port, ADMIN);
        let apiserver = apiserver::start(folder.path(), port, store.url(), &options).await;
        let plane = Self {
            _controllers: start_controllers(folder.path()),
            apiserver: Mutex::new(Some(apiserver)),
            store,
            authority,
            certificates,
            options,
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

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A kubeconfig of the administrator that leads to another port of 127.0.0.1.
    pub fn kubeconfig_to(&self, port: u16) -> PathBuf {
        let name = format!("kubeconfig-{port}");
        write_kubeconfig(self.folder.path(), &name, port, ADMIN);
        self.folder.path().join(name)
    }

    /// A kubeconfig of somebody who is known.
    pub fn kubeconfig_of(&self, user: &User) -> PathBuf {
        let name = format!("kubeconfig-of-{}", user.name);
        write_kubeconfig(self.folder.path(), &name, self.port, &user.token());
        self.folder.path().join(name)
    }

    /// The certificate (PEM) that the API's own is signed by.
    pub fn authority(&self) -> String {
        self.authority.pem.clone()
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

impl Plane {
    /// The API server dies in the middle of whatever it does.
    pub fn kill_apiserver(&self) {
        drop(self.apiserver.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// It comes back where it was, and knows what etcd has. Until it is ready, the test waits.
    pub async fn revive_apiserver(&self) {
        let revived = apiserver::start(self.folder.path(), self.port, self.store.url(), &self.options).await;
        *self.apiserver.lock().unwrap_or_else(PoisonError::into_inner) = Some(revived);
    }

    /// etcd forgets all of its history; what it has stays. What the API server has cached of that history stays, too.
    pub async fn forget_history(&self) {
        self.store.compact().await;
    }

    /// There is a new certificate for the API server by the same authority. Who resumes a session of TLS is not shown it until
    /// the API server has started anew.
    pub fn renew_certificate(&self) {
        self.certificates.issue(&self.authority);
    }

    /// The same by an authority that no client knows.
    pub fn take_foreign_certificate(&self) {
        self.certificates.issue(&Authority::new("foreign"));
    }
}

fn start_controllers(folder: &Path) -> Server {
    Server::start(
        "kube-controller-manager",
        Command::new(parts::control_plane("kube-controller-manager"))
            .arg("--kubeconfig")
            .arg(folder.join("kubeconfig"))
            .arg("--service-account-private-key-file")
            .arg(folder.join("sa.key"))
            .args(["--leader-elect=false", "--secure-port=0"])
            // No nodes live here, and namespaces and pods are to go at once.
            .arg("--controllers=*,-node-lifecycle-controller,-node-ipam-controller,-node-route-controller,-service-lb-controller")
            .args(["--concurrent-namespace-syncs=20", "--kube-api-qps=200", "--kube-api-burst=400"]),
        folder.join("controllers.log"),
    )
}

fn write_kubeconfig(folder: &Path, name: &str, port: u16, token: &str) {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": CONTEXT,
        "clusters": [{"name": "plane", "cluster": {
            "server": format!("https://127.0.0.1:{port}"),
            "certificate-authority": folder.join("authority.pem"),
        }}],
        "users": [{"name": "user", "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": "plane", "user": "user"}}],
    });
    fs::write(folder.join(name), config.to_string()).unwrap();
}
