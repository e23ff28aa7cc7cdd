//! One connection for all requests, and what becomes of them where that cannot be.

use http_body_util::BodyExt;

use super::*;
use crate::net::TransportFailure;
use crate::net::server::{HTTP1, HTTP2, Server};
use crate::ports::ErrorClass;

const HERE: &str = "127.0.0.1";

fn way(server: &Server, trusting: &Server) -> SharedConnection {
    let route = Route {
        trust: trusting.trust(),
        server_name: None,
        proxy: None,
    };
    SharedConnection::new(&server.url.parse().unwrap(), route).unwrap()
}

async fn ask(way: &SharedConnection, server: &Server) -> Result<String, TransportFailure> {
    let request = Request::get(&server.url).body(Bytes::new()).unwrap();
    let failure = |error: TransportError| TransportFailure::of(&error);
    let answer = way.call(request).await.map_err(failure)?;
    let body = answer.into_body().collect().await.map_err(failure)?;
    Ok(String::from_utf8(body.to_bytes().into()).unwrap())
}

async fn ask_eight_at_once(way: &SharedConnection, server: &Server) -> Vec<Result<String, TransportFailure>> {
    futures::future::join_all((0..8).map(|_| ask(way, server))).await
}

#[tokio::test]
async fn all_requests_share_one_connection() {
    let server = Server::start(HERE, &[HTTP2, HTTP1], 0).await;
    let way = way(&server, &server);
    for answer in [
        ask_eight_at_once(&way, &server).await,
        ask_eight_at_once(&way, &server).await,
    ]
    .concat()
    {
        assert!(answer.unwrap().contains("HTTP/2.0"));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_server_with_http1_alone_is_asked_in_http1() {
    let server = Server::start(HERE, &[HTTP1], 0).await;
    let way = way(&server, &server);
    for answer in ask_eight_at_once(&way, &server).await {
        assert!(answer.unwrap().contains("HTTP/1.1"));
    }
    let after_one_wave = server.connections();
    assert!((2..=9).contains(&after_one_wave), "{after_one_wave}");
    ask(&way, &server).await.unwrap();
    assert_eq!(server.connections(), after_one_wave, "one of them is used again");
}

#[tokio::test]
async fn a_server_that_offers_no_protocols_is_taken_for_http1() {
    let server = Server::start(HERE, &[], 0).await;
    let way = way(&server, &server);
    for answer in ask_eight_at_once(&way, &server).await {
        assert!(answer.unwrap().contains("HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_failed_connection_is_reported_to_all_that_wait_for_it() {
    let server = Server::start(HERE, &[HTTP2], 0).await;
    let stranger = Server::start(HERE, &[HTTP2], 0).await;
    for answer in ask_eight_at_once(&way(&server, &stranger), &server).await {
        let failure = answer.unwrap_err();
        assert_eq!(failure.class, ErrorClass::Untrusted, "{failure:?}");
    }
}

#[tokio::test]
async fn a_server_may_have_another_name_than_its_url() {
    let server = Server::start("cluster.test", &[HTTP2], 0).await;
    let failure = ask(&way(&server, &server), &server).await.unwrap_err();
    assert!(failure.text.contains("for another name"), "{failure:?}");
    let route = Route {
        trust: server.trust(),
        server_name: Some("cluster.test".to_owned()),
        proxy: None,
    };
    let named = SharedConnection::new(&server.url.parse().unwrap(), route).unwrap();
    ask(&named, &server).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_was_dropped_is_known_as_such() {
    let server = Server::start(HERE, &[HTTP2], 1).await;
    let way = way(&server, &server);
    let failure = ask(&way, &server).await.unwrap_err();
    assert_eq!(
        (failure.class, failure.dropped),
        (ErrorClass::Unreachable, true),
        "{failure:?}"
    );
    ask(&way, &server).await.unwrap();
}
