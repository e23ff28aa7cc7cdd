//! The words that the server's own libraries have for bodies they cannot read.

use std::fmt::Write;

use bytes::Bytes;
use serde_json::Value;

/// As much of a body is shown in an error.
const SHOWN: usize = 1024;

/// The message of Go's decoder for broken JSON.
pub(crate) fn of_json(error: &serde_json::Error, bytes: &Bytes) -> String {
    let message = error.to_string();
    let place = match message.split(" at line").next().unwrap_or_default() {
        "key must be a string" => "looking for beginning of object key string",
        "expected value" => "looking for beginning of value",
        "expected `:`" => "after object key",
        "expected `,` or `}`" => "after object key:value pair",
        "expected `,` or `]`" => "after array element",
        "trailing characters" => "after top-level value",
        _ if error.is_eof() => return "unexpected end of JSON input".to_owned(),
        _ => return message,
    };
    let line = bytes.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1));
    let letter = line
        .and_then(|line| line.get(error.column().saturating_sub(1)))
        .copied()
        .map_or(' ', char::from);
    format!("invalid character '{letter}' {place}")
}

/// The message of Go's decoder for a body that is JSON, but no object.
pub(crate) fn no_object(value: &Value) -> String {
    let found = match value {
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    };
    format!(
        "couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value of type struct {{ \
         APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}"
    )
}

/// A body as errors show it: objects as text, anything else in hexadecimal.
pub(crate) fn summary(bytes: &Bytes) -> String {
    let (shown, more) = match bytes.get(..SHOWN) {
        Some(start) if bytes.len() > SHOWN => (start, " ..."),
        _ => (bytes.as_ref(), ""),
    };
    if shown.first() == Some(&b'{') {
        format!("{}{more}", String::from_utf8_lossy(shown))
    } else {
        format!("{}{more}", hex::encode(shown))
    }
}

/// A text in quotes as Go writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_ascii_control() => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A value as Go prints it: `map[a:1 b:[x y]]`.
pub(crate) fn printed(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", printed(value)))
                .collect();
            pairs.sort();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(printed).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &'static str) -> String {
        let error = serde_json::from_str::<Value>(text).unwrap_err();
        of_json(&error, &Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn broken_json_is_reported_as_go_reports_it() {
        assert_eq!(
            message("{broken"),
            "invalid character 'b' looking for beginning of object key string"
        );
        assert_eq!(message("[1 2]"), "invalid character '2' after array element");
        assert_eq!(message("{\"a\" 1}"), "invalid character '1' after object key");
        assert_eq!(
            message("{\"a\": 1 2}"),
            "invalid character '2' after object key:value pair"
        );
        assert_eq!(message("{\"a\":"), "unexpected end of JSON input");
        assert_eq!(message("{} x"), "invalid character 'x' after top-level value");
        assert_eq!(message("what"), "invalid character 'w' looking for beginning of value");
    }

    #[test]
    fn texts_are_quoted_as_go_does() {
        assert_eq!(quoted("a\u{7}\"\u{1}"), r#""a\a\"\x01""#);
        assert_eq!(
            printed(&serde_json::json!({"b": [1, "x"], "a": null})),
            "map[a:<nil> b:[1 x]]"
        );
    }
}
