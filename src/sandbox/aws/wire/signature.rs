//! The scope of a request's signature (Signature Version 4): service, region and date.
//!
//! The signature itself cannot be verified, since the sandbox knows no secret; any key id is accepted.

use http::Request;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;

/// A request is refused when its date is further away than this.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(15);

/// What follows from a call's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) struct Scope {
    /// Region.
    pub(in crate::aws) region: String,
    /// Signing name of the service, such as `elasticloadbalancing`.
    pub(in crate::aws) service: String,
    /// When the request was signed.
    pub(in crate::aws) date: Timestamp,
}

/// Why a request counts as unsigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Unsigned {
    /// There is neither a header nor parameters of a signature.
    Missing,
    /// There is something, but not of the form of Signature Version 4.
    Malformed,
}

impl Scope {
    /// Reads the scope from the `Authorization` header or from the parameters of a presigned request.
    pub(in crate::aws) fn of<B>(request: &Request<B>) -> Result<Self, Unsigned> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        if let Some(authorization) = header("authorization") {
            let credential = authorization
                .strip_prefix("AWS4-HMAC-SHA256")
                .and_then(|rest| rest.split([' ', ',']).find_map(|part| part.strip_prefix("Credential=")))
                .ok_or(Unsigned::Malformed)?;
            return Self::parse(credential, header("x-amz-date")).ok_or(Unsigned::Malformed);
        }
        let query = request.uri().query().unwrap_or_default();
        let parameter = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        let credential = parameter("X-Amz-Credential").ok_or(Unsigned::Missing)?;
        Self::parse(&credential, parameter("X-Amz-Date").as_deref()).ok_or(Unsigned::Malformed)
    }

    /// `AKID/20261124/ap-northeast-2/eks/aws4_request` and `20261124T021500Z`.
    fn parse(credential: &str, date: Option<&str>) -> Option<Self> {
        let mut parts = credential.rsplit('/');
        if parts.next() != Some("aws4_request") {
            return None;
        }
        let (service, region) = (parts.next()?, parts.next()?);
        parts.next()?;
        parts.next().filter(|key| !key.is_empty())?;
        Some(Self {
            region: region.to_owned(),
            service: service.to_owned(),
            date: jiff::fmt::strtime::parse("%Y%m%dT%H%M%S%z", date?.replace('Z', "+0000"))
                .ok()?
                .to_timestamp()
                .ok()?,
        })
    }

    /// Whether the date is close enough to one of the clocks: clients may go by the wall's or by the sandbox's.
    pub(in crate::aws) fn is_current(&self, clocks: [Timestamp; 2]) -> bool {
        clocks
            .into_iter()
            .any(|clock| self.date.duration_since(clock).abs() <= TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(builder: http::request::Builder) -> Result<Scope, Unsigned> {
        Scope::of(&builder.body(()).unwrap())
    }

    #[test]
    fn reads_headers_and_presigned_urls() {
        let expected = Scope {
            region: "ap-northeast-2".to_owned(),
            service: "eks".to_owned(),
            date: "2026-11-24T02:15:00Z".parse().unwrap(),
        };
        let header = Request::builder().header("x-amz-date", "20261124T021500Z").header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20261124/ap-northeast-2/eks/aws4_request, SignedHeaders=host, Signature=00",
        );
        assert_eq!(scope(header).unwrap(), expected);
        let presigned = Request::builder().uri(
            "https://x/?X-Amz-Credential=AKID%2F20261124%2Fap-northeast-2%2Feks%2Faws4_request&X-Amz-Date=20261124T021500Z",
        );
        assert_eq!(scope(presigned).unwrap(), expected);
        assert_eq!(scope(Request::builder()), Err(Unsigned::Missing));
        let basic = Request::builder().header("authorization", "Basic eDp5");
        assert_eq!(scope(basic), Err(Unsigned::Malformed));
    }

    #[test]
    fn a_quarter_of_an_hour_is_tolerated_on_either_clock() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let scope = Scope {
            region: String::new(),
            service: String::new(),
            date: at("2026-11-24T02:15:00Z"),
        };
        assert!(scope.is_current([at("2026-11-24T02:30:00Z"), at("2030-01-01T00:00:00Z")]));
        assert!(scope.is_current([at("2030-01-01T00:00:00Z"), at("2026-11-24T02:00:00Z")]));
        assert!(!scope.is_current([at("2026-11-24T02:30:01Z"), at("2030-01-01T00:00:00Z")]));
    }
}
