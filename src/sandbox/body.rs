//! What every service of the sandbox answers with.

use std::convert::Infallible;

use bytes::Bytes;

/// Body of an answer; a watch's goes on until the client drops it.
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;
