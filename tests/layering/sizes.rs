//! How long functions and files may be, and where modules are. What is still too long is in a list that only shrinks.

use std::collections::BTreeMap;

use crate::source::{self, Source};
use crate::{none, root};

/// Lines of a function, from `fn` to its closing brace.
const FUNCTION: usize = 60;
/// Lines of a file before its tests.
const FILE: usize = 400;

/// Functions that are longer still, and how long they may be.
const LONG_FUNCTIONS: &[(&str, usize)] = &[];
/// Files that are longer still, and how long they may be.
const LONG_FILES: &[(&str, usize)] = &[];
/// Files that still climb three modules.
const CLIMBING: &[&str] = &[];
/// Files that are still beside the folder of their modules.
const BESIDE: &[&str] = &["src/aws/reader.rs", "src/checks/explain.rs", "src/probe/driver.rs"];

/// Names and sizes that are over `limit` and not excused, and excuses that nothing needs.
fn too_long(sizes: &[(String, usize)], limit: usize, excused: &[(&str, usize)]) -> Vec<String> {
    let excused: BTreeMap<&str, usize> = excused.iter().copied().collect();
    let mut breaches = Vec::new();
    for (name, lines) in sizes {
        let may = excused.get(name.as_str()).copied().unwrap_or(limit);
        if *lines > may {
            breaches.push(format!("{name} has {lines} lines, of {may} that it may have"));
        }
    }
    for (name, _) in excused {
        let longest = sizes
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, lines)| *lines)
            .max();
        if longest.is_none_or(|lines| lines <= limit) {
            breaches.push(format!("{name} is not too long any more: take it from the list"));
        }
    }
    breaches
}

/// Files that break a rule and are not excused, and excuses that nothing needs.
fn broken(files: &[String], excused: &[&str]) -> Vec<String> {
    let unexcused = files
        .iter()
        .filter(|file| !excused.iter().any(|other| file.starts_with(other)));
    let needless = excused
        .iter()
        .filter(|other| !files.iter().any(|file| file.starts_with(**other)));
    let needless = needless.map(|other| format!("{other} is as it should be: take it from the list"));
    unexcused.cloned().chain(needless).collect()
}

/// The sources of both packages.
fn sources() -> Vec<Source> {
    source::read(&root("src"), &[])
}

#[test]
fn functions_are_short() {
    let sources = sources();
    let sizes = sources.iter().filter(|source| !source.is_tests()).flat_map(|source| {
        let functions = source.functions().into_iter();
        functions.map(|function| {
            (
                format!("src/{}: {}", source.path.display(), function.name),
                function.lines,
            )
        })
    });
    none(&too_long(&sizes.collect::<Vec<_>>(), FUNCTION, LONG_FUNCTIONS), "");
}

#[test]
fn files_are_short() {
    let sources = sources();
    let sizes = sources.iter().filter(|source| !source.is_tests());
    let sizes = sizes.map(|source| (format!("src/{}", source.path.display()), source.lines()));
    none(&too_long(&sizes.collect::<Vec<_>>(), FILE, LONG_FILES), "");
}

#[test]
fn nothing_is_reached_by_climbing_three_modules() {
    let sources = sources();
    let breaches = sources.iter().flat_map(|source| {
        let climbs = source.climbs().into_iter();
        climbs.map(|line| format!("src/{}:{line}", source.path.display()))
    });
    let breaches = broken(&breaches.collect::<Vec<_>>(), CLIMBING);
    none(&breaches, "write the path from `crate::`");
}

#[test]
fn a_module_with_modules_is_a_folder() {
    let folder = root("src");
    let files = sources();
    let beside = files
        .iter()
        .filter(|source| folder.join(source.path.with_extension("")).is_dir());
    let beside: Vec<String> = beside.map(|source| format!("src/{}", source.path.display())).collect();
    none(&broken(&beside, BESIDE), "`foo.rs` beside `foo/` is `foo/mod.rs`");
}

#[test]
fn what_is_too_long_and_what_is_excused_without_need_is_found() {
    let sizes = [
        ("a".to_owned(), 61),
        ("b".to_owned(), 60),
        ("c".to_owned(), 71),
        ("d".to_owned(), 60),
    ];
    assert_eq!(
        too_long(&sizes, 60, &[("c", 70), ("d", 65), ("e", 65)]),
        [
            "a has 61 lines, of 60 that it may have",
            "c has 71 lines, of 70 that it may have",
            "d is not too long any more: take it from the list",
            "e is not too long any more: take it from the list",
        ]
    );
}

#[test]
fn sizes_are_counted_without_tests() {
    let text = "fn a(x: [u8; 2]) -> fn(u8) {\n    x\n}\n\ntrait T {\n    fn b();\n}\n\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
    let source = Source::new("a.rs".into(), text);
    let functions: Vec<(String, usize)> = source.functions().into_iter().map(|f| (f.name, f.lines)).collect();
    assert_eq!(functions, [("a".to_owned(), 3)]);
    assert_eq!(source.lines(), 8);
}

#[test]
fn climbing_three_modules_is_found_in_tests_too() {
    let text = "use super::super::a;\n#[cfg(test)]\nmod tests {\n    use super::super::super::b;\n}\n";
    assert_eq!(Source::new("x/y/z.rs".into(), text).climbs(), [4]);
}
