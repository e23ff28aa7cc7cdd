//! What a verb is asked to do, free of how it was typed.

use std::path::PathBuf;
use std::time::Duration;

use lab2048_sandbox::Breakage;

pub use crate::plan::Approvals;
pub use crate::report::Format;

use crate::model::Severity;
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

/// From which severity on a finding of a check is an obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Errors alone.
    #[default]
    Error,
    /// Warnings, too.
    Warning,
}

impl FailOn {
    /// The least severity that counts.
    pub fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
        }
    }
}

/// What is common to all verbs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Common {
    /// The format of the answer.
    pub output: Format,
    /// No colour, whatever the terminal can do.
    pub no_color: bool,
    /// Results and errors only.
    pub quiet: bool,
    /// More detail.
    pub verbose: u8,
}

/// How a change is executed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunOptions {
    /// Do not ask.
    pub yes: bool,
    /// Limit of every wait, instead of the environment's.
    pub timeout: Option<Duration>,
    /// How long another run's lock is waited for.
    pub wait_lock: Option<Duration>,
    /// File that every event is added to, as a line of JSON.
    pub events: Option<PathBuf>,
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
    },
    /// `status`
    Status {
        /// Exit with 2 when the lab is not as wanted.
        detailed_exitcode: bool,
    },
    /// `scale`
    Scale {
        /// Flags that let it go further than usual.
        approvals: Approvals,
        /// How it is executed.
        options: RunOptions,
        /// Number of pods.
        replicas: u32,
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
        /// Port on 127.0.0.1 for the sandbox's game; 0 takes a free one.
        port: u16,
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
    /// `env schema`
    EnvSchema,
    /// `sandbox …`
    Sandbox(SandboxVerb),
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
            Self::Status { .. } => "status",
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
            Self::EnvSchema => "env schema",
            Self::Sandbox(SandboxVerb::Serve(_)) => "sandbox serve",
            Self::Sandbox(SandboxVerb::Reset) => "sandbox reset",
            Self::Sandbox(SandboxVerb::Show) => "sandbox show",
            Self::Sandbox(SandboxVerb::Advance(_)) => "sandbox advance",
            Self::Sandbox(SandboxVerb::ListBreakages | SandboxVerb::Break(_)) => "sandbox break",
            Self::Sandbox(SandboxVerb::Mend(_)) => "sandbox mend",
            Self::Sandbox(SandboxVerb::Token) => "sandbox token",
            Self::Fleet(FleetVerb::Init(_)) => "fleet init",
            Self::Fleet(FleetVerb::Plan(_)) => "fleet plan",
            Self::Fleet(FleetVerb::Apply(_)) => "fleet apply",
            Self::Fleet(FleetVerb::Status { .. }) => "fleet status",
            Self::Fleet(FleetVerb::Destroy(_)) => "fleet destroy",
            Self::Fleet(FleetVerb::Sweep(_)) => "fleet sweep",
            Self::Fleet(FleetVerb::Access(_)) => "fleet access",
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
    Plan(FleetChoice),
    /// Make the labs, and what they share.
    Apply(Carrying),
    /// Show all labs as they are.
    Status {
        /// Which.
        choice: FleetChoice,
        /// Exit with 2 when a lab is not as wanted.
        detailed_exitcode: bool,
    },
    /// Remove the labs, and what they share.
    Destroy(Carrying),
    /// Look for all that is left of them.
    Sweep(FleetChoice),
    /// Print what lets each participant at their own lab.
    Access(FleetChoice),
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

/// Which labs of which roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetChoice {
    /// The roster's file.
    pub roster: String,
    /// These labs alone; all, if none is named.
    pub only: Vec<String>,
    /// How many at once.
    pub parallel: usize,
}

/// How a class is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrying {
    /// Which labs.
    pub choice: FleetChoice,
    /// Flags that let it go further than usual.
    pub approvals: Approvals,
    /// Which findings stop a lab.
    pub fail_on: FailOn,
    /// How each lab is carried out.
    pub options: RunOptions,
    /// With how many failures no further labs begin.
    pub failures: MaxFailures,
    /// Whether the first lab of each cluster goes alone.
    pub canary: bool,
    /// Leave out what is on record as done.
    pub resume: bool,
}

/// How many labs may fail before no further ones begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxFailures {
    /// So many.
    Labs(usize),
    /// So many of a hundred.
    Percent(u8),
}

impl MaxFailures {
    /// How many that is of so many labs.
    pub fn of(self, labs: usize) -> usize {
        match self {
            Self::Labs(most) => most,
            Self::Percent(percent) => labs * usize::from(percent) / 100,
        }
    }
}

/// What to do with the embedded world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxVerb {
    /// Serve it on this port of 127.0.0.1; 0 takes a free one.
    Serve(u16),
    /// Begin a new one.
    Reset,
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
