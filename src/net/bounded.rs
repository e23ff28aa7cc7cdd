//! Answers have an end: whoever answers may send without one, and memory has it.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Body, Frame};
use tower::BoxError;

use crate::ports::{BoxBody, TransportError};

/// An answer is given up, as it is larger than any that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} is larger than {} MiB", limit >> 20)]
pub struct TooLarge {
    what: &'static str,
    limit: usize,
}

/// How much is taken of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerLimit {
    /// So many bytes.
    Whole(usize),
    /// So many bytes a line, of as many as come.
    Line(usize),
}

/// What has come so far.
struct Gauge {
    limit: AnswerLimit,
    taken: usize,
}

impl Gauge {
    fn of(limit: AnswerLimit) -> Self {
        Self { limit, taken: 0 }
    }

    fn take(&mut self, data: &[u8]) -> Result<(), TooLarge> {
        let (what, limit) = match self.limit {
            AnswerLimit::Whole(limit) => ("the answer", limit),
            AnswerLimit::Line(limit) => ("one line of the answer", limit),
        };
        let mut longest = 0;
        match self.limit {
            AnswerLimit::Whole(_) => {
                self.taken += data.len();
                longest = self.taken;
            }
            AnswerLimit::Line(_) => {
                for (i, part) in data.split(|byte| *byte == b'\n').enumerate() {
                    self.taken = if i == 0 { self.taken + part.len() } else { part.len() };
                    longest = longest.max(self.taken);
                }
            }
        }
        if longest > limit {
            return Err(TooLarge { what, limit });
        }
        Ok(())
    }
}

/// The same body, which breaks off with [`TooLarge`] where it goes beyond the limit.
pub fn bounded(body: BoxBody, limit: AnswerLimit) -> BoxBody {
    let mut gauge = Gauge::of(limit);
    let data = body.into_data_stream().map(move |data| {
        let data = data?;
        gauge.take(&data).map_err(TransportError::new)?;
        Ok(data)
    });
    StreamBody::new(data.map_ok(Frame::data)).boxed_unsync()
}

/// The whole of a body, unless it is too large.
pub async fn whole<B>(body: B, limit: usize) -> Result<Bytes, BoxError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let mut body = std::pin::pin!(body);
    let mut gauge = Gauge::of(AnswerLimit::Whole(limit));
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(Into::into)?.into_data() {
            gauge.take(&data)?;
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    /// A body that goes on with these pieces for ever.
    fn endless(piece: &'static [u8]) -> BoxBody {
        let pieces = stream::repeat(piece).map(|piece| Ok(Frame::data(Bytes::from_static(piece))));
        StreamBody::new(pieces).boxed_unsync()
    }

    fn said<T>(result: Result<T, impl std::fmt::Display>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[tokio::test]
    async fn an_endless_answer_has_an_end() {
        const MIB: usize = 1 << 20;
        for piece in [&b"x"[..], b"xx\n", &[b'\n'; 4096]] {
            let told = said(bounded(endless(piece), AnswerLimit::Whole(2 * MIB)).collect().await);
            assert_eq!(told, "the answer is larger than 2 MiB");
            assert_eq!(
                said(whole(endless(piece), MIB).await),
                "the answer is larger than 1 MiB"
            );
        }
        let told = said(bounded(endless(b"xxxx"), AnswerLimit::Line(MIB)).collect().await);
        assert_eq!(told, "one line of the answer is larger than 1 MiB");
    }

    #[tokio::test]
    async fn lines_may_go_on_for_ever() {
        let mut lines = bounded(endless(b"xx\nyy\nz"), AnswerLimit::Line(4)).into_data_stream();
        for _ in 0..100 {
            assert!(lines.next().await.unwrap().is_ok());
        }
        let all = http_body_util::Full::new(Bytes::from_static(b"abc"));
        assert_eq!(whole(all, 3).await.unwrap(), "abc");
    }
}
