//! Why a call ended before, after or beside its steps; each with its exit and a remedy.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::exit::Exit;
use super::fleet::job::error::JobError;
use super::fleet::saved::error::ClassPlanError;
use super::lesson::error::LessonError;
use crate::aws::{ClusterError, SessionError};
use crate::config::{NameError, Problems};
use crate::fleet::GroundError;
use crate::k8s::ConnectError;
use crate::model::{ApiServer, Goal, Holder, TargetKind};
use crate::plan::CycleError;
use crate::plan::file::ReadError;
use crate::ports::{CallError, ErrorClass, error_chain};
use crate::render::RenderError;
use crate::report::run_report::ErrorReport;
use lab2048_sandbox::StateError;

/// Why a call ended without having done what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The environment is wrong.
    #[error("{0}")]
    Environment(Box<Problems>),
    /// The environment gives the lab a time that is over.
    #[error("{origin}: lab.expires is {at}, which is past")]
    Expired {
        /// Where that is written.
        origin: String,
        /// The time.
        at: Timestamp,
    },
    /// A new environment's name is wrong, or taken.
    #[error("cannot make the environment")]
    NewEnvironment(#[from] NameError),
    /// The templates are wrong.
    #[error("cannot render the templates")]
    Render(#[from] RenderError),
    /// There is no session with AWS.
    #[error("cannot open a session with AWS")]
    Session(#[from] SessionError),
    /// The cluster cannot be found or read.
    #[error("cannot find the cluster")]
    Cluster(#[from] ClusterError),
    /// There is no way to the cluster's API.
    #[error("cannot connect to the cluster")]
    Connect(#[from] ConnectError),
    /// The kubeconfig's current context leads to another cluster than the one that EKS describes.
    #[error("context `{}` of the kubeconfig is not cluster {cluster}: {}", named(.server), .server.difference().unwrap_or_default())]
    OtherCluster {
        /// Where the context leads.
        server: Box<ApiServer>,
        /// Name of the cluster.
        cluster: String,
        /// The cluster's region.
        region: String,
        /// The context that does lead to it.
        instead: Option<String>,
    },
    /// A call failed.
    #[error("cannot {what}")]
    Call {
        /// What was attempted.
        what: &'static str,
        /// Why it failed.
        #[source]
        source: Box<CallError>,
    },
    /// The embedded world cannot be opened.
    #[error("cannot open the sandbox")]
    World(#[from] StateError),
    /// The embedded world cannot be kept.
    #[error("cannot keep the sandbox's state")]
    Unkept(#[source] Arc<StateError>),
    /// There is no place to keep the embedded world in.
    #[error("cannot decide where to keep the sandbox's state: there is no home folder")]
    NoStateFolder,
    /// A file cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    File {
        /// What was attempted, such as `write`.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The file for the events holds something else.
    #[error("cannot write the events to {}: it holds something else", .0.display())]
    ForeignFile(PathBuf),
    /// The file for the journal of a class holds something else.
    #[error("cannot write the journal of the class to {}: it holds something else", .0.display())]
    ForeignJournal(PathBuf),
    /// The file for the plan holds something else.
    #[error("cannot write the plan to {}: it holds something else", .0.display())]
    ForeignPlan(PathBuf),
    /// The file for the page holds something else.
    #[error("cannot write the page to {}: it holds something else", .0.display())]
    ForeignPage(PathBuf),
    /// The kubeconfig that the sandbox's would be written over is somebody's.
    #[error("cannot write the sandbox's kubeconfig to {}: it holds something else", .0.display())]
    ForeignKubeconfig(PathBuf),
    /// A plan file cannot be read.
    #[error("cannot read the plan in {}", path.display())]
    NoPlanFile {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A plan file is not one, or not as it was written.
    #[error("cannot use the plan in {}", path.display())]
    PlanFile {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: ReadError,
    },
    /// A plan file has a plan for another verb.
    #[error("the plan in {} is to {}", path.display(), purpose(*goal))]
    OtherGoal {
        /// Which file.
        path: PathBuf,
        /// Where it takes the lab.
        goal: Goal,
        /// The command that carries it out.
        command: String,
    },
    /// What a plan saw, or was asked for, is not what is there or asked for now.
    #[error("{}: {}", if *is_elsewhere { "the plan is for another place" } else { "the plan is stale" }, moved.join("; "))]
    Stale {
        /// Whether it is for another place or lab altogether.
        is_elsewhere: bool,
        /// What has moved.
        moved: Vec<String>,
        /// What to do about it.
        help: String,
    },
    /// Another run is at work on the lab.
    #[error("{} is at work on this lab{}: nothing was changed", .0.description, since(.0))]
    Locked(Holder),
    /// Edges form a circle.
    #[error("the plan cannot be ordered")]
    Cycle(#[from] CycleError),
    /// Somebody has to answer and cannot be asked.
    #[error("this would change {}, and there is no terminal to ask on", if *target == TargetKind::Aws { "AWS" } else { "the sandbox" })]
    NobodyToAsk {
        /// What would be changed.
        target: TargetKind,
    },
    /// Ctrl-C was the answer.
    #[error("interrupted before anything was changed")]
    Interrupted,
    /// Ctrl-C, while another process had the sandbox's world.
    #[error("interrupted while {0}")]
    GivenUp(String),
    /// The world's clock does not go so far.
    #[error("the sandbox's clock does not go so far: the year would be 3000 or later")]
    TooFar,
    /// The verb is for the sandbox, the environment is not.
    #[error("environment {0} goes to AWS; this is for the sandbox")]
    NotSandbox(String),
    /// There is no lab, or not enough of it.
    #[error("{0}")]
    NoLab(String),
    /// The roster has no such lab.
    #[error("the roster has no lab {name}")]
    NoLabOfClass {
        /// The name.
        name: String,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// What is for one cluster was asked of labs on several.
    #[error("the labs are on {} clusters ({}), and manifests are for one", .0.len(), .0.join(", "))]
    SeveralClusters(Vec<String>),
    /// Labs cannot share what they name.
    #[error("the labs cannot share their profile")]
    Ground(#[from] GroundError),
    /// There is no Job, or no index of one.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A lesson cannot be begun or gone on with.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// The plan of a class in a file cannot be used.
    #[error(transparent)]
    ClassPlan(#[from] ClassPlanError),
    /// There is no such check.
    #[error("there is no check {0}")]
    NoCheck(String),
    /// Something that should always work did not.
    #[error("cannot {what}")]
    Io {
        /// What was attempted.
        what: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl AppError {
    /// A call failed in the attempt to do this.
    pub(super) fn call(what: &'static str) -> impl FnOnce(CallError) -> Self {
        move |source| Self::Call {
            what,
            source: Box::new(source),
        }
    }

    /// The exit this error leads to.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Environment(_)
            | Self::Expired { .. }
            | Self::NewEnvironment(_)
            | Self::Render(_)
            | Self::NotSandbox(_)
            | Self::NoCheck(_)
            | Self::NoLabOfClass { .. }
            | Self::SeveralClusters(_)
            | Self::Ground(_)
            | Self::TooFar
            | Self::NoPlanFile { .. } => Exit::Usage,
            Self::Lesson(error) => error.exit(),
            Self::PlanFile { source, .. } => Exit::of_plan_file(source),
            Self::ClassPlan(error) => error.exit(),
            Self::Job(error) => error.exit(),
            Self::Connect(error) if error.is_configuration() => Exit::Usage,
            Self::OtherCluster { .. } => Exit::Check,
            Self::Session(error) if error.is_configuration() => Exit::Usage,
            Self::Session(error) if error.is_unanswered() => Exit::Refused,
            Self::NobodyToAsk { .. }
            | Self::ForeignFile(_)
            | Self::ForeignJournal(_)
            | Self::ForeignPlan(_)
            | Self::ForeignPage(_)
            | Self::ForeignKubeconfig(_)
            | Self::OtherGoal { .. } => Exit::Refused,
            Self::Interrupted | Self::GivenUp(_) => Exit::Interrupted,
            Self::Stale { .. } | Self::Locked(_) => Exit::Conflict,
            Self::Call { source, .. } if source.class == ErrorClass::Conflict => Exit::Conflict,
            Self::Session(_)
            | Self::Cluster(_)
            | Self::Connect(_)
            | Self::Call { .. }
            | Self::World(_)
            | Self::Unkept(_)
            | Self::NoStateFolder
            | Self::File { .. }
            | Self::Cycle(_)
            | Self::NoLab(_)
            | Self::Io { .. } => Exit::Failed,
        }
    }

    /// Its class in documents: what a program decides by.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Environment(_) | Self::Expired { .. } | Self::NewEnvironment(_) | Self::Ground(_) => "environment",
            Self::Render(_) => "template",
            Self::NotSandbox(_)
            | Self::NoCheck(_)
            | Self::NoLabOfClass { .. }
            | Self::SeveralClusters(_)
            | Self::TooFar => "usage",
            Self::Lesson(_) => "lesson",
            Self::Session(_) => "session",
            Self::Job(error) => error.class(),
            Self::ClassPlan(error) => error.class(),
            Self::Call { source, .. } => source.class.word(),
            Self::Cluster(ClusterError::Call(source)) => source.class.word(),
            Self::Cluster(_) | Self::Connect(_) => "cluster",
            Self::OtherCluster { .. } => "check",
            Self::World(_) | Self::Unkept(_) | Self::NoStateFolder => "sandbox",
            Self::File { .. } | Self::Io { .. } => "file",
            Self::NoPlanFile { .. } | Self::PlanFile { .. } => "plan-file",
            Self::Stale { .. } => "stale",
            Self::Locked(_) => "locked",
            Self::ForeignFile(_)
            | Self::ForeignJournal(_)
            | Self::ForeignPlan(_)
            | Self::ForeignPage(_)
            | Self::ForeignKubeconfig(_)
            | Self::OtherGoal { .. }
            | Self::NobodyToAsk { .. } => "refused",
            Self::Interrupted | Self::GivenUp(_) => "interrupted",
            Self::NoLab(_) => "no-lab",
            Self::Cycle(_) => "other",
        }
    }

    /// The error as documents have it.
    pub(super) fn report(&self) -> ErrorReport {
        ErrorReport::new(self.class(), error_chain(self), self.help(), self.exit().code())
    }
}

/// The context of the kubeconfig that leads to a server.
pub(super) fn named(server: &ApiServer) -> &str {
    server.context.as_deref().unwrap_or_default()
}

/// Since when somebody has what is needed, as far as it is known.
fn since(holder: &Holder) -> String {
    holder.since.map_or_else(String::new, |since| {
        format!(", since {}", since.strftime("%F %H:%M:%S UTC"))
    })
}

/// What a plan is to do, in words.
fn purpose(goal: Goal) -> &'static str {
    match goal {
        Goal::Ready => "create or change the lab, not to remove it",
        Goal::Gone => "remove the lab",
    }
}

impl From<Problems> for AppError {
    fn from(problems: Problems) -> Self {
        Self::Environment(Box::new(problems))
    }
}
