//! JSON as Go's `encoding/json` reads it: the same errors, in the same words.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

/// What the top of a document has to be, and Go's name of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Expected {
    /// A list of things of the type.
    List(&'static str),
    /// A struct or a map of the type.
    Object(&'static str),
}

impl Expected {
    fn check(self, value: &Value) -> Result<(), String> {
        let (fits, name) = match self {
            Self::List(name) => (value.is_array(), name),
            Self::Object(name) => (value.is_object(), name),
        };
        // `null` leaves everything as it is.
        if fits || value.is_null() {
            return Ok(());
        }
        Err(mismatch(value, name))
    }
}

/// Go's error about a value that is not of a type.
pub(in super::super) fn mismatch(value: &Value, go_type: &str) -> String {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => "number".to_owned(),
        Value::Number(number) => format!("number {number}"),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    };
    format!("json: cannot unmarshal {found} into Go value of type {go_type}")
}

/// Reads a document.
pub(in super::super) fn read(text: &str) -> Result<Value, String> {
    Scanner(text.chars().peekable()).document()?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Reads a document of a type.
pub(in super::super) fn check(text: &str, expected: Expected) -> Result<Value, String> {
    let value = read(text)?;
    expected.check(&value)?;
    Ok(value)
}

/// Finds the first character that JSON does not have there.
struct Scanner<'a>(Peekable<Chars<'a>>);

type Scanned = Result<(), String>;

fn end() -> String {
    "unexpected end of JSON input".to_owned()
}

fn invalid(found: char, place: &str) -> String {
    let shown = match found {
        '\'' => r"'\''".to_owned(),
        '"' => "'\"'".to_owned(),
        other => format!("'{}'", other.escape_debug()),
    };
    format!("invalid character {shown} {place}")
}

impl Scanner<'_> {
    fn document(mut self) -> Scanned {
        self.value("looking for beginning of value")?;
        self.blanks();
        match self.0.next() {
            None => Ok(()),
            Some(found) => Err(invalid(found, "after top-level value")),
        }
    }

    fn blanks(&mut self) {
        while self.0.next_if(|c| matches!(c, ' ' | '\t' | '\r' | '\n')).is_some() {}
    }

    fn value(&mut self, place: &str) -> Scanned {
        self.blanks();
        match self.0.next().ok_or_else(end)? {
            '{' => self.object(),
            '[' => self.array(),
            '"' => self.string(),
            't' => self.literal("true"),
            'f' => self.literal("false"),
            'n' => self.literal("null"),
            '-' => match self.0.next().ok_or_else(end)? {
                first if first.is_ascii_digit() => self.number(first),
                found => Err(invalid(found, "in numeric literal")),
            },
            first if first.is_ascii_digit() => self.number(first),
            found => Err(invalid(found, place)),
        }
    }

    fn object(&mut self) -> Scanned {
        self.blanks();
        if self.0.next_if_eq(&'}').is_some() {
            return Ok(());
        }
        loop {
            self.blanks();
            match self.0.next().ok_or_else(end)? {
                '"' => self.string()?,
                found => return Err(invalid(found, "looking for beginning of object key string")),
            }
            self.blanks();
            match self.0.next().ok_or_else(end)? {
                ':' => self.value("looking for beginning of value")?,
                found => return Err(invalid(found, "after object key")),
            }
            self.blanks();
            match self.0.next().ok_or_else(end)? {
                ',' => {}
                '}' => return Ok(()),
                found => return Err(invalid(found, "after object key:value pair")),
            }
        }
    }

    fn array(&mut self) -> Scanned {
        self.blanks();
        if self.0.next_if_eq(&']').is_some() {
            return Ok(());
        }
        loop {
            self.value("looking for beginning of value")?;
            self.blanks();
            match self.0.next().ok_or_else(end)? {
                ',' => {}
                ']' => return Ok(()),
                found => return Err(invalid(found, "after array element")),
            }
        }
    }

    fn string(&mut self) -> Scanned {
        loop {
            match self.0.next().ok_or_else(end)? {
                '"' => return Ok(()),
                '\\' => self.escape()?,
                found if found < ' ' => return Err(invalid(found, "in string literal")),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Scanned {
        match self.0.next().ok_or_else(end)? {
            'b' | 'f' | 'n' | 'r' | 't' | '\\' | '/' | '"' => Ok(()),
            'u' => (0..4).try_for_each(|_| match self.0.next().ok_or_else(end)? {
                digit if digit.is_ascii_hexdigit() => Ok(()),
                found => Err(invalid(found, r"in \u hexadecimal character escape")),
            }),
            found => Err(invalid(found, "in string escape code")),
        }
    }

    fn literal(&mut self, word: &str) -> Scanned {
        word.chars().skip(1).try_for_each(|wanted| {
            let found = self.0.next().ok_or_else(end)?;
            if found == wanted {
                return Ok(());
            }
            Err(invalid(found, &format!("in literal {word} (expecting '{wanted}')")))
        })
    }

    fn number(&mut self, first: char) -> Scanned {
        if first != '0' {
            self.digits();
        }
        if self.0.next_if_eq(&'.').is_some() {
            self.one_digit("after decimal point in numeric literal")?;
        }
        if self.0.next_if(|c| matches!(c, 'e' | 'E')).is_some() {
            self.0.next_if(|c| matches!(c, '+' | '-'));
            self.one_digit("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.0.next_if(char::is_ascii_digit).is_some() {}
    }

    fn one_digit(&mut self, place: &str) -> Scanned {
        match self.0.next().ok_or_else(end)? {
            digit if digit.is_ascii_digit() => {
                self.digits();
                Ok(())
            }
            found => Err(invalid(found, place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_go() {
        let read = |text: &str| match check(text, Expected::List("[]map[string]int32")) {
            Ok(_) => "fine".to_owned(),
            Err(why) => why,
        };
        for (text, wanted) in [
            (r#"[{"HTTP": 80}, {"HTTPS": -4.5e+3}]"#, "fine"),
            ("null", "fine"),
            ("", "unexpected end of JSON input"),
            (r#"[{"HTTP": 80}"#, "unexpected end of JSON input"),
            (
                "80",
                "json: cannot unmarshal number into Go value of type []map[string]int32",
            ),
            (
                r#"{"HTTP": 80}"#,
                "json: cannot unmarshal object into Go value of type []map[string]int32",
            ),
            ("HTTP: 80", "invalid character 'H' looking for beginning of value"),
            (
                "[{'HTTP': 80}]",
                r"invalid character '\'' looking for beginning of object key string",
            ),
            (r#"[{"HTTP" 80}]"#, "invalid character '8' after object key"),
            (
                r#"[{"HTTP": 80 "a"}]"#,
                "invalid character '\"' after object key:value pair",
            ),
            (
                r#"[{"HTTP": 80} {"HTTPS": 443}]"#,
                "invalid character '{' after array element",
            ),
            (
                r#"[{"HTTP": 80},]"#,
                "invalid character ']' looking for beginning of value",
            ),
            (r#"[{"HTTP": 80}]]"#, "invalid character ']' after top-level value"),
            ("[trie]", "invalid character 'i' in literal true (expecting 'u')"),
            ("[-a]", "invalid character 'a' in numeric literal"),
            ("[08]", "invalid character '8' after array element"),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }
}
