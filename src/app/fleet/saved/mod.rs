//! Plans of classes in files: written by `fleet plan --out`, gone by by `fleet apply`.
//!
//! The roster is read anew, and every plan made anew; what is in the file only says whether that is still what was agreed to.

pub(in crate::app) mod error;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use self::error::ClassPlanError;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::host::Host;
use crate::app::request::FleetPlan;
use crate::app::run;
use crate::app::session::Session;
use crate::config::RosterLab;
use crate::files::{self, text_of};
use crate::lang::{Text, text};
use crate::plan::file::class::{ClassHead, ClassPlans, Member, SavedClass, is_class};
use crate::plan::file::{ReadError, SavedPlan};
use crate::report::next_view::{self, Commands};

/// The plan of a lab has some dozens of KiB, and a class at most two thousand labs.
const LARGEST: u64 = 256 * 1024 * 1024;
/// More than the first line has.
const LARGEST_HEAD: u64 = 1024 * 1024;

/// The plan that a class is carried out by.
pub(super) struct ClassPlan {
    /// The file, as it was named.
    path: PathBuf,
    class: SavedClass,
}

/// The plan in the file that was named as a roster, if it is one.
pub(super) fn opened(host: &Host, named: &str) -> Result<Option<ClassPlan>, AppError> {
    let path = PathBuf::from(named);
    // No roster begins like a document.
    if first_of(&host.cwd.join(&path)) != Some(b'{') {
        return Ok(None);
    }
    let text = text_of(&host.cwd.join(&path), LARGEST).map_err(|source| ClassPlanError::Unread {
        path: path.clone(),
        source,
    })?;
    match SavedClass::read(&text) {
        Ok(class) => Ok(Some(ClassPlan { path, class })),
        // What it is, is for the reader of rosters to tell.
        Err(ReadError::Other(_)) => Ok(None),
        Err(source) => {
            let help = if matches!(source, ReadError::OfLab) {
                carries_out_lab(&path)
            } else {
                let command = "lab2048 fleet plan ROSTER --out FILE";
                text!("help-new-plan-by-quoted", command = command)
            };
            Err(ClassPlanError::Unusable { path, help, source }.into())
        }
    }
}

/// Refuses a plan where a roster is asked for.
pub(super) fn is_no_plan(host: &Host, named: &str) -> Result<(), AppError> {
    let path = PathBuf::from(named);
    let (is_class, help) = match opened(host, named) {
        Ok(None) => return Ok(()),
        Ok(Some(plan)) => {
            let (command, roster) = (plan.command(), &plan.head().roster);
            let help = text!("help-carries-out-class", command = command, roster = roster);
            (true, help)
        }
        Err(AppError::ClassPlan(ClassPlanError::Unusable {
            source: ReadError::OfLab,
            help,
            ..
        })) => (false, help),
        Err(error) => return Err(error),
    };
    Err(ClassPlanError::NoRoster { path, is_class, help }.into())
}

/// The first byte of a file.
fn first_of(path: &Path) -> Option<u8> {
    let mut first = [0];
    // A pipe would be waited for.
    let is_file = fs::metadata(path).is_ok_and(|there| there.is_file());
    let read = is_file.then(|| fs::File::open(path).and_then(|mut file| file.read(&mut first)));
    matches!(read, Some(Ok(1))).then_some(first[0])
}

fn carries_out_lab(path: &Path) -> Text {
    let path = next_view::line(&[path.display().to_string()]);
    text!("help-carries-out-lab", path = path)
}

impl ClassPlan {
    /// What it is of.
    pub(super) fn head(&self) -> &ClassHead {
        self.class.head()
    }

    /// The file, as it was named.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The command that carries it out.
    fn command(&self) -> String {
        carry_out(&self.head().flags, &self.path)
    }

    /// What there is to do about labs that have moved.
    pub(super) fn remedy(&self, flags: &[String], moved: &[String]) -> next_view::NextStep {
        let head = self.head();
        if head.flags != flags {
            return (self.command(), text!("next-plan-made-with"));
        }
        let mut more = vec![head.roster.clone()];
        if moved.len() < self.class.labs().count() {
            more.extend(["--only".to_owned(), moved.join(",")]);
        }
        more.extend(["--out".to_owned(), "FILE".to_owned()]);
        let command = Commands::new(flags).of("fleet plan", &next_view::line(&more));
        (command, text!("next-plan-anew"))
    }

    /// The places of its labs in the roster; of those named alone, if some are.
    pub(super) fn chosen(&self, roster: &[RosterLab], only: &[String]) -> Result<Vec<usize>, AppError> {
        let head = self.head();
        let is_in = |name: &str| roster.iter().any(|lab| lab.name() == name);
        if let Some(lab) = self.class.labs().find(|name| !is_in(name)) {
            let command = Commands::new(&head.flags);
            let more = next_view::line(&[head.roster.clone(), "--out".to_owned(), "FILE".to_owned()]);
            return Err(ClassPlanError::OtherRoster {
                path: self.path.clone(),
                roster: head.roster.clone(),
                lab: lab.to_owned(),
                command: command.of("fleet plan", &more),
            }
            .into());
        }
        if let Some(lab) = only.iter().find(|name| self.class.labs().all(|lab| lab != *name)) {
            let (path, lab) = (self.path.clone(), lab.clone());
            return Err(ClassPlanError::NoLab { path, lab }.into());
        }
        let is_chosen = |name: &str| match only {
            [] => self.class.labs().any(|lab| lab == name),
            only => only.iter().any(|chosen| chosen == name),
        };
        let places = roster.iter().enumerate().filter(|(_, lab)| is_chosen(lab.name()));
        Ok(places.map(|(place, _)| place).collect())
    }

    /// The plan of a lab, if it has one.
    pub(super) fn lab(&self, lab: &Member) -> Result<Option<SavedPlan>, AppError> {
        self.read(self.class.lab(lab))
    }

    /// The plan of what labs share, if it has one.
    pub(super) fn ground(&self, ground: &Member) -> Result<Option<SavedPlan>, AppError> {
        self.read(self.class.ground(ground))
    }

    fn read(&self, read: Result<Option<SavedPlan>, ReadError>) -> Result<Option<SavedPlan>, AppError> {
        read.map_err(|source| {
            let (path, help) = (self.path.clone(), Text::default());
            ClassPlanError::Unusable { path, help, source }.into()
        })
    }
}

/// What a file says of a lab, or of what labs share.
pub(super) enum Planned {
    /// No file is gone by.
    Any,
    /// It is not in the file.
    Missing,
    /// This is what it must still be.
    As(Box<SavedPlan>),
}

impl Planned {
    /// What `plan` says, if there is one.
    pub(super) fn of(
        plan: Option<&ClassPlan>,
        find: impl FnOnce(&ClassPlan) -> Result<Option<SavedPlan>, AppError>,
    ) -> Result<Self, AppError> {
        let Some(plan) = plan else { return Ok(Self::Any) };
        let found = find(plan)?;
        Ok(found.map_or(Self::Missing, |saved| Self::As(Box::new(saved))))
    }

    /// The plan, if there is one.
    pub(super) fn saved(self) -> Option<Box<SavedPlan>> {
        match self {
            Self::As(saved) => Some(saved),
            Self::Any | Self::Missing => None,
        }
    }
}

/// The command that carries out the plan in a file.
fn carry_out(flags: &[String], path: &Path) -> String {
    let path = next_view::line(&[path.display().to_string()]);
    Commands::new(flags).of("fleet apply", &path)
}

/// A plan of a class takes the place of an earlier one, and of nothing else.
pub(super) fn may_be_written(host: &Host, path: &Path) -> Result<(), AppError> {
    let whole = host.cwd.join(path);
    // A device or a pipe holds nothing, and may be read without end.
    if !whole.is_file() {
        return Ok(());
    }
    let Ok(file) = fs::File::open(&whole) else {
        return Ok(());
    };
    let mut begin = Vec::new();
    let read = file.take(LARGEST_HEAD).read_to_end(&mut begin);
    if read.is_ok_and(|read| read == 0 || is_class(&String::from_utf8_lossy(&begin))) {
        return Ok(());
    }
    Err(AppError::ForeignPlan(path.to_owned()))
}

/// Writes the plans of a class, and offers what carries them out.
pub(super) fn write(
    context: &mut Context,
    asked: &FleetPlan,
    plans: ClassPlans,
    session: &Session,
) -> Result<(), AppError> {
    let Some(path) = &asked.out else { return Ok(()) };
    let flags = run::flags(&context.call.selection, asked.approvals);
    let text = plans
        .to_text(session.clock.now(), asked.choice.roster.clone(), flags.clone())
        .map_err(unwritten)?;
    let whole = context.host.cwd.join(path);
    files::replace(&whole, &text).map_err(|source| AppError::File {
        what: "write",
        path: whole,
        source,
    })?;
    if !context.reporter.settings().format.is_document() {
        let about = text!("next-plan-file-labs");
        context.offer(&[(carry_out(&flags, path), about)]);
    }
    Ok(())
}

/// A plan cannot be written down.
pub(super) fn unwritten(error: serde_json::Error) -> AppError {
    AppError::Io {
        what: "write the plan",
        source: error.into(),
    }
}
