//! What a load balancer sends back.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SERVER};
use http::{HeaderValue, Method, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};

use crate::body::Body;
use crate::sim::AnsweringPod;
use crate::state::{FixedResponse, Redirect};

/// The page that the pods serve: the game. It is the sandbox's own, and says which pod it is from; the image's on AWS does not.
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
    /// The game, from a pod if one is left behind the target.
    Game(Option<AnsweringPod>),
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
        Page::Game(pod) => (game(pod.as_ref()), "text/html; charset=utf-8".to_owned(), "nginx"),
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

/// The game with the names of the pod that serves it.
fn game(pod: Option<&AnsweringPod>) -> String {
    let part = |of: fn(&AnsweringPod) -> &String| pod.map_or_else(String::new, |pod| escape(of(pod)));
    GAME.replace("{{pod}}", &part(|pod| &pod.pod))
        .replace("{{node}}", &part(|pod| &pod.node))
        .replace("{{zone}}", &part(|pod| &pod.zone))
}

/// A text as HTML has it, in which nothing is a tag or the place of another text.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '{' => escaped.push_str("&#123;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_texts_in_the_page_whatever_they_are() {
        let pod = AnsweringPod {
            pod: "<script>'{{node}}'</script>".to_owned(),
            node: "a & \"b\"".to_owned(),
            zone: "ap-northeast-2a".to_owned(),
        };
        let page = game(Some(&pod));
        for wanted in [
            r#"<dd id="pod">&lt;script&gt;&#39;&#123;&#123;node}}&#39;&lt;/script&gt;</dd>"#,
            r#"<dd id="node">a &amp; &quot;b&quot;</dd>"#,
            r#"<dd id="zone">ap-northeast-2a</dd>"#,
        ] {
            assert!(page.contains(wanted), "{wanted}");
        }
        for page in [page, game(None)] {
            assert!(!page.contains("{{"), "a place is left");
        }
        assert!(game(None).contains(r#"<dd id="pod"></dd>"#));
    }

    #[test]
    fn a_head_request_has_the_length_of_the_page_and_none_of_it() {
        let answer = |method: &Method| render(AlbResponse::of_pod(StatusCode::OK, Page::Game(None)), method);
        let body = |answer: &Response<Body>| http_body::Body::size_hint(answer.body()).exact();
        let (get, head) = (answer(&Method::GET), answer(&Method::HEAD));
        assert_eq!(get.headers(), head.headers());
        let length = game(None).len();
        assert_eq!(get.headers()[CONTENT_LENGTH], length.to_string());
        assert_eq!((body(&get), body(&head)), (u64::try_from(length).ok(), Some(0)));
    }

    /// The texts of a language, as `key: "text"` on a line each.
    fn texts(language: &str) -> Vec<(&'static str, &'static str)> {
        let (_, rest) = GAME.split_once(&format!("\n  {language}: {{\n")).unwrap();
        let (table, _) = rest.split_once("\n  },\n").unwrap();
        let lines = table.lines().map(|line| line.trim().split_once(": ").unwrap());
        lines
            .map(|(key, text)| (key, text.trim_end_matches(',').trim_matches('"')))
            .collect()
    }

    /// What stands between `before` and the next `after` in the page, wherever it does.
    fn all_between(before: &str, after: char) -> BTreeSet<&'static str> {
        let places = GAME.match_indices(before);
        places
            .map(|(at, _)| GAME[at + before.len()..].split(after).next().unwrap())
            .collect()
    }

    #[test]
    fn both_languages_have_every_text_of_the_page() {
        let (english, korean) = (texts("en"), texts("ko"));
        let keys = |texts: &[(&'static str, &str)]| texts.iter().map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!(keys(&english), keys(&korean));
        let places = |text: &str| {
            let parts = text.split('{').skip(1);
            let names = parts.map(|part| part.split('}').next().unwrap().to_owned());
            names.collect::<BTreeSet<_>>()
        };
        for ((key, english), (_, korean)) in english.iter().zip(&korean) {
            assert!(!korean.is_empty(), "{key}");
            assert_eq!(places(english), places(korean), "{key}");
        }
        let known: BTreeSet<&str> = keys(&english).into_iter().collect();
        let named = [
            all_between("data-text=\"", '"'),
            all_between("data-label=\"", '"'),
            all_between("text(\"", '"'),
            all_between("say(\"", '"'),
            all_between("finish(\"", '"'),
        ];
        for key in named.into_iter().flatten() {
            assert!(known.contains(key), "there is no text `{key}`");
        }
    }

    #[test]
    fn the_page_is_small_and_needs_nothing_from_elsewhere() {
        assert!(GAME.len() < 25_000, "{}", GAME.len());
        for far in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!GAME.contains(far), "{far}");
        }
    }
}
