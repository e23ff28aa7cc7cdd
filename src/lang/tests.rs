//! The catalogues against each other, and against the messages that the code has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::catalogue::sources;
use super::{Language, Text, Value};

/// The messages of a language, attributes as `name.attribute`, each with its pattern.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    for (_, source) in sources(language) {
        let mut message = String::new();
        let mut current = String::new();
        for line in source.lines() {
            let named = line
                .split_once(" =")
                .filter(|(name, _)| !name.trim_start().contains([' ', '{']));
            match named {
                _ if line.starts_with('#') => {}
                Some((name, pattern)) if !line.starts_with(' ') => {
                    name.clone_into(&mut message);
                    current.clone_from(&message);
                    assert!(
                        messages.insert(current.clone(), pattern.to_owned()).is_none(),
                        "{name} is there twice"
                    );
                }
                Some((name, pattern)) if name.trim_start().starts_with('.') => {
                    current = format!("{message}{}", name.trim_start());
                    assert!(
                        messages.insert(current.clone(), pattern.to_owned()).is_none(),
                        "{current} is there twice"
                    );
                }
                _ => messages.entry(current.clone()).or_default().push_str(line),
            }
        }
    }
    messages.retain(|_, pattern| !pattern.trim().is_empty());
    messages
}

/// The names of what is put into a pattern.
fn variables(pattern: &str) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = pattern.split('$').skip(1);
    names
        .map(|rest| rest.chars().take_while(|c| is_of_name(*c)).collect())
        .collect()
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let [english, korean] = Language::ALL.map(messages);
    let ids = |messages: &BTreeMap<String, String>| messages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&english), ids(&korean));
    for (id, pattern) in &english {
        assert_eq!(variables(pattern), variables(&korean[id]), "{id}");
    }
}

/// These consist of names alone, or of other messages.
const SAME: [&str; 12] = [
    "error-cluster-refused",
    "explain-auto-mode",
    "line-progress",
    "node-object",
    "plan-part-state",
    "status-arn",
    "status-state-why",
    "status-unread-why",
    "step-stage",
    "tip",
    "view-owned",
    "view-rule",
];

#[test]
fn what_is_korean_is_in_korean_and_what_is_english_is_not() {
    let is_hangul = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}');
    for (id, pattern) in messages(Language::Korean) {
        let is_korean = pattern.contains(is_hangul);
        assert_eq!(is_korean, !SAME.contains(&id.as_str()), "{id}: {pattern}");
    }
    for (id, pattern) in messages(Language::English) {
        assert!(!pattern.contains(is_hangul), "{id}: {pattern}");
    }
}

#[test]
fn every_message_can_be_said_with_one_and_with_many() {
    for language in Language::ALL {
        for (id, pattern) in messages(language) {
            for number in [0_u32, 1, 2, 3, 5, 11, 22] {
                let names: Vec<&'static str> = variables(&pattern).into_iter().map(|name| &*name.leak()).collect();
                let text = names
                    .into_iter()
                    .fold(Text::new(id.clone()), |text, name| text.with(name, number));
                let said = text.said(language);
                assert!(
                    said != id && !said.contains(['{', '}', '$']),
                    "{language:?} {id}: {said}"
                );
            }
        }
    }
}

#[test]
fn places_are_spelled_as_people_do() {
    let place = |language, place: u32| {
        let text = Text::new("queue-place")
            .with("place", Value::Place(place))
            .with("holder", "kim");
        text.said(language)
    };
    let english = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 113].map(|n| place(Language::English, n));
    let expected = [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "113th",
    ];
    assert_eq!(english, expected.map(|place| format!("{place} in line: kim")));
    assert_eq!(place(Language::Korean, 2), "2번째 차례: kim");
}

#[test]
fn machines_read_english_and_what_others_say_stays_as_it_is() {
    let text = Text::new("live-after").with("nodes", Text::new("node-proof"));
    assert_eq!(serde_json::to_string(&text).unwrap(), "\"after game\"");
    assert_eq!(text.said(Language::Korean), "먼저 게임");
    let read: Text = serde_json::from_str("\"after game\"").unwrap();
    assert_eq!(read.said(Language::Korean), "after game");
}

#[test]
fn a_locale_says_the_language() {
    let locales = [
        "ko_KR.UTF-8",
        "ko",
        "KO-KR",
        "kok_IN",
        "en_US.UTF-8",
        "C",
        "POSIX",
        "",
        "de_DE@euro",
    ];
    let languages = locales.map(Language::of_locale);
    let (ko, en) = (Language::Korean, Language::English);
    assert_eq!(languages, [ko, ko, ko, en, en, en, en, en, en]);
    let of = |set: &[(&str, &'static str)]| {
        Language::of_variables(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    };
    assert_eq!(of(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")]), en);
    assert_eq!(of(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "")]), ko);
    assert_eq!(of(&[("LANG", "C"), ("LC_MESSAGES", "ko_KR")]), ko);
}

/// A message that the code makes: its id, and what is put into it at once.
struct Made {
    id: String,
    values: BTreeSet<String>,
    file: String,
}

/// All messages that the code makes, the beginnings of ids that are put together, and the values that are put in afterwards, by file.
fn made() -> (Vec<Made>, Vec<String>, BTreeMap<String, BTreeSet<String>>) {
    let (mut made, mut beginnings, mut later) = (Vec::new(), Vec::new(), BTreeMap::<String, BTreeSet<String>>::new());
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("sandbox") && !path.ends_with("lang") {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let file = path.display().to_string();
            // One may be put into another.
            for (at, macro_name) in source.match_indices("text!(") {
                let call = source[at + macro_name.len()..].trim_start();
                let Some((id, rest)) = call.strip_prefix('"').and_then(|call| call.split_once('"')) else {
                    continue;
                };
                made.push(Made {
                    id: id.to_owned(),
                    values: named(rest),
                    file: file.clone(),
                });
            }
            for call in source.split("Text::new(format!(\"").skip(1) {
                beginnings.push(call.split('{').next().unwrap().to_owned());
            }
            for call in source.split(".with(\"").skip(1) {
                let name = call.split('"').next().unwrap().to_owned();
                later.entry(file.clone()).or_default().insert(name);
            }
        }
    }
    (made, beginnings, later)
}

/// The names before the equal signs of a macro's call, as far as its closing parenthesis.
fn named(rest: &str) -> BTreeSet<String> {
    let mut depth = 1;
    let mut names = BTreeSet::new();
    let mut part = String::new();
    for c in rest.chars() {
        depth += match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        if depth == 0 || (c == ',' && depth == 1) {
            let name = part.split_once('=').map(|(name, _)| name.trim().to_owned());
            names.extend(name.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')));
            part.clear();
        } else {
            part.push(c);
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn the_code_has_the_messages_of_the_catalogues_and_puts_in_what_they_name() {
    let english = messages(Language::English);
    let (made, beginnings, later) = made();
    assert!(made.len() > 50, "{}", made.len());
    let mut wrong = Vec::new();
    for Made { id, values, file } in &made {
        let Some(pattern) = english.get(id) else {
            wrong.push(format!("{file}: no catalogue has {id}"));
            continue;
        };
        let wanted = variables(pattern);
        let empty = BTreeSet::new();
        let later = later.get(file).unwrap_or(&empty);
        let unnamed = values
            .difference(&wanted)
            .map(|name| format!("{file}: {id} does not name {name}"));
        let missing = wanted
            .iter()
            .filter(|name| !values.contains(*name) && !later.contains(*name));
        wrong.extend(unnamed.chain(missing.map(|name| format!("{file}: {id} gets no {name}"))));
    }
    let is_made = |id: &str| {
        let id = id.split('.').next().unwrap_or(id);
        made.iter().any(|made| made.id == id) || beginnings.iter().any(|beginning| id.starts_with(beginning.as_str()))
    };
    wrong.extend(
        english
            .keys()
            .filter(|id| !is_made(id))
            .map(|id| format!("nothing says {id}")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
