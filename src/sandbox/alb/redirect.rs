//! Where a redirect sends a client.

use super::request::AlbRequest;
use crate::state::Redirect;

/// The value of the header `Location`; a load balancer always names the port.
pub(super) fn location(to: &Redirect, request: AlbRequest<'_>) -> String {
    let protocol = if request.secure { "https" } else { "http" };
    let port = request.port.to_string();
    let filled = |text: &str| {
        text.replace("#{protocol}", protocol)
            .replace("#{host}", request.host)
            .replace("#{port}", &port)
            .replace("#{path}", request.path.trim_start_matches('/'))
            .replace("#{query}", request.query)
    };
    let query = match filled(&to.query) {
        query if query.is_empty() => query,
        query => format!("?{query}"),
    };
    let (protocol, host, port) = (filled(&to.protocol).to_lowercase(), filled(&to.host), filled(&to.port));
    format!("{protocol}://{host}:{port}{}{query}", filled(&to.path))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;

    #[test]
    fn parts_of_the_request_are_put_in() {
        let to = |change: fn(&mut Redirect)| {
            let mut to = Redirect::default();
            change(&mut to);
            let request = Request::get("http://alb/old/x?v=2").header("host", "game.test");
            let request = request.body(Bytes::new()).unwrap();
            location(&to, AlbRequest::new("alb", &request))
        };
        for (location, wanted) in [
            (
                to(|to| (to.protocol, to.port) = ("HTTPS".to_owned(), "443".to_owned())),
                "https://game.test:443/old/x?v=2",
            ),
            (
                to(|to| to.path = "/new/#{path}".to_owned()),
                "http://game.test:80/new/old/x?v=2",
            ),
            (
                to(|to| (to.host, to.query) = ("www.#{host}".to_owned(), String::new())),
                "http://www.game.test:80/old/x",
            ),
        ] {
            assert_eq!(location, wanted);
        }
    }
}
