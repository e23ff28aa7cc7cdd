//! Circles of files that need each other, read off their paths: names are followed through what modules export again.
//! A module may use what the modules around it define: they are one piece.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// A module, as the names that lead to it from the root of its crate.
type Module = Vec<String>;

/// The files of a crate, by module.
struct Files<'a> {
    sources: BTreeMap<Module, &'a Source>,
    /// Per module the names that it exports from elsewhere, with the full path of each.
    exported: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl<'a> Files<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let code = sources.iter().filter(|source| !source.is_tests() && !source.is_main());
        let sources: BTreeMap<Module, &Source> = code.map(|source| (module_of(source), source)).collect();
        let mut files = Self {
            sources,
            exported: BTreeMap::new(),
        };
        for (module, source) in &files.sources {
            let exports = source.exports().into_iter();
            let exports = exports.filter_map(|parts| Some((parts.last()?.clone(), absolute(module, &parts))));
            files.exported.insert(module.clone(), exports.collect());
        }
        files
    }

    /// The module whose file has what the path names.
    fn home(&self, path: &[String], steps: usize) -> Option<Module> {
        let mut module = Module::new();
        for (index, name) in path.iter().enumerate() {
            let mut inner = module.clone();
            inner.push(name.clone());
            if self.sources.contains_key(&inner) {
                module = inner;
                continue;
            }
            let elsewhere = self.exported.get(&module).and_then(|exported| exported.get(name));
            return match elsewhere {
                Some(target) if steps > 0 => {
                    let followed: Module = target.iter().chain(&path[index + 1..]).cloned().collect();
                    self.home(&followed, steps - 1)
                }
                _ => Some(module),
            };
        }
        // The module itself: what is used of it is seen where it is used.
        None
    }

    /// The modules that this one needs, but for those around it.
    fn needs(&self, module: &Module, source: &Source) -> BTreeSet<Module> {
        let children = self
            .sources
            .keys()
            .filter(|other| other.split_last().is_some_and(|(_, rest)| rest == module));
        let children: BTreeSet<String> = children.filter_map(|child| child.last().cloned()).collect();
        let mut heads: Vec<&str> = vec!["crate", "super", "self"];
        heads.extend(children.iter().map(String::as_str));
        let mut paths: Vec<Module> = Vec::new();
        let mut modules: BTreeMap<String, Module> = BTreeMap::new();
        for named in source.paths(&heads).into_iter().filter(|named| !named.exported) {
            let path = absolute(module, &named.parts);
            match path.last() {
                Some(name) if self.sources.contains_key(&path) && !children.contains(name) => {
                    modules.insert(name.clone(), path);
                }
                _ => paths.push(path),
            }
        }
        let names: Vec<&str> = modules.keys().map(String::as_str).collect();
        for named in source.paths(&names) {
            let of = modules[&named.parts[0]].iter();
            paths.push(of.chain(&named.parts[1..]).cloned().collect());
        }
        let homes = paths.iter().filter_map(|path| self.home(path, 8));
        homes.filter(|home| !module.starts_with(home)).collect()
    }
}

/// A path of `module` from the root of the crate.
fn absolute(module: &[String], parts: &[String]) -> Module {
    let mut path = match parts.first().map(String::as_str) {
        Some("crate") => Vec::new(),
        _ => module.to_vec(),
    };
    for part in parts {
        match part.as_str() {
            "crate" | "self" => {}
            "super" => drop(path.pop()),
            name => path.push(name.to_owned()),
        }
    }
    path
}

fn module_of(source: &Source) -> Module {
    source
        .module_path()
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect()
}

/// The groups of files of a crate in which each needs each other, as their paths.
pub fn circles(sources: &[Source]) -> Vec<Vec<String>> {
    let files = Files::of(sources);
    let needs: BTreeMap<&Module, BTreeSet<Module>> = files
        .sources
        .iter()
        .map(|(module, source)| (module, files.needs(module, source)))
        .collect();
    let reach: BTreeMap<&Module, BTreeSet<&Module>> =
        needs.keys().map(|module| (*module, reached(&needs, module))).collect();
    let mut circles = BTreeSet::new();
    for (module, reached) in &reach {
        if reached.contains(module) {
            let members = reached.iter().filter(|other| reach[**other].contains(module));
            let paths = members.map(|other| files.sources[*other].path.display().to_string());
            circles.insert(paths.collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

/// All modules that `from` needs, directly or by others.
fn reached<'n>(needs: &'n BTreeMap<&Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<&'n Module> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Module> = needs[from].iter().collect();
    while let Some(module) = open.pop() {
        if found.insert(module) {
            open.extend(&needs[module]);
        }
    }
    found
}
