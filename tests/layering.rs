//! Rules about the sources as a whole: which room may use which, how long things may be, where modules are.
//!
//! The arrows between rooms: ARCHITECTURE.md's table is the list of them. What a room uses is in its row, and what is in
//! its row it uses. Rows are in order: a room uses rooms above it alone, so that there are no circles. What is compiled
//! for tests alone is free to use anything. `lib.rs` declares the rooms and `main.rs` is not a part of them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lab2048_testing::circles::circles;
use lab2048_testing::source::{self, Named, Source};

/// A path in the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Fails with all of `breaches`, a line each.
#[track_caller]
fn none(breaches: &[String], advice: &str) {
    assert!(breaches.is_empty(), "\n{}\n{advice}", breaches.join("\n"));
}

/// What every room of a table may use; of these no use has to be shown.
const ALL: &str = "all";
/// The package that is not a room but has arrows to it like one.
const SANDBOX: (&str, &str) = ("lab2048_sandbox", "sandbox");

/// A row of the table.
struct Row {
    room: String,
    uses: BTreeSet<String>,
}

/// The rows of the table whose head begins with `| room |`.
fn table(text: &str) -> Vec<Row> {
    let (_, table) = text.split_once("\n| room |").unwrap_or_default();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let uses = cells.last().unwrap().split(',').map(str::trim);
        Row {
            room: cells[0].trim_matches('`').to_owned(),
            uses: uses.filter(|room| !room.is_empty()).map(str::to_owned).collect(),
        }
    })
    .collect()
}

/// Every arrow that the sources need, with the place of one use.
fn arrows(sources: &[Source]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for source in sources {
        let module = source.module_path();
        let Some(room) = module.iter().next().and_then(|room| room.to_str()) else {
            continue;
        };
        for named in source.paths(&["crate", "super", SANDBOX.0]) {
            let Some(other) = source.top_of(&named).filter(|other| other != room) else {
                continue;
            };
            let other = if other == SANDBOX.0 {
                SANDBOX.1.to_owned()
            } else {
                other
            };
            let place = format!("src/{}:{}", source.path.display(), named.line);
            found.entry((room.to_owned(), other)).or_insert(place);
        }
    }
    found
}

/// Where sources and table differ, a line each.
fn breaches(table: &[Row], arrows: &BTreeMap<(String, String), String>) -> Vec<String> {
    let mut breaches = Vec::new();
    for ((room, other), place) in arrows {
        let row = table.iter().find(|row| row.room == *room);
        if !row.is_some_and(|row| row.uses.contains(other) || row.uses.contains(ALL)) {
            breaches.push(format!("{place}: `{room}` uses `{other}`, which is not in its row"));
        }
    }
    for (index, row) in table.iter().enumerate() {
        for other in row.uses.iter().filter(|other| *other != ALL) {
            let arrow = (row.room.clone(), other.clone());

            if !arrows.contains_key(&arrow) {
                breaches.push(format!("`{}` does not use `{other}`, which is in its row", row.room));
            }
            if other != SANDBOX.1 && !table[..index].iter().any(|above| above.room == *other) {
                breaches.push(format!("`{}` uses `{other}`, whose row is not above its own", row.room));
            }
        }
    }
    breaches
}

#[test]
fn rooms_use_each_other_as_the_table_says() {
    let architecture = std::fs::read_to_string(root("ARCHITECTURE.md")).unwrap();
    let sources = source::read(&root("src"), &["sandbox"]);
    let found = breaches(&table(&architecture), &arrows(&sources));
    none(&found, "the table of rooms is in ARCHITECTURE.md");
}

#[test]
fn every_room_has_a_row_and_every_row_a_room() {
    let architecture = std::fs::read_to_string(root("ARCHITECTURE.md")).unwrap();
    let mut rows: Vec<String> = table(&architecture).into_iter().map(|row| row.room).collect();
    rows.sort_unstable();
    let mut rooms: Vec<String> = std::fs::read_dir(root("src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && entry.file_name() != SANDBOX.1)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    rooms.sort_unstable();
    assert_eq!(rows, rooms);
}

/// Sources of a made-up crate.
fn made_up(files: &[(&str, &str)]) -> Vec<Source> {
    let files = files.iter();
    files.map(|(path, text)| Source::new(path.into(), text)).collect()
}

#[test]
fn an_arrow_too_many_and_an_arrow_too_few_are_breaches() {
    let sources = made_up(&[("plan/mod.rs", "use crate::{model::Id, report::View};")]);
    let table = table(
        "text\n| room | holds | may use |\n|---|---|---|\n| `model` | ids | |\n| `event` | events | |\n| `plan` | plans | \
         event, model |\n\nmore | text | here",
    );
    assert_eq!(table.len(), 3);
    assert_eq!(
        breaches(&table, &arrows(&sources)),
        [
            "src/plan/mod.rs:1: `plan` uses `report`, which is not in its row",
            "`plan` does not use `event`, which is in its row",
        ]
    );
}

#[test]
fn a_row_uses_rows_above_it_alone() {
    let sources = made_up(&[
        ("model/mod.rs", "use crate::plan::Plan;"),
        ("plan/mod.rs", "use crate::model::Id;"),
    ]);
    let table = table("\n| room | may use |\n|---|---|\n| `model` | plan |\n| `plan` | model |\n");
    assert_eq!(
        breaches(&table, &arrows(&sources)),
        ["`model` uses `plan`, whose row is not above its own"]
    );
}

/// The rooms and crates that this text in `src/k8s/api/watch.rs` uses.
fn tops(text: &str) -> Vec<String> {
    let source = Source::new("k8s/api/watch.rs".into(), text);
    let named: Vec<Named> = source.paths(&["crate", "super", SANDBOX.0]);
    named.iter().filter_map(|named| source.top_of(named)).collect()
}

#[test]
fn the_scanner_sees_groups_and_full_paths() {
    assert_eq!(
        tops("use crate::{model::{A, B as C}, event};\nfn f() { crate::app::run() }"),
        ["model", "model", "event", "app"]
    );
    assert_eq!(tops("use lab2048_sandbox::{Sandbox, inventory};").len(), 2);
}

#[test]
fn the_scanner_follows_super_out_of_a_room() {
    assert_eq!(tops("use super::errors::Refused;"), ["k8s"]);
    assert_eq!(tops("use super::super::observe;"), ["k8s"]);
    assert_eq!(tops("use super::super::super::plan::Plan;"), ["plan"]);
}

#[test]
fn the_scanner_leaves_comments_literals_and_tests_alone() {
    let text = r##"
        // crate::cli in a comment
        /* crate::cli /* in */ another */
        const A: &str = "crate::cli \" crate::cli"; const B: &str = r#"crate::cli" "#; const C: char = '"';
        fn f<'a>(a: &'a str) -> &'a str { crate::model::f(a) }
        #[cfg(test)]
        mod tests { use crate::cli; fn f() { if true { crate::app::f() } } }
        #[cfg(test)]
        use crate::report::Fixture;
        use crate::event;
    "##;
    assert_eq!(tops(text), ["model", "event"]);
}

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

/// Lists in maps in lists: a true recursion.
const RECURSION: &[&str] = &["k8s/patch/list.rs", "k8s/patch/strategic.rs"];

#[test]
fn no_files_need_each_other() {
    let mut found = circles(&source::read(&root("src"), &["sandbox"]));
    let within = circles(&source::read(&root("src/sandbox"), &[]));
    assert!(within.iter().any(|circle| circle == RECURSION), "{within:?}");
    found.extend(within.into_iter().filter(|circle| circle != RECURSION));
    let found: Vec<String> = found.into_iter().map(|circle| circle.join(" <-> ")).collect();
    none(&found, "what both need belongs below both");
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

/// The circles of a made-up crate.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    circles(&made_up(files))
}

#[test]
fn files_that_need_each_other_are_a_circle() {
    let mut files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::a::A; pub struct B;"),
    ];
    assert_eq!(circles_of(&files), [["a.rs", "b.rs"]]);
    files[2].1 = "#[cfg(test)] mod tests { use crate::a::A; } pub struct B;";
    assert!(circles_of(&files).is_empty());
}

#[test]
fn names_are_followed_through_what_a_module_exports_again() {
    let files = [
        ("lib.rs", "mod a;"),
        (
            "a/mod.rs",
            "mod one; mod two; pub use one::One; pub(crate) use two::{Two, help};",
        ),
        ("a/one.rs", "use super::Two; pub struct One(Two);"),
        ("a/two.rs", "pub struct Two; pub fn help() {}"),
    ];
    assert!(
        circles_of(&files).is_empty(),
        "a module that exports a name does not need it"
    );
    let mut back = files;
    back[3].1 = "use super::One; pub struct Two;";
    assert_eq!(circles_of(&back), [["a/one.rs", "a/two.rs"]]);
}

#[test]
fn what_is_used_of_a_module_by_its_name_is_seen() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b; pub fn f() { b::g() }"),
        ("b.rs", "use crate::a; pub fn g() { a::f() }"),
    ];
    assert_eq!(circles_of(&files), [["a.rs", "b.rs"]]);
}

#[test]
fn a_module_and_the_one_around_it_are_no_circle() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod one; pub struct Own; pub fn f() { one::g() }"),
        ("a/one.rs", "use super::Own; pub fn g() {}"),
    ];
    assert!(circles_of(&files).is_empty());
}
