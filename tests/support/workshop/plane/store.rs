//! etcd, by the JSON that its gateway speaks.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::process::{Server, free_port};
use crate::workshop::parts;

/// A key that is none of the API server's, in base64.
const ELSEWHERE: &str = "ZWxzZXdoZXJl";

/// What the API server keeps everything in.
pub(super) struct Store {
    _server: Server,
    url: String,
}

impl Store {
    pub(super) fn start(data: &Path, log: PathBuf) -> Self {
        let url = format!("http://127.0.0.1:{}", free_port());
        let peers = format!("http://127.0.0.1:{}", free_port());
        let server = Server::start(
            "etcd",
            Command::new(parts::control_plane("etcd"))
                .arg("--data-dir")
                .arg(data)
                .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
                .args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers])
                .arg("--initial-cluster")
                .arg(format!("default={peers}"))
                .args(["--unsafe-no-fsync", "--log-level", "error"]),
            log,
        );
        Self { _server: server, url }
    }

    /// Its URL.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Moves on by a revision that is about nothing of the API server's, and forgets everything before it.
    pub(super) async fn compact(&self) {
        let put = self.ask("kv/put", &json!({"key": ELSEWHERE, "value": ELSEWHERE})).await;
        let revision = &put["header"]["revision"];
        self.ask("kv/compaction", &json!({"revision": revision, "physical": true}))
            .await;
    }

    async fn ask(&self, path: &str, body: &Value) -> Value {
        let http = kube::Client::try_from(kube::Config::new(self.url.parse().unwrap())).unwrap();
        let request = http::Request::post(format!("/v3/{path}"));
        let request = request.body(body.to_string().into_bytes()).unwrap();
        http.request(request).await.unwrap()
    }
}
