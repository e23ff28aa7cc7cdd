//! The reader against a table of what sigs.k8s.io/yaml makes of the same documents.

use std::fmt::Write;

use serde_json::{Value, json};

use super::*;
use crate::render::{inserted, to_yaml};

const TABLE: &str = include_str!("../../../tests/golden/manifests.tsv");

/// The documents of the table, each with its JSON, or none where it is refused.
fn table() -> impl Iterator<Item = (String, Option<Value>)> {
    let rows = TABLE.split('\n').filter(|row| row.starts_with('"'));
    rows.map(|row| {
        let (document, result) = row.split_once('\t').unwrap();
        let result = (result != "error").then(|| serde_json::from_str(result).unwrap());
        (serde_json::from_str(document).unwrap(), result)
    })
}

fn read(text: &str) -> Result<Vec<Value>, Fault> {
    let documents = documents(text)?;
    Ok(documents.into_iter().map(|document| document.value).collect())
}

/// The numbers of a tree as Kubernetes compares them: `1000.0` is 1000, a float of any notation is that float.
fn compared(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(compared).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, compared(value))).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() || float.abs() > 2e15 => json!(float.to_string()),
            _ => Value::Number(number),
        },
        other => other,
    }
}

#[test]
fn every_document_is_read_as_kubectl_reads_it() {
    let mut differing = Vec::new();
    for (document, expected) in table() {
        let found = read(&document).ok().map(|mut documents| match documents.len() {
            0 => Value::Null,
            1 => documents.remove(0),
            _ => Value::Array(documents),
        });
        if found.clone().map(compared) != expected.clone().map(compared) {
            let shown = |value: Option<Value>| value.map_or("refused".to_owned(), |value| value.to_string());
            differing.push(format!(
                "{document:?}: {} here, {} there",
                shown(found),
                shown(expected)
            ));
        }
    }
    // All of these are plain to a reader, and refused by an older grammar only.
    insta::assert_snapshot!(differing.join("\n"), @r#"
"k: |\n  \ttab\n": {"k":"\ttab\n"} here, refused there
"a: x\u{2028}y\n": {"a":"x y"} here, refused there
"a: \"\\ud83c\\udfb2\"\n": {"a":"🎲"} here, refused there
"a: \"\\/\"\n": {"a":"/"} here, refused there
"-\ta\n": ["a"] here, refused there
"#);
}

#[test]
fn what_is_printed_is_read_as_it_was() {
    let scalars = table().filter_map(|(document, _)| {
        let scalar = document.strip_prefix("k: ")?.strip_suffix('\n')?.to_owned();
        (!scalar.contains('\n')).then_some(scalar)
    });
    let more = [
        "a: b", "- a", "a\nb\n", " x ", "\t", "\u{85}", "\u{2028}", "\u{0}", "---", "...", "% x", "#", "&a", "*a",
    ];
    let texts: Vec<String> = scalars.chain(more.map(str::to_owned)).collect();
    assert!(texts.len() > 300);
    let mut data = serde_json::Map::new();
    for (index, text) in texts.iter().enumerate() {
        data.insert(format!("key{index}"), json!(text));
        data.insert(text.clone(), json!("key"));
    }
    let object =
        crate::model::Object(json!({"data": data, "numbers": [0, -1, 1.5, 1e-7, 1e300, u64::MAX, true, null]}));
    let printed = to_yaml(std::slice::from_ref(&object)).unwrap();
    assert_eq!(read(&printed).unwrap(), [object.0]);
}

#[test]
fn slips_that_kubectl_passes_over_are_refused() {
    let refused = |text: &str| match read(text).unwrap_err() {
        Fault {
            line,
            kind: FaultKind::Syntax(message),
        } => format!("{line}: {message}"),
        fault => format!("{fault:?}"),
    };
    let all = [
        "a: 1\nb: 2\na: 3\n",
        "1: a\n'1': b\n",
        "yes: a\non: b\n",
        "[a]: b\n",
        "~: b\n",
        "a: .inf\n",
        "a: &x [*x]\n",
        "a:\n  <<: 1\n",
        "a: !!int x\n",
        "a:\n\tb: 1\n",
    ];
    insta::assert_snapshot!(all.map(refused).join("\n"), @r#"
3: duplicate key `a`, which is already on line 1
2: duplicate key `1`, which is already on line 1
2: duplicate key `true`, which is already on line 1
1: a list or map cannot be a key
1: this cannot be a key: Kubernetes' keys are texts
1: JSON, and so Kubernetes, has no such number
1: this alias stands for something that contains it
2: `<<` needs a map or a list of maps
1: `x` is not what its tag says it is
2: tabs disallowed within this context (block indentation)
"#);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let before = format!("*a{}", n - 1);
        writeln!(bomb, "a{n}: &a{n} [{}]", vec![before; 10].join(", ")).unwrap();
    }
    assert!(refused(&bomb).contains("aliases make more of this text"));
}

#[test]
fn several_documents_and_how_numbers_were_written() {
    let text = "# first\n---\na: 1.10\nb: {c/d: [x, 0400, yes, *e]}\n".replace("*e", "&e 1_0")
        + "---\n---\n# nothing\n---\nb: 2\n";
    let read = documents(&text).unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].value, json!({"a": 1.1, "b": {"c/d": ["x", 256, true, 10]}}));
    let written: Vec<_> = read[0]
        .written
        .iter()
        .map(|(at, text)| format!("{at} {text}"))
        .collect();
    assert_eq!(written, ["/a 1.10", "/b/c~1d/1 0400", "/b/c~1d/2 yes", "/b/c~1d/3 1_0"]);
    assert_eq!(read[1].written["/b"], "2");
}

#[test]
fn a_value_is_a_whole_scalar_or_a_part_of_a_literal_block() {
    let hostile = "a: b # c\n- \"d\" 'e' {f}";
    let with = |text: &str, value: Value| text.replace('@', &inserted::word(&value));
    for (text, expected) in [
        ("k: @\n", json!({"k": hostile})),
        ("@: 1\n", json!({hostile: 1})),
        ("- @\n- [@, {a: @}]\n", json!([hostile, [hostile, {"a": hostile}]])),
        ("{\"a\":@}\n", json!({"a": hostile})),
        ("k: !!str @\n", json!({"k": hostile})),
        ("k: &a @ # @\nl: *a\n", json!({"k": hostile, "l": hostile})),
        ("k: |\n  x = @;\n  y\n", json!({"k": format!("x = {hostile};\ny\n")})),
        ("k: >-\n  x\n  @\n", json!({"k": format!("x {hostile}")})),
        ("# @\n", Value::Null),
    ] {
        let found = read(&with(text, json!(hostile))).unwrap().pop().unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }
    for text in [
        "k: x @\n",
        "k: 'x @'\n",
        "k: '@'\n",
        "k: x\n  @\n",
        "k: 'x\n  @\n  y'\n",
        "x @: k\n",
        "[x @]\n",
    ] {
        let fault = read(&with(text, json!("v"))).unwrap_err();
        assert!(matches!(fault.kind, FaultKind::Part(_)), "{text}: {fault:?}");
    }
    for text in [
        "k: \"@\"\n",
        "k: @@\n",
        "k: \"x @ y\"\n",
        "k: @x\n",
        "k: @ x\n",
        "k: x #\n  @\n",
    ] {
        read(&with(text, json!(", x: "))).unwrap_err();
    }
    let map = json!({"a": ["b: c"]});
    assert_eq!(read(&with("k: @\n", map.clone())).unwrap(), [json!({"k": map})]);
    assert_eq!(
        read(&with("k: |\n  @\n", map.clone())).unwrap(),
        [json!({"k": format!("{map}\n")})]
    );
    read(&with("@: k\n", map)).unwrap_err();
}
