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
use crate::lang::Text;
use crate::model::{ApiServer, Goal, Holder, TargetKind};
use crate::plan::CycleError;
use crate::plan::file::ReadError;
use crate::ports::{CallError, ErrorClass, error_chain};
use crate::render::RenderError;
use crate::report::run_report::ErrorReport;
use lab2048_sandbox::{StateError, Wait};

/// Why a call ended without having done what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum AppError {
    /// The environment is wrong.
    Environment(Box<Problems>),
    /// The environment gives the lab a time that is over.
    Expired {
        /// Where that is written.
        origin: String,
        /// The time.
        at: Timestamp,
    },
    /// A new environment's name is wrong, or taken.
    NewEnvironment(#[from] NameError),
    /// The templates are wrong.
    Render(#[from] RenderError),
    /// There is no session with AWS.
    Session(#[from] SessionError),
    /// The cluster cannot be found or read.
    Cluster(#[from] ClusterError),
    /// There is no way to the cluster's API.
    Connect(#[from] ConnectError),
    /// The kubeconfig's current context leads to another cluster than the one that EKS describes.
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
    Call {
        /// What was attempted; the message is `error-cannot-` and this.
        what: &'static str,
        /// Why it failed.
        #[source]
        source: Box<CallError>,
    },
    /// The embedded world cannot be opened.
    World(#[from] StateError),
    /// The embedded world cannot be kept.
    Unkept(#[source] Arc<StateError>),
    /// There is no place to keep the embedded world in.
    NoStateFolder,
    /// A file cannot be read or written.
    File {
        /// What was attempted, such as `write`; the message is `error-cannot-` and this.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The file for the events holds something else.
    ForeignFile(PathBuf),
    /// The file for the journal of a class holds something else.
    ForeignJournal(PathBuf),
    /// The file for the plan holds something else.
    ForeignPlan(PathBuf),
    /// The file for the page holds something else.
    ForeignPage(PathBuf),
    /// The file for the report holds something else.
    ForeignReport(PathBuf),
    /// The file that is to have the events of a run has none.
    NoEvents(PathBuf),
    /// The kubeconfig that the sandbox's would be written over is somebody's.
    ForeignKubeconfig(PathBuf),
    /// A plan file cannot be read.
    NoPlanFile {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A plan file is not one, or not as it was written.
    PlanFile {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: ReadError,
    },
    /// A plan file has a plan for another verb.
    OtherGoal {
        /// Which file.
        path: PathBuf,
        /// Where it takes the lab.
        goal: Goal,
        /// The command that carries it out.
        command: String,
    },
    /// What a plan saw, or was asked for, is not what is there or asked for now.
    Stale {
        /// Whether it is for another place or lab altogether.
        is_elsewhere: bool,
        /// What has moved.
        moved: Vec<Text>,
        /// What to do about it.
        help: Text,
    },
    /// Another run is at work on the lab.
    Locked(Holder),
    /// Edges form a circle.
    Cycle(#[from] CycleError),
    /// Somebody has to answer and cannot be asked.
    NobodyToAsk {
        /// What would be changed.
        target: TargetKind,
    },
    /// Ctrl-C was the answer.
    Interrupted,
    /// Ctrl-C, while another process had the sandbox's world.
    GivenUp(Wait),
    /// The world's clock does not go so far.
    TooFar,
    /// The verb is for the sandbox, the environment is not.
    NotSandbox(String),
    /// There is no lab, or not enough of it.
    NoLab(Text),
    /// The roster has no such lab.
    NoLabOfClass {
        /// The name.
        name: String,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// What is for one cluster was asked of labs on several.
    SeveralClusters(Vec<String>),
    /// Labs cannot share what they name.
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
    NoCheck(String),
    /// Something that should always work did not.
    Io {
        /// What was attempted; the message is `error-cannot-` and this.
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
            | Self::NoPlanFile { .. }
            | Self::NoEvents(_) => Exit::Usage,
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
            | Self::ForeignReport(_)
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
            Self::File { .. } | Self::Io { .. } | Self::NoEvents(_) => "file",
            Self::NoPlanFile { .. } | Self::PlanFile { .. } => "plan-file",
            Self::Stale { .. } => "stale",
            Self::Locked(_) => "locked",
            Self::ForeignFile(_)
            | Self::ForeignJournal(_)
            | Self::ForeignPlan(_)
            | Self::ForeignPage(_)
            | Self::ForeignReport(_)
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
        let help = self.help().map(|help| help.to_string());
        ErrorReport::new(self.class(), error_chain(self), help, self.exit().code())
    }
}

/// The context of the kubeconfig that leads to a server.
pub(super) fn named(server: &ApiServer) -> &str {
    server.context.as_deref().unwrap_or_default()
}

impl From<Problems> for AppError {
    fn from(problems: Problems) -> Self {
        Self::Environment(Box::new(problems))
    }
}
