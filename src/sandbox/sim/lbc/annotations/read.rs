//! Values as the controller reads them: its parser (`pkg/annotations/parser.go`) and Go's own conversions, with their errors.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{self, Expected};

/// What the names of all of the controller's annotations begin with.
pub(in super::super) const PREFIX: &str = "alb.ingress.kubernetes.io/";

/// The annotations that are looked at together: those of the first object that has one count.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Annotations<'a> {
    first: &'a Value,
    then: &'a Value,
}

impl<'a> Annotations<'a> {
    /// Those of one object.
    pub(in super::super) fn of(object: &'a Value) -> Self {
        Self {
            first: &object["metadata"]["annotations"],
            then: &Value::Null,
        }
    }

    /// Those of a Service, and behind them those of the Ingress that leads to it.
    pub(in super::super) fn of_backend(service: &'a Value, ingress: &'a Value) -> Self {
        Self {
            first: &service["metadata"]["annotations"],
            then: &ingress["metadata"]["annotations"],
        }
    }

    /// A text.
    pub(in super::super) fn text(self, name: &str) -> Option<&'a str> {
        let key = key(name);
        let of = |annotations: &'a Value| annotations.get(&key).and_then(Value::as_str);
        of(self.first).or_else(|| of(self.then))
    }

    /// A list with commas; empty elements count for nothing.
    pub(in super::super) fn list(self, name: &str) -> Option<Vec<String>> {
        Some(elements(self.text(name)?).map(str::to_owned).collect())
    }

    /// Pairs `key=value` with commas.
    pub(in super::super) fn map(self, name: &str) -> Result<BTreeMap<String, String>, String> {
        let Some(raw) = self.text(name) else {
            return Ok(BTreeMap::new());
        };
        let pairs = elements(raw).map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
        });
        let read: Option<BTreeMap<String, String>> = pairs.collect();
        read.ok_or_else(|| format!("failed to parse stringMap annotation, {}: {raw}", key(name)))
    }

    /// A whole number of 32 bits; larger ones wrap round, as the controller's do.
    pub(in super::super) fn int32(self, name: &str) -> Result<Option<i32>, String> {
        let read = self.int(name, "int32")?;
        #[expect(clippy::cast_possible_truncation, reason = "so does the controller")]
        Ok(read.map(|number| number as i32))
    }

    /// A whole number of 64 bits.
    pub(in super::super) fn int64(self, name: &str) -> Result<Option<i64>, String> {
        self.int(name, "int64")
    }

    fn int(self, name: &str, kind: &str) -> Result<Option<i64>, String> {
        let Some(raw) = self.text(name) else { return Ok(None) };
        let why = match raw.strip_prefix(['+', '-']).unwrap_or(raw) {
            digits if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => "invalid syntax",
            _ => match raw.parse::<i64>() {
                Ok(number) => return Ok(Some(number)),
                Err(_) => "value out of range",
            },
        };
        let key = key(name);
        Err(format!(
            "failed to parse {kind} annotation, {key}: {raw}: strconv.ParseInt: parsing {raw:?}: {why}"
        ))
    }

    /// A truth value, in any of Go's spellings.
    pub(in super::super) fn boolean(self, name: &str) -> Result<Option<bool>, String> {
        let Some(raw) = self.text(name) else { return Ok(None) };
        match raw {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Some(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Some(false)),
            _ => Err(format!(
                "failed to parse bool annotation, {}: {raw}: strconv.ParseBool: parsing {raw:?}: invalid syntax",
                key(name)
            )),
        }
    }

    /// JSON of a type.
    pub(in super::super) fn json(self, name: &str, expected: Expected) -> Result<Option<Value>, String> {
        let Some(raw) = self.text(name) else { return Ok(None) };
        let read = json::check(raw, expected);
        read.map(Some)
            .map_err(|why| format!("failed to parse json annotation, {}: {raw}: {why}", key(name)))
    }
}

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_and_refused_as_in_go() {
        let object = json!({"metadata": {"annotations": {
            "alb.ingress.kubernetes.io/tags": "a=b, c=d=e,,f=",
            "alb.ingress.kubernetes.io/bad": "Environment",
            "alb.ingress.kubernetes.io/nameless": "=x",
            "alb.ingress.kubernetes.io/number": "-15",
            "alb.ingress.kubernetes.io/seconds": "15s",
            "alb.ingress.kubernetes.io/empty": "",
            "alb.ingress.kubernetes.io/huge": "99999999999999999999",
            "alb.ingress.kubernetes.io/yes": "yes",
            "alb.ingress.kubernetes.io/true": "T",
        }}});
        let read = Annotations::of(&object);
        let pairs = [("a", "b"), ("c", "d=e"), ("f", "")];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(read.map("tags"), Ok(BTreeMap::from(pairs)));
        assert_eq!(read.int32("number"), Ok(Some(-15)));
        assert_eq!(read.boolean("true"), Ok(Some(true)));
        let errors = [
            read.map("bad").unwrap_err(),
            read.map("nameless").unwrap_err(),
            read.int32("seconds").unwrap_err(),
            read.int64("empty").unwrap_err(),
            read.int64("huge").unwrap_err(),
            read.boolean("yes").unwrap_err(),
        ];
        insta::assert_snapshot!(errors.join("\n"), @r#"
        failed to parse stringMap annotation, alb.ingress.kubernetes.io/bad: Environment
        failed to parse stringMap annotation, alb.ingress.kubernetes.io/nameless: =x
        failed to parse int32 annotation, alb.ingress.kubernetes.io/seconds: 15s: strconv.ParseInt: parsing "15s": invalid syntax
        failed to parse int64 annotation, alb.ingress.kubernetes.io/empty: : strconv.ParseInt: parsing "": invalid syntax
        failed to parse int64 annotation, alb.ingress.kubernetes.io/huge: 99999999999999999999: strconv.ParseInt: parsing "99999999999999999999": value out of range
        failed to parse bool annotation, alb.ingress.kubernetes.io/yes: yes: strconv.ParseBool: parsing "yes": invalid syntax
        "#);
    }
}
