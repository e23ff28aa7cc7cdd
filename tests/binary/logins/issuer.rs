//! Whoever gives credentials, on loopback: STS, the sign-on portal, an instance's and a container's metadata. Each gives
//! keys that tell by whom, for what and with whose keys they were given. EKS is there, too, and knows no cluster.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The server; it ends with the test.
pub(super) struct Issuer {
    /// Where it is.
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request that was signed, or that has a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// The service, or a path.
    pub(super) what: String,
    /// Access key id of the signature.
    pub(super) key: String,
    /// Region of the signature.
    pub(super) region: String,
    /// The body of a call to STS, a parameter a line.
    pub(super) parameters: String,
}

/// A request as it came.
struct Received {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Received {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, value)| value.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self {
            method,
            path,
            headers,
            body: String::from_utf8(body).unwrap(),
        })
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// A parameter of a query service.
    fn parameter(&self, name: &str) -> &str {
        let pairs = self.body.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(other, _)| *other == name)
            .map(|(_, value)| value)
            .next()
            .unwrap_or_default()
    }

    /// Key, region and service of the signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
    fn scope(&self) -> Vec<&str> {
        let signature = self.header("authorization");
        let scope = signature.split("Credential=").nth(1).unwrap_or_default();
        scope.split(['/', ',']).collect()
    }

    fn answer(&self) -> (u16, &'static str, String) {
        let (scope, path) = (self.scope(), self.path.as_str());
        let json = |body: String| (200, "application/json", body);
        if path == "/latest/api/token" {
            return (200, "text/plain", "metadata-token".to_owned());
        }
        if path == "/latest/meta-data/iam/security-credentials/" {
            return (200, "text/plain", "attached".to_owned());
        }
        if path.starts_with("/latest/meta-data/iam/security-credentials/") || path == "/container" {
            let key = if path == "/container" { "CONTAINER" } else { "INSTANCE" };
            return json(format!(
                r#"{{"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "{key}", "SecretAccessKey": "s", "Token": "t",
                    "Expiration": "2100-01-01T00:00:00Z", "LastUpdated": "2026-01-01T00:00:00Z"}}"#
            ));
        }
        if path.starts_with("/federation/credentials") {
            if self.header("x-amz-sso_bearer_token") != "sign-on-token" {
                let body = r#"{"__type": "UnauthorizedException", "message": "Session token not found or invalid"}"#;
                return (401, "application/json", body.to_owned());
            }
            if path.contains("nobody") {
                let body = r#"{"__type": "ForbiddenException", "message": "No access"}"#;
                return (403, "application/json", body.to_owned());
            }
            return json(
                r#"{"roleCredentials": {"accessKeyId": "PORTAL", "secretAccessKey": "s", "sessionToken": "t",
                    "expiration": 4102444800000}}"#
                    .to_owned(),
            );
        }
        if !self.parameter("RoleArn").is_empty() {
            return self.assumed(scope.first().copied().unwrap_or_default());
        }
        let body = r#"{"__type": "ResourceNotFoundException", "message": "No cluster found for name: eksworkshop."}"#;
        (404, "application/json", body.to_owned())
    }

    /// The role of STS's answer: `KEY>role`, or a refusal where the role's name has `forbidden` in it.
    fn assumed(&self, key: &str) -> (u16, &'static str, String) {
        let arn = self.parameter("RoleArn").replace("%3A", ":").replace("%2F", "/");
        let role = arn.rsplit('/').next().unwrap_or_default();
        let action = self.parameter("Action");
        if role == "forbidden" {
            let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: \
                        arn:aws:iam::1:user/base is not authorized to perform: sts:AssumeRole on resource: \
                        arn:aws:iam::1:role/forbidden</Message></Error></ErrorResponse>";
            return (403, "text/xml", body.to_owned());
        }
        let by = if key.is_empty() {
            self.parameter("WebIdentityToken")
        } else {
            key
        };
        let body = format!(
            "<{action}Response><{action}Result><Credentials><AccessKeyId>{by}-{role}</AccessKeyId><SecretAccessKey>s\
             </SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>\
             </{action}Result></{action}Response>"
        );
        (200, "text/xml", body)
    }
}

impl Issuer {
    /// Starts it.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(&stream.unwrap(), &kept));
            }
        });
        Self { url, asked }
    }

    /// What was asked since this was last called.
    pub(super) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// Answers one request; the connection is not kept.
fn serve(stream: &TcpStream, asked: &Mutex<Vec<Asked>>) {
    let Some(received) = Received::read(stream) else { return };
    let scope = received.scope();
    let part = |index: usize| scope.get(index).copied().unwrap_or_default().to_owned();
    asked.lock().unwrap().push(Asked {
        what: match part(3) {
            service if service.is_empty() => format!("{} {}", received.method, received.path),
            service => service,
        },
        key: part(0),
        region: part(2),
        parameters: received.body.replace('&', "\n"),
    });
    let (status, kind, body) = received.answer();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    // A client that has gone meanwhile wants no answer.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body.as_bytes()));
}
