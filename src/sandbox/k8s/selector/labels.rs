//! Label selectors: requirements read as the real parser does, with its messages.

use serde_json::Value;

use super::lexer::{Lexer, Token};
use crate::k8s::validate::names;

/// What a label has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Missing,
    Above(i64),
    Below(i64),
}

impl Test {
    fn holds(&self, label: Option<&str>) -> bool {
        let number = |label: Option<&str>| label.and_then(|text| text.parse::<i64>().ok());
        match self {
            Self::In(values) => label.is_some_and(|label| values.iter().any(|value| value == label)),
            Self::NotIn(values) => !label.is_some_and(|label| values.iter().any(|value| value == label)),
            Self::Exists => label.is_some(),
            Self::Missing => label.is_none(),
            Self::Above(limit) => number(label).is_some_and(|number| number > *limit),
            Self::Below(limit) => number(label).is_some_and(|number| number < *limit),
        }
    }
}

impl Requirement {
    /// Whether it takes an object with these labels.
    pub(super) fn takes(&self, labels: &Value) -> bool {
        self.test.holds(labels[&self.key].as_str())
    }
}

/// Reads a label selector; an empty one takes everything.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    let mut lexer = Lexer::new(text);
    let mut requirements = Vec::new();
    loop {
        match lexer.peek() {
            (Token::Name | Token::Not, _) => {}
            (Token::End, _) => return Ok(requirements),
            (_, word) => return Err(format!("found '{word}', expected: !, identifier, or 'end of string'")),
        }
        let requirement = requirement(&mut lexer).map_err(|why| format!("unable to parse requirement: {why}"))?;
        requirements.push(requirement);
        match lexer.value() {
            (Token::End, _) => return Ok(requirements),
            (Token::Comma, _) => {}
            (_, word) => return Err(format!("found '{word}', expected: ',' or 'end of string'")),
        }
        if let (token, word) = lexer.peek()
            && !matches!(token, Token::Name | Token::Not)
        {
            return Err(format!("found '{word}', expected: identifier after ','"));
        }
    }
}

fn requirement(lexer: &mut Lexer<'_>) -> Result<Requirement, String> {
    let (mut token, mut word) = lexer.value();
    let missing = token == Token::Not;
    if missing {
        (token, word) = lexer.value();
    }
    if token != Token::Name {
        return Err(format!("found '{word}', expected: identifier"));
    }
    if let Some(why) = names::qualified(word).into_iter().next() {
        return Err(format!("<nil>: Invalid value: {word:?}: {why}"));
    }
    let test = if missing {
        Test::Missing
    } else if matches!(lexer.peek().0, Token::End | Token::Comma) {
        Test::Exists
    } else {
        test(lexer)?
    };
    check_values(word, &test)?;
    Ok(Requirement {
        key: word.to_owned(),
        test,
    })
}

/// Operator and values.
fn test(lexer: &mut Lexer<'_>) -> Result<Test, String> {
    Ok(match lexer.operator() {
        (Token::In, _) => Test::In(values(lexer)?),
        (Token::NotIn, _) => Test::NotIn(values(lexer)?),
        (Token::Equals | Token::DoubleEquals, _) => Test::In(vec![value(lexer)?]),
        (Token::NotEquals, _) => Test::NotIn(vec![value(lexer)?]),
        (Token::Above, _) => Test::Above(number(lexer)?),
        (Token::Below, _) => Test::Below(number(lexer)?),
        (_, word) => return Err(format!("found '{word}', expected: in, notin, =, ==, !=, gt, lt")),
    })
}

/// The one value of an operator; nothing is an empty one.
fn value(lexer: &mut Lexer<'_>) -> Result<String, String> {
    match lexer.peek() {
        (Token::End | Token::Comma, _) => Ok(String::new()),
        (Token::Name, word) => {
            lexer.value();
            Ok(word.to_owned())
        }
        (_, word) => Err(format!("found '{word}', expected: identifier")),
    }
}

fn number(lexer: &mut Lexer<'_>) -> Result<i64, String> {
    let value = value(lexer)?;
    let why = "for 'Gt', 'Lt' operators, the value must be an integer";
    value
        .parse()
        .map_err(|_| format!("values[0]: Invalid value: {value:?}: {why}"))
}

/// Values in brackets, in order; between two commas, and before the first and behind the last, is an empty one.
fn values(lexer: &mut Lexer<'_>) -> Result<Vec<String>, String> {
    if let (token, word) = lexer.value()
        && token != Token::Open
    {
        return Err(format!("found '{word}' expected: '('"));
    }
    let mut values = Vec::new();
    loop {
        match lexer.value() {
            (Token::Name, word) => {
                values.push(word.to_owned());
                match lexer.value() {
                    (Token::Comma, _) if lexer.peek().0 == Token::Close => values.push(String::new()),
                    (Token::Comma, _) => {}
                    (Token::Close, _) => break,
                    (_, word) => return Err(format!("found '{word}', expected: ',' or ')'")),
                }
            }
            (Token::Comma, _) => values.push(String::new()),
            (Token::Close, _) => break,
            (_, word) if values.is_empty() => {
                return Err(format!("found '{word}', expected: ',', ')' or identifier"));
            }
            (_, word) => return Err(format!("found '{word}', expected: ',', or identifier")),
        }
    }
    values.sort();
    values.dedup();
    Ok(values)
}

fn check_values(key: &str, test: &Test) -> Result<(), String> {
    let (Test::In(values) | Test::NotIn(values)) = test else {
        return Ok(());
    };
    if values.is_empty() {
        let why = "for 'in', 'notin' operators, values set can't be empty";
        return Err(format!("values: Invalid value: []: {why}"));
    }
    for (at, value) in values.iter().enumerate() {
        if let Some(why) = names::label_value(value).into_iter().next() {
            return Err(format!("values[{at}][{key}]: Invalid value: {value:?}: {why}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn takes_what_the_real_parser_takes() {
        let labels = json!({"tier": "front", "n": "2", "in": "yes", "empty": ""});
        for (text, expected) in [
            ("", true),
            ("tier", true),
            ("!tier", false),
            ("! none", true),
            ("tier=front,n==2", true),
            ("tier != back , n>1", true),
            ("n<2", false),
            ("tier in (back, front)", true),
            ("tier notin(front)", false),
            ("none notin (front)", true),
            ("in=yes", true),
            ("in in (in,yes)", true),
            ("empty=", true),
            ("empty=,tier", true),
            ("empty in (,a)", true),
            ("empty in (a,)", true),
            ("empty in (a)", false),
        ] {
            let taken = parse(text)
                .unwrap()
                .iter()
                .all(|requirement| requirement.takes(&labels));
            assert_eq!(taken, expected, "{text}");
        }
    }

    #[test]
    fn errors_name_the_position() {
        let refused: Vec<String> = [
            "a b", ",", "a,", "a in b", "a in (b", "a in ()", "!", "a>b", "a=(", "a=b c", "_", "a=-",
        ]
        .iter()
        .map(|text| format!("{text}: {}", parse(text).unwrap_err()))
        .map(|line| line.chars().take(100).collect())
        .collect();
        insta::assert_snapshot!(refused.join("\n"), @r#"
        a b: unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt
        ,: found ',', expected: !, identifier, or 'end of string'
        a,: found '', expected: identifier after ','
        a in b: unable to parse requirement: found 'b' expected: '('
        a in (b: unable to parse requirement: found '', expected: ',' or ')'
        a in (): unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values
        !: unable to parse requirement: found '', expected: identifier
        a>b: unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value
        a=(: unable to parse requirement: found '(', expected: identifier
        a=b c: found 'c', expected: ',' or 'end of string'
        _: unable to parse requirement: <nil>: Invalid value: "_": name part must consist of alphanumeric ch
        a=-: unable to parse requirement: values[0][a]: Invalid value: "-": a valid label must be an empty s
        "#);
    }
}
