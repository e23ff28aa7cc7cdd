//! Loads a roster: reads it, lays each row over the environment, and says everything that is wrong at once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::super::environment::Environment;
use super::super::library::{MIB, NoFile, is_path};
use super::super::loader::{Loader, Resolved, name_of};
use super::super::overrides::Setting;
use super::super::problem::{Problem, Problems, Subject, quoted};
use super::super::resolve::resolve;
use super::super::settings::Settings;
use super::super::source::{Location, Source};
use super::column::{LAB, NAME};
use super::draft::{self, Draft};
use super::{Roster, RosterLab, listed};
use crate::files::bytes_of;
use crate::lang::{Text, text};

/// The largest class: what the limits of an account and the memory of a process are good for.
const MOST: usize = 2000;
/// The largest file.
const LARGEST: u64 = 4 * MIB;
/// What some programs begin a text in UTF-8 with.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl Loader {
    /// Loads the roster at `path`; its labs build on the environment `environment`, and `settings` hold for all of them.
    ///
    /// A file whose name ends in `.yaml` or `.yml` is a list of maps, every other one a table (CSV). The problems are all there
    /// are; one that all rows share is told once.
    pub fn load_roster(&self, path: &str, environment: &str, settings: &[Setting]) -> Result<Roster, Problems> {
        let mut problems = Vec::new();
        let (keys, _) = Settings::defaults();
        let (text, drafts) = self.drafts(path, &keys, &mut problems);
        let mut columns: Vec<String> = Vec::new();
        for (name, _) in drafts.iter().flat_map(|draft| &draft.own) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let (base, wrong) = self.merge_files(environment);
        problems.extend(wrong);
        let label = self.library.label_of(path);
        let Some(base) = base else {
            return Err(Problems::new(Subject::Roster(label), problems));
        };
        let over = Over {
            loader: self,
            name: name_of(environment),
            base,
            settings,
        };
        let mut labs = Labs::on(over);
        for draft in drafts {
            labs.take(draft);
        }
        problems.extend(labs.problems);
        if problems.is_empty() {
            let labs = labs.whole;
            return Ok(Roster {
                label,
                text,
                columns,
                labs,
            });
        }
        Err(Problems::new(Subject::Roster(label), problems))
    }

    /// The text of the file at `path`, and its rows.
    fn drafts(&self, path: &str, keys: &Settings, problems: &mut Vec<Problem>) -> (String, Vec<Draft>) {
        let label = self.library.label_of(path);
        let text = match self.text(path) {
            Ok(text) => text,
            Err(NoFile { message, remedy }) => {
                let asked = Arc::new(Source::Asked(text!("config-asked-roster", path = label)));
                let problem = Problem::new(&Location::whole(&asked), message);
                problems.push(match remedy {
                    Some(remedy) => problem.help(remedy),
                    None => problem.help(text!("config-roster-missing")),
                });
                return (String::new(), Vec::new());
            }
        };
        let before = problems.len();
        let (source, drafts) = if is_path_of_yaml(path) {
            let source = Arc::new(Source::File {
                label,
                text: text.clone(),
            });
            let drafts = listed::drafts(&source, &text, keys, problems);
            (source, drafts)
        } else {
            let source = Arc::new(Source::Table {
                label,
                text: text.clone(),
            });
            let drafts = draft::of_table(&source, &text, keys, problems);
            (source, drafts)
        };
        if drafts.is_empty() && problems.len() == before {
            let problem = Problem::new(&Location::whole(&source), text!("config-no-labs"));
            problems.push(problem.help(text!("config-no-labs.remedy")));
        }
        if let Some(first) = drafts.get(MOST) {
            let problem = Problem::new(
                &first.place,
                text!("config-too-many-labs", count = drafts.len(), most = MOST),
            );
            problems.push(problem.help(text!("config-too-many-labs.remedy")));
            return (text, Vec::new());
        }
        (text, drafts)
    }

    fn text(&self, path: &str) -> Result<String, NoFile> {
        let whole = self.library.base().join(path);
        let label = self.library.label_of(path);
        let because = |error: &io::Error| NoFile::because(error, None, &label, LARGEST);
        let bytes = bytes_of(&whole, LARGEST).map_err(|error| because(&error))?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(NoFile {
                message: text!("config-roster-utf16"),
                remedy: Some(text!("config-roster-utf16.remedy")),
            });
        }
        let text = String::from_utf8(bytes).map_err(|_| NoFile {
            message: text!("config-roster-not-utf8"),
            remedy: Some(text!("config-roster-not-utf8.remedy", path = &label)),
        })?;
        Ok(text.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(text))
    }
}

/// Whether the file is read as YAML.
fn is_path_of_yaml(path: &str) -> bool {
    !path.ends_with('/') && is_path(path.rsplit('/').next().unwrap_or(path))
}

/// What rows are laid over, and what is laid over them.
struct Over<'a> {
    loader: &'a Loader,
    /// The name that the environment goes by.
    name: String,
    base: Settings,
    settings: &'a [Setting],
}

impl Over<'_> {
    /// A row's environment, or what is wrong with it.
    fn resolved(&self, draft: &Draft) -> Result<Resolved, Vec<Problem>> {
        let mut settings = self.base.clone();
        let mut problems = Vec::new();
        for (key, node) in &draft.values {
            settings.set(key, node.clone(), &mut problems);
        }
        self.loader.override_files(&mut settings, self.settings, &mut problems);
        match resolve(&self.name, &settings) {
            Ok(environment) if problems.is_empty() => Ok(Resolved {
                environment,
                origins: settings.origins(),
            }),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }
}

/// Rows being laid over their environment.
struct Labs<'a> {
    over: Over<'a>,
    /// What is wrong with the environment, whatever a row has.
    always: Vec<Problem>,
    whole: Vec<RosterLab>,
    problems: Vec<Problem>,
    /// Where what must be there once was seen first.
    taken: BTreeMap<Unique, usize>,
    /// The same of names as they are written.
    named: BTreeMap<Unique, usize>,
}

/// What two labs of a class cannot share, and of which cluster.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Unique {
    cluster: String,
    what: &'static str,
    held: Held,
}

/// What it is that a lab has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Name(String),
    PortOfGroup { port: u16, group: String, path: String },
}

impl Held {
    fn text(&self) -> Text {
        match self {
            Self::Name(name) => quoted(name).into(),
            Self::PortOfGroup { port, group, path } => text!(
                "config-port-of-group",
                port = u32::from(*port),
                group = group,
                path = path
            ),
        }
    }
}

impl<'a> Labs<'a> {
    fn on(over: Over<'a>) -> Self {
        let nothing = Location::whole(&Arc::new(Source::Flag(String::new())));
        Self {
            always: over.resolved(&Draft::at(nothing)).err().unwrap_or_default(),
            over,
            whole: Vec::new(),
            problems: Vec::new(),
            taken: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    fn take(&mut self, draft: Draft) {
        let named_at = draft.named_at().clone();
        let has_name = draft.values.iter().any(|(key, _)| key == NAME);
        if !has_name {
            let problem = Problem::new(&draft.place, text!("config-lab-without-name")).key(LAB);
            self.note(problem.help(text!("config-lab-without-name.remedy")));
        }
        self.hold_name(&draft);
        match self.over.resolved(&draft) {
            Err(problems) => {
                for problem in problems {
                    self.note(self.placed(problem, &named_at));
                }
            }
            Ok(resolved) if has_name => {
                self.hold_unique(&resolved.environment, &draft);
                self.whole.push(RosterLab {
                    line: draft.place.line,
                    resolved,
                    principal: draft.principal,
                    own: draft.own.into_iter().collect(),
                });
            }
            Ok(_) => {}
        }
    }

    /// What is not wrong without the row has the row's place.
    fn placed(&self, problem: Problem, row: &Location) -> Problem {
        if problem.is_of(&row.source) || self.always.contains(&problem) {
            problem
        } else {
            problem.moved_with_origin(row)
        }
    }

    /// Notes what has not been noted yet.
    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// A name that is there twice is told, whatever else is wrong with the rows.
    fn hold_name(&mut self, draft: &Draft) {
        let text = |key: &str| draft.text(key).unwrap_or_default().to_owned();
        let cluster = ["cluster.region", "cluster.name", "cluster.context"].map(text);
        let Some(name) = draft.text(NAME) else { return };
        let unique = Unique {
            cluster: cluster.join("/"),
            what: NAME,
            held: Held::Name(name.to_owned()),
        };
        match self.named.get(&unique) {
            Some(first) => self.note(second(*first, draft, &unique)),
            None => drop(self.named.insert(unique, draft.place.line)),
        }
    }

    /// Two labs of one cluster have neither name nor namespace in common, and no name of an ALB.
    fn hold_unique(&mut self, environment: &Environment, draft: &Draft) {
        let cluster = environment.cluster.words();
        let name = |name: &str| Held::Name(name.to_owned());
        let mut all = vec![
            (NAME, name(&environment.lab.name)),
            ("app.namespace", name(&environment.app.namespace)),
        ];
        let ingress = &environment.ingress;
        match (&ingress.group, &ingress.load_balancer_name) {
            (None, Some(balancer)) => all.push(("ingress.loadBalancerName", name(balancer))),
            // Who names no port, path or host gets a port.
            (Some(group), _) if ingress.host.is_none() => {
                let held = |port: u16| Held::PortOfGroup {
                    port,
                    group: group.clone(),
                    path: ingress.path.clone(),
                };
                all.extend(ingress.port.map(|port| ("ingress.port", held(port))));
            }
            _ => {}
        }
        if environment.fargate.own {
            all.push(("fargate.profile", name(&environment.fargate.profile)));
        }
        let mut said = BTreeSet::new();
        for (what, held) in all {
            let unique = Unique {
                cluster: cluster.clone(),
                what,
                held,
            };
            let Some(first) = self.taken.get(&unique) else {
                self.taken.insert(unique, draft.place.line);
                continue;
            };
            // Of a name that is there twice, the namespace follows.
            if said.insert(unique.held.clone()) {
                self.note(second(*first, draft, &unique));
            }
        }
    }
}

/// What is wrong with the second lab that has something; the first is that of line `first`.
fn second(first: usize, draft: &Draft, unique: &Unique) -> Problem {
    let place = draft.values.iter().find(|(key, _)| key == unique.what);
    let place = place.map_or(draft.named_at(), |(_, node)| &node.place);
    let flaw = text!("config-held-already", line = first, what = unique.held.text());
    let problem = Problem::new(place, flaw).key(unique.what);
    problem.help(text!("config-held-already.remedy"))
}
