//! Requests on connections of their own: straight, through proxies, under other names.

use std::sync::Mutex;

use http_body_util::BodyExt;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::net::TransportFailure;
use crate::net::server::{HTTP1, HTTP2, Server, serve};
use crate::ports::ErrorClass;

fn through(matcher: Matcher) -> FreshConnections {
    FreshConnections::new(Proxies::of(matcher))
}

/// To servers that have this one's certificate.
fn trusting(proxies: Proxies, server: &Server) -> FreshConnections {
    FreshConnections(Arc::new(Inner {
        proxies,
        dial: None,
        trust: OnceLock::from(Trust::of(trust::of_pem(server.authority().as_bytes())).unwrap()),
    }))
}

async fn text_of(answer: Result<Response<BoxBody>, TransportError>) -> Result<String, TransportFailure> {
    let answer = answer.map_err(|error| TransportFailure::of(&error))?;
    let body = answer.into_body().collect().await.unwrap();
    Ok(String::from_utf8(body.to_bytes().into()).unwrap())
}

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

/// A listener that serves each connection.
async fn plain_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(serve(tcp));
        }
    });
    address
}

#[tokio::test]
async fn a_plain_server_is_asked_for_a_path() {
    let server = plain_server().await;
    let network = through(Matcher::builder().build());
    let url = format!("http://{server}/path?x=y");
    assert!(!network.uses_proxy(&url.parse().unwrap()));
    let answer = text_of(network.call(get(&url)).await).await.unwrap();
    assert_eq!(answer, format!("GET /path?x=y HTTP/1.1 for {server}"));
}

#[tokio::test]
async fn a_host_may_differ_from_where_the_connection_leads() {
    let server = plain_server().await;
    let mut request = get(&format!("http://{server}/"));
    request
        .headers_mut()
        .insert(HOST, HeaderValue::from_static("game.test"));
    let answer = text_of(through(Matcher::builder().build()).call(request).await)
        .await
        .unwrap();
    assert_eq!(answer, "GET / HTTP/1.1 for game.test");
}

#[tokio::test]
async fn tls_may_be_under_another_name_than_the_url() {
    let server = Server::start("game.test", &[HTTP2, HTTP1], 0).await;
    let network = trusting(Proxies::none(), &server);
    let url = format!("{}/", server.url);
    let failure = text_of(network.call(get(&url)).await).await.unwrap_err();
    assert_eq!(failure.class, ErrorClass::Untrusted);
    assert!(failure.text.contains("for another name"), "{failure:?}");
    let mut request = get(&url);
    request.extensions_mut().insert(TlsName("game.test".to_owned()));
    for _ in 0..2 {
        let answer = text_of(network.call(request.clone()).await).await.unwrap();
        assert!(answer.starts_with("GET / HTTP/1.1"), "{answer}");
    }
    assert_eq!(server.connections(), 3, "each request has its own");
}

#[tokio::test]
async fn a_certificate_may_be_for_any_name_but_has_to_be_good() {
    let server = Server::start("game.test", &[HTTP1], 0).await;
    let mut request = get(&format!("{}/", server.url));
    request.extensions_mut().insert(AnyTlsName);
    let network = trusting(Proxies::none(), &server);
    let answer = network.call(request.clone()).await.unwrap();
    let names = answer.extensions().get::<CertificateNames>();
    assert_eq!(names, Some(&CertificateNames(vec!["game.test".to_owned()])));
    let other = Server::start("game.test", &[HTTP1], 0).await;
    let network = trusting(Proxies::none(), &other);
    let failure = text_of(network.call(request).await).await.unwrap_err();
    assert_eq!(failure.class, ErrorClass::Untrusted);
}

#[tokio::test]
async fn a_proxy_is_given_a_plain_request_whose_name_is_not_known_here() {
    let proxy = plain_server().await;
    let network = through(Matcher::builder().http(format!("http://{proxy}")).build());
    let url = "http://no-such-name.invalid/";
    assert!(network.uses_proxy(&url.parse().unwrap()));
    let answer = text_of(network.call(get(url)).await).await.unwrap();
    assert_eq!(
        answer,
        "GET http://no-such-name.invalid/ HTTP/1.1 for no-such-name.invalid"
    );
}

#[tokio::test]
async fn a_proxy_tunnels_tls_and_gets_its_password() {
    let server = Server::start("game.invalid", &[HTTP1], 0).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://user:secret@{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(String::new()));
    let (log, to) = (Arc::clone(&asked), server.url.replace("https://", ""));
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut question = [0; 1024];
        let read = client.read(&mut question).await.unwrap();
        *log.lock().unwrap() = String::from_utf8_lossy(&question[..read]).into_owned();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut server = tokio::net::TcpStream::connect(to).await.unwrap();
        // Either side hangs up in the end.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    });
    let network = trusting(Proxies::of(Matcher::builder().https(proxy).build()), &server);
    let answer = text_of(network.call(get("https://game.invalid/")).await).await.unwrap();
    assert_eq!(answer, "GET / HTTP/1.1 for game.invalid");
    let asked = asked.lock().unwrap().to_lowercase();
    assert!(asked.starts_with("connect game.invalid:443"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic dxnlcjpzzwnyzxq="), "{asked}");
}

#[tokio::test]
async fn a_closed_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let failure = text_of(through(Matcher::builder().build()).call(get(&url)).await)
        .await
        .unwrap_err();
    assert!(
        failure.text.to_lowercase().contains("connection refused"),
        "{failure:?}"
    );
}
