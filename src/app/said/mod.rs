//! Errors as people read them: each link of a chain in words of ours, where it is one of ours.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::error::{AppError, named};
use super::host::HostError;
use crate::aws::{ClusterError, SessionError};
use crate::config::NameError;
use crate::fleet::GroundError;
use crate::k8s::{ConnectError, CredentialsError};
use crate::lang::{Text, text};
use crate::model::{ApiMismatch, ApiServer, Goal, Holder, TargetKind};
use crate::plan::CycleError;
use crate::plan::file::ReadError;
use crate::ports::said_chain;
use crate::report::{Style, error_view};
use lab2048_sandbox::{StateError, Wait};

/// An error, its causes and what to do about it, as they are shown on a stream.
pub(super) fn shown(error: &(dyn Error + 'static), help: Option<&Text>, style: &Style) -> String {
    let causes = match error.downcast_ref::<AppError>() {
        Some(AppError::Environment(problems)) => vec![problems.said(style.language)],
        _ => said_chain(error, said).iter().map(|text| style.say(text)).collect(),
    };
    let help = help.map(|help| style.say(help));
    error_view::text(&causes, help.as_deref(), style)
}

impl AppError {
    /// What went wrong as people read it, outermost first.
    pub fn texts(&self) -> Vec<Text> {
        said_chain(self, said)
    }

    /// What went wrong, without what is behind it.
    pub fn text(&self) -> Text {
        match self {
            Self::Environment(problems) => Text::verbatim(problems.to_string()),
            Self::Expired { origin, at } => text!("error-expired", origin = origin, at = at.to_string()),
            Self::NewEnvironment(_) => text!("error-new-environment"),
            Self::Render(_) => text!("error-render"),
            Self::Session(_) => text!("error-session"),
            Self::Cluster(_) => text!("error-cluster"),
            Self::Connect(_) => text!("error-connect"),
            Self::OtherCluster { server, cluster, .. } => of_other_cluster(server, cluster),
            Self::Call { what, .. } | Self::Io { what, .. } => cannot(what),
            Self::File { what, path, .. } => cannot(what).with("path", place(path)),
            Self::World(_) => text!("error-world"),
            Self::Unkept(_) => text!("error-unkept"),
            Self::NoStateFolder => text!("error-no-state-folder"),
            Self::ForeignFile(path) => text!("error-foreign-events", path = place(path)),
            Self::ForeignJournal(path) => text!("error-foreign-journal", path = place(path)),
            Self::ForeignPlan(path) => text!("error-foreign-plan", path = place(path)),
            Self::ForeignPage(path) => text!("error-foreign-page", path = place(path)),
            Self::ForeignReport(path) => text!("error-foreign-report", path = place(path)),
            Self::NoEvents(path) => text!("error-no-events", path = place(path)),
            Self::ForeignKubeconfig(path) => text!("error-foreign-kubeconfig", path = place(path)),
            Self::NoPlanFile { path, .. } => text!("error-no-plan-file", path = place(path)),
            Self::PlanFile { path, .. } => text!("error-plan-file", path = place(path)),
            Self::OtherGoal { path, goal, .. } => of_other_goal(path, *goal),
            Self::Stale {
                is_elsewhere, moved, ..
            } => of_stale(*is_elsewhere, moved),
            Self::Locked(holder) => of_holder(holder),
            Self::Cycle(_) => text!("error-cycle"),
            Self::NobodyToAsk {
                target: TargetKind::Aws,
            } => text!("error-nobody-to-ask-aws"),
            Self::NobodyToAsk {
                target: TargetKind::Sandbox,
            } => text!("error-nobody-to-ask-sandbox"),
            Self::Interrupted => text!("error-interrupted"),
            Self::GivenUp(wait) => text!("error-given-up", wait = of_wait(wait)),
            Self::TooFar => text!("error-too-far"),
            Self::NotSandbox(name) => text!("error-not-sandbox", name = name),
            Self::NoLab(text) => text.clone(),
            Self::NoLabOfClass { name, .. } => text!("error-no-lab-of-class", name = name),
            Self::SeveralClusters(names) => of_several_clusters(names),
            Self::Ground(_) => text!("error-ground"),
            Self::Job(error) => error.text(),
            Self::Lesson(error) => error.text(),
            Self::ClassPlan(error) => error.text(),
            Self::NoCheck(id) => text!("error-no-check", id = id),
        }
    }
}

/// What a link of a chain says, where it is one of ours.
fn said(link: &(dyn Error + 'static)) -> Option<Text> {
    SessionError::said(link)
        .or_else(|| link.downcast_ref().map(AppError::text))
        .or_else(|| link.downcast_ref().map(ClusterError::text))
        .or_else(|| link.downcast_ref().map(ConnectError::text))
        .or_else(|| link.downcast_ref::<Box<CredentialsError>>().map(|error| error.text()))
        .or_else(|| link.downcast_ref().map(ReadError::text))
        .or_else(|| link.downcast_ref().map(GroundError::text))
        .or_else(|| link.downcast_ref().map(NameError::text))
        .or_else(|| link.downcast_ref().map(of_circle))
        .or_else(|| link.downcast_ref().map(of_host))
        .or_else(|| link.downcast_ref().and_then(of_world))
        .or_else(|| link.downcast_ref::<Arc<StateError>>().and_then(|error| of_world(error)))
}

fn place(path: &Path) -> String {
    path.display().to_string()
}

/// Words of the code as the end of an id.
fn id_of(words: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    words.chars().map(letter).collect()
}

/// That something could not be done.
fn cannot(what: &str) -> Text {
    Text::new(format!("error-cannot-{}", id_of(what)))
}

fn of_other_cluster(server: &ApiServer, cluster: &str) -> Text {
    let difference = match &server.mismatch {
        Some(ApiMismatch::Server { of_eks }) => text!("error-other-server", url = &server.url, of_eks = of_eks),
        Some(ApiMismatch::Authority) => text!("error-other-authority", url = &server.url),
        None => Text::default(),
    };
    let context = named(server);
    text!(
        "error-other-cluster",
        context = context,
        cluster = cluster,
        difference = difference
    )
}

fn of_other_goal(path: &Path, goal: Goal) -> Text {
    match goal {
        Goal::Ready => text!("error-plan-to-make", path = place(path)),
        Goal::Gone => text!("error-plan-to-remove", path = place(path)),
    }
}

fn of_stale(is_elsewhere: bool, moved: &[Text]) -> Text {
    let moved = Text::list(moved, "; ");
    if is_elsewhere {
        text!("error-stale-elsewhere", moved = moved)
    } else {
        text!("error-stale", moved = moved)
    }
}

fn of_holder(holder: &Holder) -> Text {
    let name = &holder.description;
    match holder.since {
        Some(since) => {
            let since = since.strftime("%F %H:%M:%S UTC").to_string();
            text!("error-locked-since", holder = name, since = since)
        }
        None => text!("error-locked", holder = name),
    }
}

fn of_several_clusters(names: &[String]) -> Text {
    text!("error-several-clusters", count = names.len(), names = names.join(", "))
}

/// For what a process waits that another one has.
pub(super) fn of_wait(wait: &Wait) -> Text {
    let Some(holder) = &wait.holder else {
        return text!("error-wait");
    };
    let text = if wait.is_stopped {
        text!("error-wait-stopped")
    } else {
        text!("error-wait-for")
    };
    text.with("process", holder.process.to_string())
        .with("command", &holder.command)
}

fn of_circle(error: &CycleError) -> Text {
    let path: Vec<String> = error.path.iter().map(ToString::to_string).collect();
    text!("error-circle", path = path.join(" -> "))
}

fn of_host(error: &HostError) -> Text {
    match error {
        HostError::Cwd(_) => text!("error-cwd"),
        HostError::NotText(name) => text!("error-not-text", name = name),
    }
}

/// What is wrong with the file of a world, but for the number of its format.
fn of_world(error: &StateError) -> Option<Text> {
    Some(match error {
        StateError::Io { action, path, .. } => {
            Text::new(format!("error-state-{}", id_of(action))).with("path", place(path))
        }
        StateError::Another { path } => text!("error-world-of-others", path = place(path)),
        StateError::NoFile { path, kind } => {
            let kind = Text::new(format!("error-kind-{}", id_of(kind)));
            text!("error-world-no-file", path = place(path), kind = kind)
        }
        StateError::TooLarge { path, most } => text!("error-world-too-large", path = place(path), most = *most >> 20),
        StateError::Damaged { path, .. } => text!("error-world-damaged", path = place(path)),
        StateError::Impossible { path, what } => text!("error-world-edited", path = place(path), what = what),
        StateError::Format { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
