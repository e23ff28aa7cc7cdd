//! How the values of an environment travel through a template: as one quoted word without any character that means
//! something to YAML or JSON.
//!
//! What a value consists of is seen by no parser, so that it cannot become a key, a comment or the end of a quote. Whoever
//! reads what was rendered puts the value back where its word is a whole scalar, or in a block of literal text.

use serde_json::Value;

use crate::model::beginning;

/// Before and after a value. Unicode keeps these for a program's own use.
const BEGIN: char = '\u{fdd0}';
const END: char = '\u{fdd1}';
/// Between them each byte is one character of the private use area from here on, which no filter changes.
const BYTES: u32 = 0xF_0000;

/// The word that stands for a value, quotes included.
pub(super) fn word(value: &Value) -> String {
    let bytes = value.to_string().into_bytes();
    let hidden: String = bytes
        .into_iter()
        .filter_map(|byte| char::from_u32(BYTES + u32::from(byte)))
        .collect();
    format!("\"{BEGIN}{hidden}{END}\"")
}

/// Whether a text holds the word of a value, or what a filter left of one.
pub(super) fn is_in(text: &str) -> bool {
    text.contains([BEGIN, END])
}

/// Whether a text holds a part of a word that a filter has cut.
pub(super) fn is_cut(text: &str) -> bool {
    text.chars()
        .any(|c| u32::from(c).checked_sub(BYTES).is_some_and(|byte| byte < 256))
}

/// Where the first word of a text begins, with its quotes, and where it ends.
pub(super) fn first(text: &str) -> Option<(usize, usize)> {
    let begin = text.find(BEGIN)?;
    let end = begin + text[begin..].find(END)? + END.len_utf8();
    let before = usize::from(text[..begin].ends_with('"'));
    let after = usize::from(text[end..].starts_with('"'));
    Some((begin - before, end + after))
}

/// The value, if the content of a quoted scalar is one word and nothing else.
pub(super) fn whole(content: &str) -> Option<Value> {
    let hidden = content.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let bytes: Option<Vec<u8>> = hidden
        .chars()
        .map(|c| u8::try_from(u32::from(c).checked_sub(BYTES)?).ok())
        .collect();
    serde_json::from_slice(&bytes?).ok()
}

/// A text with every word in it replaced by what it stands for: texts as they are, anything else as JSON. `None` where a
/// filter has left only a part of a word.
pub(super) fn put_back(text: &str) -> Option<String> {
    replaced(text, |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// A line of a template has no more characters that anybody reads.
const SHOWN: usize = 500;

/// A line with every word in it as JSON, for readers; of a very long one the begin.
pub(super) fn shown(text: &str) -> String {
    let whole = replaced(text, |value| value.to_string()).unwrap_or_else(|| text.replace([BEGIN, END], ""));
    beginning(&whole, SHOWN).into_owned()
}

fn replaced(text: &str, show: impl Fn(Value) -> String) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((begin, end)) = first(rest) {
        result.push_str(&rest[..begin]);
        result.push_str(&show(whole(rest[begin..end].trim_matches('"'))?));
        rest = &rest[end..];
    }
    result.push_str(rest);
    (!is_in(rest)).then_some(result)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_comes_back_as_it_was() {
        for value in [
            json!("a: b # c"),
            json!(""),
            json!("\"\n\u{0}게임\u{fdd0}\u{fdd1}"),
            json!({"a": [1, "x"]}),
        ] {
            let word = word(&value);
            assert_eq!(whole(word.trim_matches('"')), Some(value.clone()));
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(
                put_back(&format!("x {word} y{word}")),
                Some(format!("x {text} y{text}"))
            );
        }
        assert_eq!(shown(&format!("a: {}", word(&json!("b")))), "a: \"b\"");
        assert_eq!(shown(&"x".repeat(10_000)).chars().count(), SHOWN + 1);
        assert_eq!(put_back("plain"), Some("plain".to_owned()));
        let cut: String = word(&json!("abc")).chars().take(4).collect();
        assert_eq!(put_back(&cut), None, "a filter has cut it");
        assert!(is_cut(&cut) && !is_cut("\u{fdd0}\u{fdd1}"));
    }
}
