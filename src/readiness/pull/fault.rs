//! Why an image cannot be pulled: the kinds that registries, containerd and kubelets tell apart, by their texts.
//!
//! The texts are those of containerd 1.7 to 2.1 (errdefs and its resolvers), of Docker Hub, GitHub, Quay and both of
//! Amazon's registries, and of kubelets up to 1.36. This is the one place that reads them.

use crate::model::WaitingReason;

/// Why an image cannot be pulled. The order says how much a kind tells, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::readiness) enum PullFault {
    /// Nothing is said but that it is tried again later.
    Unsaid,
    /// Something else.
    Other,
    /// The registry has a fault of its own (HTTP 5xx, or a web page in place of an answer).
    RegistryDown,
    /// There is no connection to the registry.
    Unreachable,
    /// The registry's name has no address.
    Unresolved,
    /// The registry's certificate is not trusted.
    Untrusted,
    /// The registry answers no more requests from this address for now.
    Limited,
    /// The node has no room for it.
    NoSpace,
    /// The pod forbids to pull it (`imagePullPolicy: Never`).
    Forbidden,
    /// Its signature is not accepted.
    Unsigned,
    /// The registry does not give it to this caller: it is private, or does not exist.
    Refused,
    /// The registry does not have it.
    Absent,
    /// Its name is not one of an image.
    BadName,
    /// There is none for the nodes' operating system and processor.
    WrongPlatform,
    /// It is in a format that containerd does not read: an old manifest, as a rule.
    BadFormat,
}

/// The words of each kind, in the order in which they are looked for: texts of an earlier kind can have words of a later one
/// ("no match for platform in manifest: not found", "TLS handshake timeout").
const WORDS: &[(PullFault, &[&str])] = &[
    (PullFault::RegistryDown, &["text/html", "invalid character '<'"]),
    (
        PullFault::BadFormat,
        &[
            "schema1",
            "schema 1",
            "schema version",
            "manifest.v1+",
            "media type",
            "mediatype",
            "unsupported manifest",
            "unknown type application/",
            "image format v1",
            "accept header does not support",
        ],
    ),
    (
        PullFault::WrongPlatform,
        &[
            "no match for platform",
            "no matching manifest",
            "the specified platform",
            "no image found in manifest list",
            "no image found in image index",
            "no child with platform",
            "unsupported platform",
            "cannot be used on this platform",
            "exec format error",
        ],
    ),
    (
        PullFault::NoSpace,
        &[
            "no space left on device",
            "disk quota exceeded",
            "enospc",
            "insufficient storage",
            "not enough space",
            "disk is full",
        ],
    ),
    (
        PullFault::Limited,
        &[
            "toomanyrequests",
            "too many requests",
            "rate limit",
            "pull limit",
            "rate exceeded",
            "limit exceeded",
        ],
    ),
    (
        PullFault::Unresolved,
        &[
            "no such host",
            "server misbehaving",
            "name resolution",
            "dial tcp: lookup",
        ],
    ),
    (
        PullFault::Unreachable,
        &[
            "i/o timeout",
            "handshake timeout",
            "deadline exceeded",
            "timed out",
            "client.timeout",
            "no route to host",
            "is unreachable",
            "connection refused",
            "connection reset",
            "broken pipe",
            "request canceled",
            "context canceled",
            "unexpected eof",
            ": eof",
            "proxyconnect",
            "proxy authentication required",
            "dial tcp",
        ],
    ),
    (
        PullFault::Untrusted,
        &[
            "x509",
            "tls: ",
            "certificate signed by",
            "certificate has expired",
            "certificate is",
            "http response to https client",
        ],
    ),
    (
        PullFault::RegistryDown,
        &[
            "internal server error",
            "bad gateway",
            "service unavailable",
            "gateway time",
            "unexpected status code 5",
        ],
    ),
    (
        PullFault::BadName,
        &[
            "invalid reference",
            "parse image",
            "failed to parse reference",
            "repository name must",
            "name invalid",
            "name_invalid",
            "invalid image name",
            "invalid checksum digest",
            "unsupported digest",
            "failed to apply default image tag",
        ],
    ),
    (
        PullFault::Refused,
        &[
            "denied",
            "unauthorized",
            "forbidden",
            "authentication required",
            "authorization failed",
            "not authorized",
            "require authorization",
            "insufficient_scope",
            "no basic auth credentials",
            "no pull access",
        ],
    ),
    (
        PullFault::Absent,
        &[
            "not found",
            "notfound",
            "manifest unknown",
            "manifest_unknown",
            "name unknown",
            "name_unknown",
            "does not exist",
            "no such image",
            "repository name not known",
        ],
    ),
];

impl PullFault {
    /// The kind of a container's waiting state, or of an event of it (then without a reason).
    pub(in crate::readiness) fn of(reason: Option<&WaitingReason>, image: &str, message: &str) -> Self {
        let by_reason = match reason {
            Some(WaitingReason::InvalidImageName) => return Self::BadName,
            Some(WaitingReason::ErrImageNeverPull) => return Self::Forbidden,
            Some(WaitingReason::SignatureValidationFailed) => return Self::Unsigned,
            Some(WaitingReason::RegistryUnavailable) => Self::RegistryDown,
            _ => Self::Other,
        };
        let point = point(message);
        if point.is_empty() {
            return Self::Unsaid;
        }
        match Self::of_text(image, point) {
            Self::Other => by_reason,
            fault => fault,
        }
    }

    /// The kind by words alone. The image's own name says nothing, whatever it is.
    fn of_text(image: &str, message: &str) -> Self {
        let mut text = message.to_lowercase();
        let repository = image.split('@').next().unwrap_or(image).to_lowercase();
        let path = match repository.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => path,
            _ => repository.as_str(),
        };
        for name in [repository.as_str(), path] {
            if !name.is_empty() {
                text = text.replace(name, "");
            }
        }
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        WORDS
            .iter()
            .find_map(|(fault, words)| says(words).then_some(*fault))
            .unwrap_or(Self::Other)
    }

    /// Whether another attempt will end the same way, as long as image and node are these.
    pub(in crate::readiness) fn lasts(self) -> bool {
        match self {
            Self::NoSpace
            | Self::Forbidden
            | Self::Unsigned
            | Self::Refused
            | Self::Absent
            | Self::BadName
            | Self::WrongPlatform
            | Self::BadFormat => true,
            Self::Unsaid
            | Self::Other
            | Self::RegistryDown
            | Self::Unreachable
            | Self::Unresolved
            | Self::Untrusted
            | Self::Limited => false,
        }
    }
}

/// What comes before the point of a message; each may be followed by a quoted name.
const WRAPPERS: &[&str] = &[
    "Failed to pull image",
    "Back-off pulling image",
    "ErrImagePull",
    "ImagePullBackOff",
    "RegistryUnavailable",
    "SignatureValidationFailed",
    "failed to pull and unpack image",
    "failed to pull image",
    "failed to resolve reference",
    "failed to resolve image",
    "failed to do request",
    "failed to copy",
    "Error response from daemon",
    "Error",
];

/// The message without what says no more than that an image could not be pulled.
pub(super) fn point(message: &str) -> &str {
    let mut rest = message.trim();
    while let Some(inner) = unwrapped(rest) {
        rest = inner.trim_start();
    }
    rest
}

fn unwrapped(text: &str) -> Option<&str> {
    if let Some(status) = text.strip_prefix("rpc error: code = ") {
        return status.split_once("desc = ").map(|(_, rest)| rest);
    }
    let after = WRAPPERS.iter().find_map(|wrapper| text.strip_prefix(wrapper))?;
    let after = after.trim_start();
    let after = match after.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.1,
        None => after,
    };
    let after = after.trim_start();
    // What has neither a colon nor an end here is a sentence of its own.
    after.strip_prefix(':').or(after.is_empty().then_some(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: &str = "kim/not-found-denied:eof";

    /// Texts as they were reported for real registries and versions, by kind.
    const TEXTS: &[(PullFault, &[&str])] = &[
        (
            PullFault::Absent,
            &[
                "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/x/y:z\": failed to resolve \
                 reference \"docker.io/x/y:z\": docker.io/x/y:z: not found",
                "failed to resolve image: public.ecr.aws/x/y:z: not found",
                "name unknown: The repository with name 'x' does not exist in the registry with id '410691154611'",
                "manifest unknown: Requested image not found",
                "unexpected status from HEAD request to https://quay.io/v2/x/y/manifests/z: 404 Not Found",
                "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
            ],
        ),
        (
            PullFault::Refused,
            &[
                "pull access denied, repository does not exist or may require authorization: server message: \
                 insufficient_scope: authorization failed",
                "pull access denied, repository does not exist or may require authorization: authorization failed: no basic \
                 auth credentials",
                "unexpected status from HEAD request to https://1.dkr.ecr.ap-northeast-2.amazonaws.com/v2/x/manifests/z: 403 \
                 Forbidden",
                "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to \
                 https://ghcr.io/token?scope=repository%3Ax%2Fy%3Apull&service=ghcr.io: 401 Unauthorized",
                "denied: requested access to the resource is denied",
                "unauthorized: access to the requested resource is not authorized",
                "User: arn:aws:sts::1:assumed-role/r/i is not authorized to perform: ecr:BatchGetImage",
            ],
        ),
        (
            PullFault::Limited,
            &[
                "unexpected status from HEAD request to https://registry-1.docker.io/v2/x/y/manifests/z: 429 Too Many Requests \
                 - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. \
                 https://www.docker.com/increase-rate-limit",
                "toomanyrequests: Rate exceeded",
                "toomanyrequests: Data limit exceeded",
            ],
        ),
        (
            PullFault::WrongPlatform,
            &[
                "no match for platform in manifest: not found",
                "no match for platform in manifest sha256:0a1b: not found",
                "no matching manifest for linux/arm64/v8 in the manifest list entries",
                "image operating system \"windows\" cannot be used on this platform",
                "failed to create containerd task: exec /game: exec format error",
            ],
        ),
        (
            PullFault::BadFormat,
            &[
                "failed to pull and unpack image \"docker.io/x/y:z\": not implemented: media type \
                 \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since containerd v2.1, \
                 please rebuild the image as \"application/vnd.docker.distribution.manifest.v2+json\" or \
                 \"application/vnd.oci.image.manifest.v1+json\"",
                "pulling Schema 1 images have been deprecated and disabled by default since containerd v2.0",
                "encountered unknown type application/vnd.cncf.helm.config.v1+json; children may not be fetched",
                "unsupported manifest media type and no default available",
                "manifest unknown: OCI index found, but Accept header does not support OCI indexes",
                "mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not ''",
            ],
        ),
        (
            PullFault::Unreachable,
            &[
                "failed to do request: Head \"https://registry-1.docker.io/v2/x/y/manifests/latest\": dial tcp \
                 44.208.254.194:443: i/o timeout",
                "net/http: TLS handshake timeout",
                "failed to authorize: failed to fetch anonymous token: Get \"https://auth.docker.io/token\": context deadline \
                 exceeded",
                "dial tcp 1.2.3.4:443: connect: no route to host",
                "connect: network is unreachable",
                "read tcp 10.0.0.7:41234->1.2.3.4:443: read: connection reset by peer",
                "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                "failed to copy: httpReadSeeker: failed open: unexpected EOF",
                "proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused",
                "unexpected status from GET request to https://quay.io/v2/: 407 Proxy Authentication Required",
                "dial tcp [2600:1f18::1]:443: connect: cannot assign requested address",
            ],
        ),
        (
            PullFault::Unresolved,
            &[
                "dial tcp: lookup registry-1.docker.io on 10.100.0.10:53: no such host",
                "dial tcp: lookup quay.io on 10.100.0.10:53: read udp 10.0.0.7:1->10.100.0.10:53: i/o timeout",
                "lookup ghcr.io: Temporary failure in name resolution",
                "lookup ghcr.io on 10.0.0.2:53: server misbehaving",
            ],
        ),
        (
            PullFault::Untrusted,
            &[
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                "x509: certificate has expired or is not yet valid",
                "remote error: tls: handshake failure",
                "http: server gave HTTP response to HTTPS client",
            ],
        ),
        (
            PullFault::BadName,
            &[
                "couldn't parse image name \"Kim/Game\": invalid reference format: repository name must be lowercase",
                "failed to parse reference: invalid reference format",
            ],
        ),
        (
            PullFault::NoSpace,
            &["failed to extract layer sha256:1: write /var/lib/containerd/tmp/x: no space left on device"],
        ),
        (
            PullFault::RegistryDown,
            &[
                "unexpected status from GET request to https://quay.io/v2/: 502 Bad Gateway",
                "503 Service Unavailable",
                "unexpected media type text/html for sha256:1: not found",
                "invalid character '<' looking for beginning of value",
            ],
        ),
        (
            PullFault::Other,
            &["failed commit on ref \"layer-sha256:1\": unexpected commit digest"],
        ),
        (
            PullFault::Unsaid,
            &[
                "",
                "Back-off pulling image \"kim/not-found-denied:eof\"",
                "ErrImagePull",
                "Error: ImagePullBackOff",
            ],
        ),
    ];

    #[test]
    fn every_wording_has_its_kind_in_all_its_wrappings() {
        for (fault, texts) in TEXTS {
            for text in *texts {
                let wrapped = [
                    (*text).to_owned(),
                    format!("Back-off pulling image \"{IMAGE}\": ErrImagePull: {text}"),
                    format!("Failed to pull image \"{IMAGE}\": {text}"),
                    format!(
                        "rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/{IMAGE}\": failed to \
                         resolve reference \"docker.io/{IMAGE}\": {text}"
                    ),
                ];
                for message in wrapped {
                    let found = PullFault::of(Some(&WaitingReason::ErrImagePull), IMAGE, &message);
                    assert_eq!(found, *fault, "{message}");
                }
            }
        }
    }

    #[test]
    fn some_reasons_say_it_all() {
        for (reason, fault) in [
            ("InvalidImageName", PullFault::BadName),
            ("ErrImageNeverPull", PullFault::Forbidden),
            ("SignatureValidationFailed", PullFault::Unsigned),
            ("RegistryUnavailable", PullFault::RegistryDown),
        ] {
            assert_eq!(
                PullFault::of(Some(&reason.into()), IMAGE, "see above"),
                fault,
                "{reason}"
            );
        }
    }

    #[test]
    fn the_point_of_a_message_is_what_its_wrappers_hold() {
        for (message, expected) in [
            (
                "Back-off pulling image \"a\": ErrImagePull: rpc error: code = X desc = the point",
                "the point",
            ),
            (
                "failed to do request: Head \"https://a/v2/\": dial tcp",
                "Head \"https://a/v2/\": dial tcp",
            ),
            ("Error: ImagePullBackOff", ""),
            ("Back-off pulling image \"a\"", ""),
            ("failed to copy the layer", "failed to copy the layer"),
        ] {
            assert_eq!(point(message), expected);
        }
    }
}
