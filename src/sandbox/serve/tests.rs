//! Over real sockets on loopback.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::*;
use crate::SystemWallClock;

fn sandbox() -> Sandbox {
    Sandbox::in_memory(2048, 60.0, Arc::new(SystemWallClock))
}

fn address(served: &Served) -> String {
    served.aws_url.trim_start_matches("http://").to_owned()
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> String {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    drop(sender);
    connection.await.unwrap().unwrap();
    format!("{} {}", status.as_u16(), String::from_utf8_lossy(&body))
}

async fn plain(served: &Served, path: &str, host: &str) -> String {
    let stream = TcpStream::connect(address(served)).await.unwrap();
    let request = Request::get(path).header("host", host).body(Full::default()).unwrap();
    exchange(stream, request).await
}

async fn tls(served: &Served, name: &str) -> Result<tokio_rustls::client::TlsStream<TcpStream>, std::io::Error> {
    let mut roots = RootCertStore::empty();
    let authority = rustls::pki_types::CertificateDer::from_pem_slice(served.ca_pem.as_bytes()).unwrap();
    roots.add(authority).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address(served)).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

#[tokio::test]
async fn one_port_for_aws_balancers_and_kubernetes() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let served = server.served().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async { stopped.await.unwrap() }));

    let unsigned = plain(&served, "/clusters", &address(&served)).await;
    assert!(unsigned.starts_with("403 "), "{unsigned}");
    assert!(unsigned.contains("MissingAuthenticationToken"), "{unsigned}");
    let missing = plain(&served, "/elb/no/", "127.0.0.1").await;
    assert_eq!(missing, "404 there is no load balancer `no` in the sandbox\n");
    assert!(plain(&served, "/elb/no", "127.0.0.1").await.starts_with("308 "));
    assert!(plain(&served, "/", "127.0.0.1").await.contains("lab2048 sandbox"));

    for name in ["127.0.0.1", "localhost"] {
        let stream = tls(&served, name).await.unwrap();
        let request = Request::get("/version")
            .header("host", name)
            .body(Full::default())
            .unwrap();
        exchange(stream, request).await;
    }
    assert!(tls(&served, "elsewhere.example").await.is_err());

    stop.send(()).unwrap();
    running.await.unwrap();
    assert!(TcpStream::connect(address(&served)).await.is_err(), "no longer listens");
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let first = Server::start(sandbox(), 0).await.unwrap();
    let port = first.listener.local_addr().unwrap().port();
    let error = Server::start(sandbox(), port).await.err().unwrap();
    assert_eq!(error.to_string(), format!("cannot listen on 127.0.0.1:{port}"));
}

#[tokio::test]
async fn describe_cluster_answers_what_is_served() {
    let server = Server::start(sandbox(), 0).await.unwrap();
    let served = server.served().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async { stopped.await.unwrap() }));
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let request = Request::get("/clusters/eksworkshop")
        .header("host", address(&served))
        .header("x-amz-date", &now)
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential=A/{}/ap-northeast-2/eks/aws4_request, Signature=0",
                &now[..8]
            ),
        )
        .body(Full::default())
        .unwrap();
    let stream = TcpStream::connect(address(&served)).await.unwrap();
    let answer = exchange(stream, request).await;
    assert!(
        answer.contains(&format!("\"endpoint\":\"{}\"", served.kubernetes_url)),
        "{answer}"
    );
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[test]
fn what_a_client_needs() {
    let served = Served {
        aws_url: "http://127.0.0.1:2048".to_owned(),
        kubernetes_url: "https://127.0.0.1:2048".to_owned(),
        ca_pem: "PEM".to_owned(),
        region: "ap-northeast-2".to_owned(),
        cluster: "eksworkshop".to_owned(),
        cluster_arn: "arn:aws:eks:ap-northeast-2:1:cluster/eksworkshop".to_owned(),
    };
    insta::assert_snapshot!(served.exports(Path::new("/home/it's me/kube")), @r"
    export AWS_ENDPOINT_URL=http://127.0.0.1:2048
    export AWS_REGION=ap-northeast-2
    export AWS_DEFAULT_REGION=ap-northeast-2
    export AWS_ACCESS_KEY_ID=sandbox
    export AWS_SECRET_ACCESS_KEY=sandbox
    export KUBECONFIG='/home/it'\''s me/kube'
    ");
    assert_eq!(
        served.game_url("k8s-a-b", 80, None),
        "http://127.0.0.1:2048/elb/k8s-a-b/"
    );
    assert_eq!(
        served.game_url("k8s-a-b", 443, Some("game.test")),
        "http://127.0.0.1:2048/elb/game.test@k8s-a-b:443/"
    );
    let config: serde_json::Value = serde_json::from_str(&served.kubeconfig(Path::new("/bin/lab2048"))).unwrap();
    assert_eq!(config["users"][0]["user"]["exec"]["command"], "/bin/lab2048");
    let token = token("ap-northeast-2", "eksworkshop", "2026-11-24T02:15:00Z".parse().unwrap());
    insta::assert_snapshot!(exec_credential("k8s-aws-v1.x"), @r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"k8s-aws-v1.x"}}"#);
    let header = |url: &str| format!("Bearer k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url));
    assert_eq!(
        access::for_sts(&header("http://127.0.0.1:2048/?Action=X"), &served),
        Some(header("https://sts.ap-northeast-2.amazonaws.com/?Action=X"))
    );
    assert_eq!(access::for_sts(&header("http://elsewhere/?Action=X"), &served), None);
    assert_eq!(access::for_sts("Basic x", &served), None);
    let url = URL_SAFE_NO_PAD
        .decode(token.strip_prefix("k8s-aws-v1.").unwrap())
        .unwrap();
    insta::assert_snapshot!(String::from_utf8(url).unwrap(), @"https://sts.ap-northeast-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=sandbox%2F20261124%2Fap-northeast-2%2Fsts%2Faws4_request&X-Amz-Date=20261124T021500Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=1e8c17c64a49005fd29747708183fb198eda2663a6cd491e8a49422c5af98c8d");
}
