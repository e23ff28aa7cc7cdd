//! A front before moto: it names the real control plane as the cluster's, and can answer in AWS's place.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::web::{Web, answer};
use lab2048_testing::workshop::moto::CLUSTER;
use lab2048_testing::workshop::plane::Plane;

/// The cluster's endpoint as AWS describes it.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// The API's URL.
    pub(crate) url: String,
    /// The authority, PEM.
    pub(crate) authority: String,
}

impl Endpoint {
    pub(crate) fn of(plane: &Plane) -> Self {
        Self {
            url: plane.url(),
            authority: plane.authority(),
        }
    }
}

/// Passes everything on to the AWS at `aws`, but names `endpoint` as the cluster's.
pub(crate) async fn before(aws: String, endpoint: Endpoint) -> Web {
    let client = Client::builder(TokioExecutor::new()).build_http();
    Web::serve(move |request| {
        let (client, aws, endpoint) = (client.clone(), aws.clone(), endpoint.clone());
        async move {
            let describes = request.method() == Method::GET && request.uri().path() == format!("/clusters/{CLUSTER}");
            let answer = pass_on(&client, &aws, request).await;
            if describes && answer.status().is_success() {
                renamed(answer, &endpoint)
            } else {
                answer
            }
        }
    })
    .await
}

/// An AWS that answers everything with one error, as the query services, or as EKS and the sign-on portal spell it.
pub(crate) async fn refusing(status: u16, code: &'static str, message: &'static str) -> Web {
    Web::serve(move |request| async move {
        let speaks_json = ["/clusters", "/federation"];
        if speaks_json.iter().any(|path| request.uri().path().starts_with(path)) {
            let body = serde_json::json!({"message": message}).to_string();
            let mut answer = answer(status, "application/json", body);
            answer
                .headers_mut()
                .insert("x-amzn-errortype", http::HeaderValue::from_static(code));
            return answer;
        }
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>r-1</RequestId></ErrorResponse>"
        );
        answer(status, "text/xml", body)
    })
    .await
}

async fn pass_on(client: &Client<HttpConnector, Full<Bytes>>, aws: &str, request: Request<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("{aws}{path}").parse().unwrap();
    let sent = client.request(Request::from_parts(parts, Full::new(body))).await;
    let (mut parts, body) = sent.unwrap().into_parts();
    parts.headers.remove(TRANSFER_ENCODING);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

fn renamed(answer: Response<Bytes>, endpoint: &Endpoint) -> Response<Bytes> {
    let (parts, body) = answer.into_parts();
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    body["cluster"]["endpoint"] = endpoint.url.clone().into();
    body["cluster"]["certificateAuthority"]["data"] = BASE64_STANDARD.encode(&endpoint.authority).into();
    Response::from_parts(parts, body.to_string().into())
}
