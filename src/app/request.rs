//! What a verb is asked to do, free of how it was typed.

use std::path::PathBuf;
use std::time::Duration;

use lab2048_sandbox::Breakage;

pub use super::fleet::job::request::{JobOrder, JobPlace, JobVerb, Work};
pub use super::options::{Carrying, FailOn, FleetChoice, FleetPlan, MaxFailures, RunOptions, SweepOrder};
pub use crate::fleet::Pick;
pub use crate::fleet::job::Account;
pub use crate::plan::Approvals;
pub use crate::report::Format;

use crate::lang::Language;
use crate::permissions::Extent;

/// Which environment, and what is changed in it for this call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Name or path; `None` means `sandbox`.
    pub env: Option<String>,
    /// `key.path=value`, in the order given.
    pub set: Vec<String>,
    /// Region instead of the environment's.
    pub region: Option<String>,
    /// Cluster instead of the environment's.
    pub cluster: Option<String>,
    /// AWS profile.
    pub profile: Option<String>,
    /// Folder whose templates replace or extend the embedded ones.
    pub templates: Option<PathBuf>,
}

impl Selection {
    /// The flags that choose the same, as they are typed.
    pub fn flags(&self) -> Vec<String> {
        let Self {
            env,
            set,
            region,
            cluster,
            profile,
            templates,
        } = self;
        let templates = templates.as_ref().map(|folder| folder.display().to_string());
        let named = [
            ("-e", env),
            ("--region", region),
            ("--cluster", cluster),
            ("--profile", profile),
            ("--templates", &templates),
        ];
        let given = named
            .into_iter()
            .filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
        let set = set.iter().map(|value| ("--set", value));
        given
            .chain(set)
            .flat_map(|(flag, value)| [flag.to_owned(), value.clone()])
            .collect()
    }
}

/// What is common to all verbs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Common {
    /// The format of the answer.
    pub output: Format,
    /// Whether there are colours.
    pub color: ColorChoice,
    /// The language, if one was asked for.
    pub language: Option<Language>,
    /// Results and errors only.
    pub quiet: bool,
    /// More detail.
    pub verbose: u8,
}

/// Whether what people read has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Everywhere: for CI servers that show them, and for pagers.
    Always,
    /// Nowhere.
    Never,
}

/// One call of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is common to all verbs.
    pub common: Common,
    /// Which environment; verbs that need none ignore it.
    pub selection: Selection,
    /// What to do.
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    /// `plan`
    Plan(PlanOptions),
    /// `show`: a plan in a file.
    Show(PathBuf),
    /// `apply`
    Apply {
        /// Flags that let it go further than usual.
        approvals: Approvals,
        /// Which findings stop it.
        fail_on: FailOn,
        /// How it is executed.
        options: RunOptions,
        /// A plan made earlier.
        plan_file: Option<PathBuf>,
        /// Where to write the lab as a page.
        html: Option<PathBuf>,
    },
    /// `status`
    Status(StatusOptions),
    /// `scale`
    Scale {
        /// Flags that let it go further than usual.
        approvals: Approvals,
        /// How it is executed.
        options: RunOptions,
        /// Number of pods.
        replicas: u32,
        /// Where to write the lab as a page.
        html: Option<PathBuf>,
    },
    /// `destroy`
    Destroy {
        /// Flags that let it go further than usual.
        approvals: Approvals,
        /// How it is executed.
        options: RunOptions,
        /// A plan made earlier.
        plan_file: Option<PathBuf>,
    },
    /// `doctor`
    Doctor(FailOn),
    /// `explain`, of these checks, or the list of all.
    Explain(Vec<String>),
    /// `render`
    Render,
    /// `open`
    Open {
        /// Port on 127.0.0.1 for the sandbox's game; 0 takes a free one, none the usual one.
        port: Option<u16>,
        /// Print the address only.
        print: bool,
    },
    /// `policy iam`, `policy rbac`
    Policy(PolicyKind, Extent),
    /// `env list`
    EnvList,
    /// `env show`
    EnvShow,
    /// `env init NAME`
    EnvInit(String),
    /// `report`
    Report {
        /// Where to write it.
        file: PathBuf,
        /// The events of the run in question; the last run's, if none are named.
        events: Option<PathBuf>,
    },
    /// `schema`, and `env schema`
    Schema(SchemaKind),
    /// `sandbox …`
    Sandbox(SandboxVerb),
    /// `lesson …`
    Lesson(LessonVerb),
    /// `fleet …`
    Fleet(FleetVerb),
}

impl Verb {
    /// The words it is called by.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Plan(_) => "plan",
            Self::Show(_) => "show",
            Self::Apply { .. } => "apply",
            Self::Status(_) => "status",
            Self::Scale { .. } => "scale",
            Self::Destroy { .. } => "destroy",
            Self::Doctor(_) => "doctor",
            Self::Explain(_) => "explain",
            Self::Render => "render",
            Self::Open { .. } => "open",
            Self::Policy(PolicyKind::Iam, _) => "policy iam",
            Self::Policy(PolicyKind::Rbac, _) => "policy rbac",
            Self::EnvList => "env list",
            Self::EnvShow => "env show",
            Self::EnvInit(_) => "env init",
            Self::Report { .. } => "report",
            Self::Schema(_) => "schema",
            Self::Sandbox(SandboxVerb::Serve(_)) => "sandbox serve",
            Self::Sandbox(SandboxVerb::Shell(_)) => "sandbox shell",
            Self::Sandbox(SandboxVerb::Reset(_)) => "sandbox reset",
            Self::Sandbox(SandboxVerb::Show) => "sandbox show",
            Self::Sandbox(SandboxVerb::Advance(_)) => "sandbox advance",
            Self::Sandbox(SandboxVerb::ListBreakages | SandboxVerb::Break(_)) => "sandbox break",
            Self::Sandbox(SandboxVerb::Mend(_)) => "sandbox mend",
            Self::Sandbox(SandboxVerb::Token) => "sandbox token",
            Self::Lesson(LessonVerb::List) => "lesson list",
            Self::Lesson(LessonVerb::Start { .. }) => "lesson start",
            Self::Lesson(LessonVerb::Hint) => "lesson hint",
            Self::Lesson(LessonVerb::Check) => "lesson check",
            Self::Lesson(LessonVerb::Solve) => "lesson solve",
            Self::Fleet(FleetVerb::Init(_)) => "fleet init",
            Self::Fleet(FleetVerb::Plan(_)) => "fleet plan",
            Self::Fleet(FleetVerb::Apply(_)) => "fleet apply",
            Self::Fleet(FleetVerb::Status { .. }) => "fleet status",
            Self::Fleet(FleetVerb::Destroy(_)) => "fleet destroy",
            Self::Fleet(FleetVerb::Sweep(_)) => "fleet sweep",
            Self::Fleet(FleetVerb::Access(_)) => "fleet access",
            Self::Fleet(FleetVerb::Job(verb)) => verb.words(),
        }
    }

    /// Whether it ends in the document of a run.
    pub fn is_run(&self) -> bool {
        matches!(
            self,
            Self::Plan(_) | Self::Apply { .. } | Self::Scale { .. } | Self::Destroy { .. }
        )
    }
}

/// Where something is to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// In AWS.
    Iam,
    /// In the cluster.
    Rbac,
}

/// How a lab is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusOptions {
    /// Exit with 2 when the lab is not as wanted.
    pub detailed_exitcode: bool,
    /// Look again and again, until Ctrl-C.
    pub watch: bool,
    /// Where to write the lab as a page.
    pub html: Option<PathBuf>,
}

/// What `plan` is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanOptions {
    /// Flags that let it go further than usual.
    pub approvals: Approvals,
    /// Where to write the plan.
    pub out: Option<PathBuf>,
    /// Exit with 2 when there is something to change.
    pub detailed_exitcode: bool,
    /// Plan the removal of the lab.
    pub destroy: bool,
    /// Which findings are an obstacle.
    pub fail_on: FailOn,
    /// File that every event is added to, as a line of JSON.
    pub events: Option<PathBuf>,
}

/// What to do with a class of labs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetVerb {
    /// Write a roster.
    Init(NewRoster),
    /// Show what would be done.
    Plan(FleetPlan),
    /// Make the labs, and what they share.
    Apply(Carrying),
    /// Show all labs as they are.
    Status {
        /// Which.
        choice: FleetChoice,
        /// Exit with 2 when a lab is not as wanted.
        detailed_exitcode: bool,
        /// Look again and again, until Ctrl-C.
        watch: bool,
    },
    /// Remove the labs, and what they share.
    Destroy(Carrying),
    /// Look for all that is there of them and of others, and remove what is to go.
    Sweep(SweepOrder),
    /// Print what lets each participant at their own lab.
    Access(FleetChoice),
    /// Have all that done by a Job in a cluster.
    Job(JobVerb),
}

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaKind {
    /// Environments' files.
    Environment,
    /// The lines of `--events`.
    Events,
    /// How `plan`, `apply`, `scale` and `destroy` end.
    Plan,
    /// The document of `status`.
    Status,
    /// The document of `doctor`.
    Findings,
    /// The file of `report`.
    Report,
}

/// A roster to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoster {
    /// Number of labs.
    pub count: u32,
    /// What their names begin with.
    pub prefix: String,
    /// Where: YAML if its name says so, else CSV.
    pub file: PathBuf,
}

/// What to do with lessons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LessonVerb {
    /// List them.
    List,
    /// Begin one, in a new world.
    Start {
        /// Its name.
        name: String,
        /// Give up what is in the present world.
        reset: bool,
    },
    /// Show a hint, each time one more.
    Hint,
    /// Look whether it is solved.
    Check,
    /// Show the solution.
    Solve,
}

/// What to do with the embedded world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxVerb {
    /// Serve it on this port of 127.0.0.1; 0 takes a free one.
    Serve(u16),
    /// Run this command, or the user's shell, with kubectl and the AWS CLI pointed at it.
    Shell(Vec<String>),
    /// Begin a new one, with these clusters; with the chapter's one if none is named.
    Reset(Vec<String>),
    /// Show what is in it.
    Show,
    /// Let time pass.
    Advance(Duration),
    /// List what can be broken.
    ListBreakages,
    /// Break something.
    Break(Vec<Breakage>),
    /// Mend what was broken; everything, if nothing is named.
    Mend(Vec<Breakage>),
    /// Print a token for its cluster.
    Token,
}
