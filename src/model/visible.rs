//! The one judge of what may reach a terminal, and how the rest is shown: as text.
//!
//! Whoever may write a tag, an event, a file or an answer may put into it what a terminal obeys (it can write the clipboard
//! and overwrite lines), what turns the direction of writing, and what is there without being seen.

use std::borrow::Cow;
use std::fmt::Write;

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::Value;

/// Whether a terminal obeys it, a reader cannot see it, or it forges a line.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Soft hyphen and what is like it in Arabic, Hangul and Mongolian; joiners; direction of writing.
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Variations, byte order marks, annotations, shorthand and music, tags.
            | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` with everything shown that is unseen; lines and tabs are left as they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    let text = if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    };
    match shown(&text, |c| is_unseen(c) && c != '\n' && c != '\t') {
        Some(shown) => Cow::Owned(shown),
        None => text,
    }
}

/// The same as one line: line breaks are shown too.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    shown(text, is_unseen).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// As Rust writes them: `\n`, `\u{1b}`. `None` where there is nothing to show.
fn shown(text: &str, hides: impl Fn(char) -> bool) -> Option<String> {
    if !text.contains(&hides) {
        return None;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hides(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Some(shown)
}

/// JSON with everything escaped that is unseen; it means the same. Outside of its strings JSON has only line breaks.
pub fn json(text: String) -> String {
    let hides = |c: char| is_unseen(c) && c != '\n';
    if !text.contains(hides) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hides(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a text cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A document as YAML with everything escaped that is unseen; it means the same.
pub fn yaml(document: &impl Serialize) -> Result<String, serde_saphyr::ser::Error> {
    yaml_with(document, serde_saphyr::SerializerOptions::default())
}

/// The same in another manner of writing.
pub fn yaml_with(
    document: &impl Serialize,
    options: serde_saphyr::SerializerOptions,
) -> Result<String, serde_saphyr::ser::Error> {
    let hides = |c: char| is_unseen(c) && c != '\n';
    let text = serde_saphyr::to_string_with_options(document, options.clone())?;
    if !text.contains(hides) {
        return Ok(text);
    }
    let mut value = serde_json::to_value(document).map_err(serde_saphyr::ser::Error::custom)?;
    // The library quotes control characters only. What else is unseen is written with a word in its place, and then put in as
    // JSON has it, which is YAML too.
    let mut word = "unseen".to_owned();
    while text.contains(&word) {
        word.push('n');
    }
    let mut held = Vec::new();
    hold(&mut value, &word, &mut held);
    let mut text = serde_saphyr::to_string_with_options(&value, options)?;
    for (word, string) in held {
        let quoted = serde_json::to_string(&string).map_err(serde_saphyr::ser::Error::custom)?;
        text = text.replace(&word, &json(quoted));
    }
    Ok(text)
}

/// Puts a word in the place of each string with something unseen.
fn hold(value: &mut Value, word: &str, held: &mut Vec<(String, String)>) {
    let held_string = |string: &str, held: &mut Vec<(String, String)>| {
        // The last letter keeps the word of the first from being the beginning of the eleventh.
        let name = format!("{word}{}x", held.len());
        held.push((name.clone(), string.to_owned()));
        name
    };
    match value {
        Value::String(string) if string.contains(is_unseen) => *string = held_string(string, held),
        Value::Array(items) => items.iter_mut().for_each(|item| hold(item, word, held)),
        Value::Object(fields) => {
            let all = std::mem::take(fields);
            for (key, mut field) in all {
                hold(&mut field, word, held);
                let key = if key.contains(is_unseen) {
                    held_string(&key, held)
                } else {
                    key
                };
                fields.insert(key, field);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Clipboard, clearing, a control sequence in one character, turned and hidden text, forged lines.
    const HOSTILE: &str = "a\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}b\u{200b}\u{2028}c\u{85}\rd\u{8}\u{7f}\u{e0041}\u{ad}";

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(visible("plain, 한글 and —\n\ttabs"), "plain, 한글 and —\n\ttabs");
        assert_eq!(
            visible(HOSTILE),
            r"a\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}b\u{200b}\u{2028}c\u{85}\rd\u{8}\u{7f}\u{e0041}\u{ad}"
        );
        assert_eq!(visible("a\r\nb"), "a\nb");
        assert_eq!(visible_line("a\nb\tc"), r"a\nb\tc");
        assert_eq!(visible(&visible(HOSTILE)), visible(HOSTILE));
    }

    #[test]
    fn documents_keep_their_meaning() {
        let document = json!({HOSTILE: [HOSTILE, "unseen0x", {"plain": "a: b"}], "lines": "a\nb\u{202e}\n", "n": 1});
        let is_clean = |text: &str| !text.contains(|c| is_unseen(c) && c != '\n');
        let text = json(serde_json::to_string_pretty(&document).unwrap());
        assert!(is_clean(&text), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
        let text = yaml(&document).unwrap();
        assert!(is_clean(&text), "{text:?}");
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), document);
        let many: Vec<String> = (0..12).map(|n| format!("{n}\u{202e}")).collect();
        assert_eq!(
            serde_saphyr::from_str::<Vec<String>>(&yaml(&many).unwrap()).unwrap(),
            many
        );
        assert_eq!(
            yaml(&json!({"a": "b\nc"})).unwrap(),
            serde_saphyr::to_string(&json!({"a": "b\nc"})).unwrap()
        );
    }
}
