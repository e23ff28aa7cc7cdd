//! Answers that arrive otherwise than they were sent.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use lab2048::ports::BoxBody;
use lab2048_sandbox::Sandbox;
use serde_json::{Value, json};

/// In how many pieces an answer drips.
const DROPS: usize = 6;

/// The answer with one value of another type, which follows from `drawn`.
pub(super) fn mistyped(whole: &Bytes, drawn: u64) -> Bytes {
    let drawn = usize::try_from(drawn % 1_000_003).unwrap();
    match serde_json::from_slice::<Value>(whole) {
        Ok(mut value) => {
            let places = places(&value, String::new());
            if let Some(place) = places.get(drawn.checked_rem(places.len()).unwrap_or_default())
                && let Some(found) = value.pointer_mut(place)
            {
                *found = other_type(found);
            }
            value.to_string().into()
        }
        Err(_) => mistyped_text(&String::from_utf8_lossy(whole), drawn).into(),
    }
}

/// The pointers of all values inside.
fn places(value: &Value, at: String) -> Vec<String> {
    let mut all = match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, inner)| places(inner, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| places(inner, format!("{at}/{index}")))
            .collect(),
        _ => Vec::new(),
    };
    if !at.is_empty() {
        all.push(at);
    }
    all
}

fn other_type(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(7),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(is_so) => json!({ "is": is_so }),
        Value::Array(_) => json!({"items": "many"}),
        Value::Object(_) => json!(["some"]),
        Value::Null => json!(["none"]),
    }
}

/// The same for XML: one number or truth becomes a word.
fn mistyped_text(text: &str, drawn: usize) -> String {
    let is_typed = |inner: &str| inner == "true" || inner == "false" || inner.parse::<f64>().is_ok();
    let mut at = 0;
    let mut typed = Vec::new();
    while let Some((begin, end)) = element_text(text, at) {
        if is_typed(&text[begin..end]) {
            typed.push((begin, end));
        }
        at = end;
    }
    match typed.get(drawn.checked_rem(typed.len()).unwrap_or_default()) {
        Some((begin, end)) => format!("{}many{}", &text[..*begin], &text[*end..]),
        None => text.to_owned(),
    }
}

/// Where the next text of an element begins and ends.
fn element_text(text: &str, from: usize) -> Option<(usize, usize)> {
    let begin = from + text[from..].find('>')? + 1;
    let end = begin + text[begin..].find('<')?;
    Some((begin, end))
}

/// The answer piece by piece.
pub(super) fn dripping(world: &Sandbox, whole: &Bytes, seconds: u16) -> BoxBody {
    let pause = Duration::from_secs(seconds.into()) / u32::try_from(DROPS).unwrap();
    let size = whole.len().div_ceil(DROPS).max(1);
    let pieces: Vec<Bytes> = (0..whole.len())
        .step_by(size)
        .map(|at| whole.slice(at..(at + size).min(whole.len())))
        .collect();
    let world = world.clone();
    let drops = futures::stream::iter(pieces).then(move |piece| {
        let world = world.clone();
        async move {
            world.sleep(pause).await;
            Ok(Frame::data(piece))
        }
    });
    StreamBody::new(drops).boxed_unsync()
}

/// The answer, and blanks for ever after.
pub(super) fn endless(whole: Bytes) -> BoxBody {
    let blanks = Bytes::from(vec![b' '; 1 << 20]);
    let frames = futures::stream::once(async { Ok(Frame::data(whole)) });
    StreamBody::new(frames.chain(futures::stream::repeat_with(move || Ok(Frame::data(blanks.clone()))))).boxed_unsync()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_of_another_type() {
        let whole = Bytes::from_static(br#"{"a": {"b~/": [1, "x", true]}, "c": null}"#);
        let right: Value = serde_json::from_slice(&whole).unwrap();
        let spoiled: std::collections::BTreeSet<String> = (0..20)
            .map(|drawn| String::from_utf8(mistyped(&whole, drawn).to_vec()).unwrap())
            .collect();
        assert_eq!(spoiled.len(), 6, "{spoiled:?}");
        assert!(!spoiled.contains(&right.to_string()));
        let xml = Bytes::from_static(b"<a><Port>80</Port><b>x</b></a>");
        assert_eq!(mistyped(&xml, 3), "<a><Port>many</Port><b>x</b></a>");
        assert_eq!(mistyped(&Bytes::from_static(b"<a>x</a>"), 3), "<a>x</a>");
    }
}
