//! Holds the crate's layers against its code: which module may use which, arrow by arrow.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate's root with those that it uses, from the ground up: each uses only what is above it.
const ARROWS: &[(&str, &[&str])] = &[
    ("body", &[]),
    ("clock", &[]),
    ("wildcard", &[]),
    ("authority", &[]),
    ("state", &[]),
    ("world", &["clock", "state"]),
    ("k8s", &["body", "state", "world"]),
    ("sim", &["clock", "k8s", "state", "wildcard", "world"]),
    ("inventory", &["sim", "state", "world"]),
    ("aws", &["body", "sim", "state", "wildcard", "world"]),
    ("alb", &["body", "sim", "state", "wildcard", "world"]),
    ("core", &["authority", "clock", "inventory", "sim", "state", "world"]),
    ("front", &["alb", "aws", "body", "core", "k8s", "world"]),
    ("dial", &["alb", "authority", "body", "core"]),
    ("serve", &["authority", "aws", "body", "core"]),
    ("testing", &["clock", "core", "serve", "state"]),
];

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Source files of the crate without its tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if name != "tests" && name != "target" {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The code of a file, without its inline tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The module that a file is, as names from the root on: `sim/lbc/mod.rs` is `sim`, `lbc`.
fn module(file: &Path) -> Vec<String> {
    let mut names: Vec<String> = file.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    let last = names.pop().unwrap();
    if last != "mod.rs" {
        names.push(last.trim_end_matches(".rs").to_owned());
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The names that follow a path's `::`: one, or the first of every branch of a group.
fn named(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let (mut depth, mut begins, mut found) = (1, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => begins = true,
            c if begins && depth == 1 && !c.is_whitespace() => {
                found.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// The modules of the root that a file's code uses, by `crate::` or by enough `super::`.
fn uses(module: &[String], code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(inside) {
            found.extend(named(&code[at + "crate::".len()..]));
        }
    }
    let to_root = "super::".repeat(module.len());
    for (at, _) in code.match_indices(&to_root) {
        if !code[..at].ends_with(inside) {
            found.extend(named(&code[at + to_root.len()..]));
        }
    }
    found
}

/// The arrows between the root's modules that the code below `root` has.
fn arrows(root: &Path) -> Arrows {
    let mut files = Vec::new();
    sources(root, &mut files);
    let mut arrows = Arrows::new();
    for file in files {
        let module = module(file.strip_prefix(root).unwrap());
        let Some(own) = module.first() else { continue };
        let code = code(&fs::read_to_string(&file).unwrap());
        let used = uses(&module, &code).into_iter().filter(|name| name != own);
        arrows.entry(own.clone()).or_default().extend(used);
    }
    arrows
}

#[test]
fn modules_use_what_is_written_down_and_nothing_else() {
    let written: Arrows = ARROWS
        .iter()
        .map(|(name, used)| ((*name).to_owned(), used.iter().map(|name| (*name).to_owned()).collect()))
        .collect();
    assert_eq!(arrows(Path::new(env!("CARGO_MANIFEST_DIR"))), written);
}

#[test]
fn no_arrow_runs_up() {
    for (at, (name, used)) in ARROWS.iter().enumerate() {
        for used in *used {
            let below = ARROWS[..at].iter().any(|(name, _)| name == used);
            assert!(below, "`{name}` uses `{used}`, which is not above it in the list");
        }
    }
}

#[test]
fn the_scanner_sees_groups_full_paths_and_ways_to_the_root() {
    let text = "use crate::{state::{A, B}, world};\n// crate::front in a comment\nfn f() { crate::core::run() }\n\
                use super::super::aws::C;\nuse super::near;\n\
                #[cfg(test)]\nmod tests {\n use crate::serve;\n}";
    let module = ["sim".to_owned(), "lbc".to_owned()];
    let found: Vec<String> = uses(&module, &code(text)).into_iter().collect();
    assert_eq!(found, ["aws", "core", "state", "world"]);
    assert_eq!(self::module(Path::new("sim/lbc/mod.rs")), module);
    assert_eq!(self::module(Path::new("world.rs")), ["world"]);
}
