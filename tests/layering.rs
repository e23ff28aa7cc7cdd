//! Holds ARCHITECTURE.md's table of layers against the code: a module imports only from lower levels.

#![expect(clippy::unwrap_used, reason = "a test stops where it stands")]

use std::fs;
use std::path::{Path, PathBuf};

/// Levels from the ground up; modules of one level never import each other.
const LEVELS: &[&[&str]] = &[
    &["model"],
    &["event", "lbc"],
    &["config", "render", "ports", "readiness"],
    &["net", "stack"],
    &["plan", "checks"],
    &["aws", "k8s", "probe"],
    &["engine", "report"],
    &["app"],
    &["cli"],
];

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The top-level modules of this crate that a source text names, with the line: `crate::x` and every branch of
/// `crate::{x, y}`.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].matches('\n').count() + 1;
        let commented = text[..at]
            .lines()
            .next_back()
            .is_some_and(|l| l.trim_start().starts_with("//"));
        if commented || text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let word = |s: &str| {
            s.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut start = true;
            for (i, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => start = true,
                    c if start && depth == 1 && !c.is_whitespace() => {
                        found.push((line, word(&group[i..])));
                        start = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            found.push((line, word(rest)));
        }
    }
    found
}

/// Breaches of the table, one line each.
fn breaches(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut breaches = Vec::new();
    for file in files {
        let relative = file.strip_prefix(root.join("src")).unwrap().to_owned();
        if relative.starts_with("sandbox") {
            continue;
        }
        let module = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        let Some(own) = level(&module) else {
            breaches.push(format!("{}: module `{module}` has no level", relative.display()));
            continue;
        };
        for (line, import) in imports(&fs::read_to_string(&file).unwrap()) {
            if import == module {
                continue;
            }
            let forbidden = level(&import).is_none_or(|other| other >= own);
            if forbidden {
                breaches.push(format!("{}:{line}: `{module}` imports `{import}`", relative.display()));
            }
        }
    }
    breaches
}

#[test]
fn modules_import_only_from_lower_levels() {
    let found = breaches(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_module_has_a_level_and_every_level_a_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in LEVELS.iter().flat_map(|level| level.iter()) {
        assert!(root.join(module).is_dir(), "{module} is in the table and not in src");
    }
}

#[test]
fn the_scanner_sees_groups_and_full_paths() {
    let text = "use crate::{model::{A, B}, event};\n// crate::cli in a comment\nfn f() { crate::app::run() }\n";
    let names: Vec<_> = imports(text)
        .into_iter()
        .map(|(line, name)| format!("{line}:{name}"))
        .collect();
    assert_eq!(names, ["1:model", "1:event", "3:app"]);
}
