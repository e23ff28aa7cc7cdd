//! How long functions and files may be, and where modules are.

use crate::source::{self, Source};
use crate::{none, root};

/// Lines of a function, from `fn` to its closing brace.
const FUNCTION: usize = 60;
/// Lines of a file before its tests.
const FILE: usize = 400;

/// Names of what has more than `limit` lines.
fn too_long(sizes: impl Iterator<Item = (String, usize)>, limit: usize) -> Vec<String> {
    let long = sizes.filter(|(_, lines)| *lines > limit);
    long.map(|(name, lines)| format!("{name} has {lines} lines, of {limit} that it may have"))
        .collect()
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
    none(&too_long(sizes, FUNCTION), "find the missing concept");
}

#[test]
fn files_are_short() {
    let sources = sources();
    let sizes = sources.iter().filter(|source| !source.is_tests());
    let sizes = sizes.map(|source| (format!("src/{}", source.path.display()), source.lines()));
    none(&too_long(sizes, FILE), "find the missing concept");
}

#[test]
fn nothing_is_reached_by_climbing_three_modules() {
    let sources = sources();
    let breaches = sources.iter().flat_map(|source| {
        let climbs = source.climbs().into_iter();
        climbs.map(|line| format!("src/{}:{line}", source.path.display()))
    });
    none(&breaches.collect::<Vec<_>>(), "write the path from `crate::`");
}

#[test]
fn a_module_with_modules_is_a_folder() {
    let folder = root("src");
    let files = sources();
    let beside = files
        .iter()
        .filter(|source| folder.join(source.path.with_extension("")).is_dir());
    let beside: Vec<String> = beside.map(|source| format!("src/{}", source.path.display())).collect();
    none(&beside, "`foo.rs` beside `foo/` is `foo/mod.rs`");
}

#[test]
fn what_is_too_long_is_found() {
    let sizes = [("a".to_owned(), 61), ("b".to_owned(), 60)];
    assert_eq!(
        too_long(sizes.into_iter(), 60),
        ["a has 61 lines, of 60 that it may have"]
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
