//! What a load balancer sends back.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SERVER};
use http::{HeaderValue, Method, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};

use crate::body::Body;
use crate::state::{FixedResponse, Redirect};

/// The page that the pods serve: the game.
const GAME: &str = include_str!("game.html");

/// What a load balancer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AlbResponse {
    status: StatusCode,
    body: Page,
    location: Option<String>,
}

/// Where an answer's body comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Page {
    /// The game, from a pod.
    Game,
    /// A pod's web server has no such page.
    Nothing,
    /// AWS's page for a status of the load balancer itself.
    Own,
    /// What a rule or listener has, with its media type.
    Fixed(String, String),
}

impl AlbResponse {
    /// AWS's own page for a status.
    pub(super) fn own(status: StatusCode) -> Self {
        Self::of_pod(status, Page::Own)
    }

    /// What a pod answers.
    pub(super) fn of_pod(status: StatusCode, body: Page) -> Self {
        Self {
            status,
            body,
            location: None,
        }
    }

    /// What a rule or listener has.
    pub(super) fn fixed(answer: &FixedResponse) -> Self {
        let media = answer.media.as_deref().unwrap_or("text/plain");
        let body = Page::Fixed(
            answer.body.clone().unwrap_or_default(),
            format!("{media}; charset=utf-8"),
        );
        Self::of_pod(answer.status.parse().unwrap_or(StatusCode::NOT_FOUND), body)
    }

    /// Sends the client to `location`.
    pub(super) fn redirect(to: &Redirect, location: String) -> Self {
        let status = match to.status.as_str() {
            "HTTP_302" => StatusCode::FOUND,
            _ => StatusCode::MOVED_PERMANENTLY,
        };
        Self {
            location: Some(location),
            ..Self::own(status)
        }
    }
}

/// The answer as HTTP.
pub(super) fn render(answer: AlbResponse, method: &Method) -> Response<Body> {
    let title = match answer.status {
        StatusCode::SERVICE_UNAVAILABLE => "503 Service Temporarily Unavailable".to_owned(),
        status => status.to_string(),
    };
    let page = |footer: &str| {
        format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n{footer}</body>\r\n</html>\r\n"
        )
    };
    let (html, balancer) = ("text/html".to_owned(), "awselb/2.0");
    let (body, media, server) = match answer.body {
        Page::Game => (GAME.to_owned(), "text/html; charset=utf-8".to_owned(), "nginx"),
        Page::Nothing => (page("<hr><center>nginx</center>\r\n"), html, "nginx"),
        Page::Own => (page(""), html, balancer),
        Page::Fixed(text, media) => (text, media, balancer),
    };
    let body = Bytes::from(body);
    let length = body.len();
    let body = if *method == Method::HEAD { Bytes::new() } else { body };
    let mut response = Response::new(Full::new(body).boxed_unsync());
    *response.status_mut() = answer.status;
    *response.version_mut() = Version::HTTP_11;
    let headers = response.headers_mut();
    headers.insert(SERVER, HeaderValue::from_static(server));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in [(CONTENT_TYPE, Some(media)), (LOCATION, answer.location)] {
        if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
            headers.insert(name, value);
        }
    }
    response
}
