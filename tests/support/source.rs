//! Rust sources, read as far as rules about paths and sizes need: without comments and literals, and with what is for
//! tests alone set apart.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One file of a crate.
pub struct Source {
    /// Its path within the folder that was read.
    pub path: PathBuf,
    /// Its text, in which comments and literals are blanks; lines are where they were.
    code: String,
    /// What is compiled for tests alone, as bytes of `code`: all of it in a file of tests.
    tests: Vec<Range<usize>>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

/// A path in the code: where it begins, and its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    /// From 1.
    pub line: usize,
    /// What stands between `::`.
    pub parts: Vec<String>,
    /// Whether it is only exported again: `pub use`.
    pub exported: bool,
}

/// All sources below `root` but those of the packages in `without`.
pub fn read(root: &Path, without: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    list(root, &mut paths);
    let mut sources: Vec<Source> = paths
        .into_iter()
        .filter(|path| !without.iter().any(|other| path.starts_with(root.join(other))))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            Source::new(path.strip_prefix(root).unwrap().to_owned(), &text)
        })
        .collect();
    let for_tests: BTreeSet<PathBuf> = sources.iter().flat_map(Source::modules_of_tests).collect();
    for source in &mut sources {
        let module = source.module_path();
        if for_tests.iter().any(|tests| module.starts_with(tests)) {
            source.tests = std::iter::once(0..source.code.len()).collect();
        }
    }
    sources
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

impl Source {
    /// The file at `path`, of which `text` is the text.
    pub fn new(path: PathBuf, text: &str) -> Self {
        let code = blank(text);
        let tests = test_items(&code).into_iter().map(|item| item.bytes).collect();
        Self { path, code, tests }
    }

    /// The module that the file is, as a path: `k8s/api` for `k8s/api/mod.rs` and for `k8s/api.rs`.
    pub fn module_path(&self) -> PathBuf {
        let stem = self.path.with_extension("");
        match stem.file_name().and_then(|name| name.to_str()) {
            Some("mod" | "lib" | "main") => stem.parent().map(Path::to_owned).unwrap_or_default(),
            _ => stem,
        }
    }

    /// Whether all of it is for tests.
    pub fn is_tests(&self) -> bool {
        self.tests.contains(&(0..self.code.len()))
    }

    /// Whether it is the root of a binary, which is a crate of its own.
    pub fn is_main(&self) -> bool {
        self.path == Path::new("main.rs")
    }

    /// Paths of what the file's module exports from elsewhere: `pub use one::{A, B}`, every branch by itself.
    pub fn exports(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for at in words(&self.code, "use").filter(|at| !self.is_test_at(*at) && self.is_exported_at(*at)) {
            branch(&self.code[at + "use".len()..], &[], &mut found);
        }
        found
    }

    /// Whether the statement at this place begins with `pub`.
    fn is_exported_at(&self, at: usize) -> bool {
        let begin = self.code[..at].rfind([';', '}', '{']).map_or(0, |end| end + 1);
        let statement = self.code[begin..].trim_start();
        word(statement) == "pub"
            && words(&self.code[begin..], "use")
                .next()
                .is_some_and(|place| begin + place <= at)
    }

    fn is_test_at(&self, at: usize) -> bool {
        self.tests.iter().any(|tests| tests.contains(&at))
    }

    /// Modules that this file declares for tests alone: `#[cfg(test)] mod fake;`.
    fn modules_of_tests(&self) -> Vec<PathBuf> {
        let items = test_items(&self.code).into_iter();
        items
            .filter_map(|item| Some(self.module_path().join(item.module?)))
            .collect()
    }

    /// Lines that are not for tests.
    pub fn lines(&self) -> usize {
        let mut at = 0;
        let lines = self.code.split_inclusive('\n').filter(|line| {
            let begin = at;
            at += line.len();
            !self.is_test_at(begin + line.len() - line.trim_start().len().max(1))
        });
        lines.count()
    }

    /// Functions that are not for tests.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for at in words(&self.code, "fn").filter(|at| !self.is_test_at(*at)) {
            let rest = &self.code[at + "fn".len()..];
            let name = word(rest.trim_start());
            // The type of a function has no name; a declaration ends before any body.
            let Some(open) = end_of_head(rest).filter(|_| !name.is_empty()) else {
                continue;
            };
            if rest.as_bytes()[open] == b'{'
                && let Some(close) = closing(&rest[open..])
            {
                let lines = rest[..=open + close].matches('\n').count() + 1;
                found.push(Function {
                    name: name.to_owned(),
                    lines,
                });
            }
        }
        found
    }

    /// Paths that begin with one of `heads` (`crate`, `super`, the name of a crate), every branch of a group by itself.
    pub fn paths(&self, heads: &[&str]) -> Vec<Named> {
        let mut found = Vec::new();
        for head in heads {
            for at in words(&self.code, head) {
                let before = self.code[..at].trim_end();
                if before.ends_with("::") || self.is_test_at(at) || self.is_in_group(at) {
                    continue;
                }
                let line = self.code[..at].matches('\n').count() + 1;
                let mut branches = Vec::new();
                branch(&self.code[at..], &[], &mut branches);
                let exported = self.is_exported_at(at);
                found.extend(branches.into_iter().map(|parts| Named { line, parts, exported }));
            }
        }
        found
    }

    /// Lines of paths that climb three modules or more, tests included.
    pub fn climbs(&self) -> Vec<usize> {
        let climbs = self.code.match_indices("super::super::super::");
        climbs
            .map(|(at, _)| self.code[..at].matches('\n').count() + 1)
            .collect()
    }

    /// Whether this is within the group of a path, which has been read with what is before the group.
    fn is_in_group(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        for (position, c) in self.code[..at].char_indices().rev() {
            match c {
                '}' => depth += 1,
                '{' if depth == 0 => return self.code[..position].ends_with("::"),
                '{' => depth -= 1,
                ';' if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// The rooms (top-level modules) and crates that a path leads to, seen from this file: `crate::x` and as many `super::`
    /// as lead to the top.
    pub fn top_of(&self, named: &Named) -> Option<String> {
        let mut module: Vec<String> = self
            .module_path()
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let mut parts = named.parts.iter().map(String::as_str).peekable();
        match parts.peek() {
            Some(&"crate") => {
                parts.next();
                module.clear();
            }
            Some(&"super") => {}
            other => return other.map(|name| (*name).to_owned()),
        }
        for part in parts {
            match part {
                "super" => drop(module.pop()),
                "self" => {}
                name => module.push(name.to_owned()),
            }
        }
        module.into_iter().next().filter(|name| name != "*")
    }
}

/// Blanks in place of comments, strings and characters; line breaks stay.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = literal(rest, &code).unwrap_or(0);
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// The length of the comment or literal that `rest` begins with, after `before`.
fn literal(rest: &str, before: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if rest.starts_with('"') {
        return Some(string(rest));
    }
    let in_a_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if rest.starts_with(['r', 'b', 'c']) && !in_a_word {
        let raw = rest.trim_start_matches(['b', 'c']).strip_prefix('r')?;
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let prefix = rest.len() - raw.len() + hashes + 1;
            return rest[prefix..].find(&end).map(|at| prefix + at + end.len());
        }
    }
    // A lifetime has no second quotation mark where a character has one.
    let quoted = rest.strip_prefix('\'')?;
    if quoted.starts_with('\\') {
        return quoted[2..].find('\'').map(|at| at + 4);
    }
    let c = quoted.chars().next()?;
    quoted[c.len_utf8()..].starts_with('\'').then(|| c.len_utf8() + 2)
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// What is under `#[cfg(test)]`.
struct TestItem {
    bytes: Range<usize>,
    /// The module that it declares, if its code is in another file.
    module: Option<String>,
}

fn test_items(code: &str) -> Vec<TestItem> {
    let mut items = Vec::new();
    for (at, attribute) in code.match_indices("#[cfg(test)]") {
        let item = &code[at + attribute.len()..];
        let Some(end) = end_of_head(item) else {
            continue;
        };
        let declares = words(&item[..end], "mod").next();
        let name = declares.map(|at| word(item[at + "mod".len()..].trim_start()).to_owned());
        let body = item.as_bytes()[end] == b'{';
        let length = if body {
            closing(&item[end..]).unwrap_or_default()
        } else {
            0
        };
        items.push(TestItem {
            bytes: at..at + attribute.len() + end + length + 1,
            module: name.filter(|_| !body),
        });
    }
    items
}

/// Where an item's body begins, or the item ends without one. `[u8; 4]` among its parameters is neither.
fn end_of_head(item: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' | ';' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Where the brace is closed that `code` begins with.
fn closing(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The word that `text` begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Where `wanted` is a word of its own.
fn words<'a>(code: &'a str, wanted: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(wanted).map(|(at, _)| at).filter(move |at| {
        let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
        !code[..*at].ends_with(part_of_word) && word(&code[*at..]) == wanted
    })
}

/// Reads a path and every branch of its groups; gives back what is left of `text`.
fn branch<'a>(text: &'a str, prefix: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut parts = prefix.to_vec();
    let mut rest = text.trim_start();
    loop {
        let name = if rest.starts_with('*') { "*" } else { word(rest) };
        parts.push(name.to_owned());
        rest = rest[name.len()..].trim_start();
        let Some(next) = rest.strip_prefix("::").map(str::trim_start) else {
            break;
        };
        if let Some(group) = next.strip_prefix('{') {
            return branches(group, &parts, found);
        }
        // The parameters of a type, as in `crate::Kind::<T>::of`.
        if next.starts_with('<') {
            break;
        }
        rest = next;
    }
    if parts.len() > 1 {
        found.push(parts);
    }
    rest
}

fn branches<'a>(group: &'a str, prefix: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut rest = group.trim_start();
    while !rest.is_empty() && !rest.starts_with('}') {
        rest = branch(rest, prefix, found);
        // A renaming is not part of the path.
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        rest = rest[end..].trim_start_matches(',').trim_start();
    }
    rest.strip_prefix('}').unwrap_or(rest)
}
