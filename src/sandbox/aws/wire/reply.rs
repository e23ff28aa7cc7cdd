//! The shapes of answers: REST-JSON, query XML, EC2 XML; results and errors.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use super::failure::Failure;
use super::xml::{Xml, branch, document, leaf};
use crate::body::Body;

/// The protocol of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Protocol {
    /// Paths and JSON.
    RestJson,
    /// Form parameters and XML, with the XML namespace.
    Query(&'static str),
    /// The EC2 dialect of it, with the XML namespace.
    Ec2(&'static str),
}

/// What a service has to say, before it takes the shape of its protocol.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aws) enum Reply {
    /// A JSON body.
    Json(Value),
    /// The members of the result of the named operation.
    Xml(String, Vec<Xml>),
    /// The named operation has no result.
    Done(String),
}

impl Protocol {
    /// Puts a reply or an error into shape.
    pub(in crate::aws) fn shape(self, outcome: Result<Reply, Failure>, request_id: &str) -> Response<Body> {
        let (status, body, code) = match outcome {
            Ok(Reply::Json(value)) => (200, Ok(value.to_string().into_bytes()), None),
            Ok(Reply::Xml(operation, members)) => (200, self.result(&operation, Some(members), request_id), None),
            Ok(Reply::Done(operation)) => (200, self.result(&operation, None, request_id), None),
            Err(failure) => (failure.status, self.error(&failure, request_id), Some(failure.code)),
        };
        let (status, body) = match body {
            Ok(body) => (StatusCode::from_u16(status).unwrap_or_default(), body),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into_bytes()),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)).boxed_unsync());
        *response.status_mut() = status;
        self.headers(response.headers_mut(), code, request_id);
        response
    }

    fn headers(self, headers: &mut HeaderMap, code: Option<&'static str>, request_id: &str) {
        let kind = if self == Self::RestJson {
            "application/json"
        } else {
            "text/xml;charset=UTF-8"
        };
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert("x-amzn-requestid", id);
        }
        if let (Self::RestJson, Some(code)) = (self, code) {
            headers.insert("x-amzn-errortype", HeaderValue::from_static(code));
        }
    }

    fn result(self, operation: &str, members: Option<Vec<Xml>>, request_id: &str) -> std::io::Result<Vec<u8>> {
        let root = format!("{operation}Response");
        match self {
            Self::Ec2(namespace) => {
                let mut all = vec![leaf("requestId", request_id)];
                all.extend(members.into_iter().flatten());
                document(&root, namespace, &all)
            }
            Self::Query(namespace) => {
                let result = members.map(|members| Xml::Named(format!("{operation}Result"), members));
                let metadata = branch("ResponseMetadata", [leaf("RequestId", request_id)]);
                let all: Vec<Xml> = result.into_iter().chain([metadata]).collect();
                document(&root, namespace, &all)
            }
            Self::RestJson => document(&root, "", &members.unwrap_or_default()),
        }
    }

    fn error(self, failure: &Failure, request_id: &str) -> std::io::Result<Vec<u8>> {
        let code = leaf("Code", failure.code);
        let message = leaf("Message", &failure.message);
        match self {
            Self::RestJson => {
                let mut body = failure.fields.clone();
                body.insert("__type".to_owned(), json!(failure.code));
                body.insert("message".to_owned(), json!(failure.message));
                Ok(Value::Object(body).to_string().into_bytes())
            }
            Self::Query(namespace) => {
                let blame = if failure.status < 500 { "Sender" } else { "Receiver" };
                let error = branch("Error", [leaf("Type", blame), code, message]);
                document("ErrorResponse", namespace, &[error, leaf("RequestId", request_id)])
            }
            Self::Ec2(_) => {
                let errors = branch("Errors", [branch("Error", [code, message])]);
                document("Response", "", &[errors, leaf("RequestID", request_id)])
            }
        }
    }
}
