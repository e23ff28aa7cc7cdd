//! `lesson …`: stories in the sandbox, each in a world of its own, and what has become of them.

pub(super) mod error;

use std::path::{Path, PathBuf};
use std::time::Duration;

use self::error::LessonError;
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::request::{Approvals, FailOn, LessonVerb, RunOptions, Selection};
use super::run::{RunRequest, in_session};
use super::session::{self, Project};
use super::snapshot::{Purpose, Snapshot};
use super::status::describe;
use crate::files;
use crate::lang::text;
use crate::lessons::{self, Facts, LabIs, Lesson, Looked, Record};
use crate::model::{Object, Scope, parse_duration};
use crate::readiness;
use crate::report::lesson_view::{self, Progress};
use crate::report::status::LabState;
use lab2048_sandbox::{Beginning, Breakage, Sandbox};

/// Most bytes of a record.
const LONGEST: u64 = 64 << 10;

/// Carries out one of the verbs.
pub(super) async fn run(context: &mut Context, verb: LessonVerb) -> Result<Exit, AppError> {
    match verb {
        LessonVerb::List => Ok(list(context)),
        LessonVerb::Start { name, reset } => start(context, &name, reset).await,
        LessonVerb::Hint => hint(context),
        LessonVerb::Check => check(context).await,
        LessonVerb::Solve => solve(context),
    }
}

fn list(context: &mut Context) -> Exit {
    let now = Kept::read(context).ok();
    let current = now.as_ref().map(|kept| &kept.record);
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&lesson_view::documents(lessons::all()));
    } else {
        let text = lesson_view::list(lessons::all(), current, &context.reporter.settings().out);
        context.reporter.data(&text);
    }
    Exit::Done
}

/// A new world, what the lesson has in it, and the story.
async fn start(context: &mut Context, name: &str, reset: bool) -> Result<Exit, AppError> {
    let lesson = lessons::named(name).ok_or_else(|| LessonError::Unknown {
        name: name.to_owned(),
        near: lessons::nearest(name),
    })?;
    begin_world(context, lesson, reset).await?;
    if lesson.begin.lab {
        let preparing = context.reporter.settings().err.say(&text!("lesson-preparing"));
        context.reporter.info(&format!("{preparing}\n"));
        apply(context, selection_of(context, lesson)).await?;
    }
    let world = world(context).await?;
    let turn = world.turn().await;
    for name in &lesson.begin.broken {
        // A test has all lessons begun.
        if let Ok(what) = name.parse::<Breakage>() {
            world.break_(what);
        }
    }
    let after = lesson.begin.after.as_deref();
    let after = after.and_then(|text| parse_duration(text, Duration::from_hours(1)).ok());
    world.advance(after.unwrap_or(Duration::ZERO));
    drop(turn);
    session::kept(&world)?;
    let kept = Kept {
        path: record_path(context)?,
        record: Record::begun(lesson.id, context.host.wall.now()),
    };
    kept.write()?;
    let text = lesson_view::story(lesson, &context.commands(), &context.reporter.settings().out);
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// A world with nothing of labs in it. One that has something is given up only if that was said, or if it is another lesson's.
async fn begin_world(context: &Context, lesson: &'static Lesson, reset: bool) -> Result<(), AppError> {
    let environment = context.project()?.resolved.environment;
    let present = session::world(&environment, &context.host).await?;
    if !reset && is_used(&present, lab_of_lesson(context).as_deref()) {
        return Err(LessonError::WorldInUse { name: lesson.id }.into());
    }
    drop(present);
    // Whatever becomes of the world, the lesson that was under way in it is over.
    forget(context);
    if context.host.world.is_some() {
        return Ok(());
    }
    let settings = environment.sandbox;
    let beginning = Beginning::of(settings.seed, settings.speed);
    let file = session::world_file(&context.host)?.clone();
    Sandbox::reset(file, &beginning, context.host.wall.clone()).await?;
    Ok(())
}

/// Whether there is something in the world that is not of the lesson's own lab, which is in this namespace.
fn is_used(world: &Sandbox, own: Option<&str>) -> bool {
    let inventory = world.inventory();
    let is_foreign = |namespace: &String| Some(namespace.as_str()) != own;
    let mut elsewhere = inventory.other_clusters.iter();
    let is_elsewhere = elsewhere.any(|cluster| !cluster.objects.is_empty() || !cluster.profiles.is_empty());
    let is_left = !inventory.profiles.is_empty() || !inventory.load_balancers.is_empty();
    is_elsewhere || inventory.objects.keys().any(is_foreign) || (own.is_none() && is_left)
}

/// The namespace of the lab of the lesson that is under way.
fn lab_of_lesson(context: &Context) -> Option<String> {
    let kept = Kept::read(context).ok()?;
    let selection = selection_of(context, kept.lesson().ok()?);
    let project = Project::load(&selection, &context.host).ok()?;
    Some(project.environment().app.namespace.clone())
}

async fn world(context: &Context) -> Result<Sandbox, AppError> {
    let environment = context.project()?.resolved.environment;
    session::world(&environment, &context.host).await
}

/// The lab of the lesson, in the environment of the call.
fn selection_of(context: &Context, lesson: &Lesson) -> Selection {
    let mut selection = context.call.selection.clone();
    selection.set.extend(lesson.with.iter().cloned());
    selection
}

/// Puts the lab up, without a word.
async fn apply(context: &Context, selection: Selection) -> Result<(), AppError> {
    let mut quiet = context.quiet(selection);
    let session = quiet.session().await?;
    let options = RunOptions {
        yes: true,
        ..RunOptions::default()
    };
    let mut request = RunRequest::apply(Approvals::default(), FailOn::default(), options, None);
    match in_session(&mut quiet, &session, &mut request, None).await.result? {
        Exit::Done => Ok(()),
        Exit::Interrupted => Err(AppError::Interrupted),
        exit => Err(LessonError::NoLab(exit.code()).into()),
    }
}

fn hint(context: &mut Context) -> Result<Exit, AppError> {
    let mut kept = Kept::read(context)?;
    let lesson = kept.lesson()?;
    let most = lesson.hints().len();
    if kept.record.solved.is_none() {
        kept.record.hints = kept.record.hints.saturating_add(1).min(most);
        kept.write()?;
    }
    let text = lesson_view::hints(lesson, kept.record.hints.max(1), &context.reporter.settings().out);
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// Shows the solution; from then on the lesson has no points.
fn solve(context: &mut Context) -> Result<Exit, AppError> {
    let mut kept = Kept::read(context)?;
    let lesson = kept.lesson()?;
    if kept.record.solved.is_none() {
        kept.record.peeked = true;
        kept.write()?;
    }
    let text = lesson_view::solution(lesson, &context.commands(), &context.reporter.settings().out);
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// Looks whether the lesson is solved.
async fn check(context: &mut Context) -> Result<Exit, AppError> {
    let mut kept = Kept::read(context)?;
    let lesson = kept.lesson()?;
    let looked = look(context, lesson).await?;
    let is_solved = looked.iter().all(|looked| looked.is_so);
    let now = context.host.wall.now();
    if is_solved && kept.record.solved.is_none() {
        kept.record.solved = Some(now);
        kept.write()?;
    }
    let progress = Progress {
        lesson,
        record: &kept.record,
        score: kept.record.score(now),
        looked: &looked,
        is_solved,
    };
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&lesson_view::document(&progress));
    } else {
        let text = lesson_view::progress(&progress, &context.reporter.settings().out);
        context.reporter.data(&text);
    }
    Ok(if is_solved { Exit::Done } else { Exit::Check })
}

/// How far it is, looked at anew.
async fn look(context: &Context, lesson: &Lesson) -> Result<Vec<Looked>, AppError> {
    let beside = context.quiet(selection_of(context, lesson));
    let session = beside.session().await?;
    let snapshot = Snapshot::take(&beside, &session, Purpose::look(Scope::Status)).await?;
    let lab = match describe(&session, &snapshot, None).state {
        LabState::Ready => LabIs::Ready,
        LabState::Absent => LabIs::Absent,
        LabState::Stopped | LabState::Progressing | LabState::Deleting => LabIs::Between,
    };
    let world = world(context).await?;
    let inventory = world.inventory();
    let (pods, nodes) = running(&snapshot);
    let states = snapshot
        .kube
        .objects
        .iter()
        .filter_map(|state| state.live.known()?.clone());
    let objects: Vec<Object> = states.collect();
    let facts = Facts {
        lab,
        pods,
        nodes,
        broken: &inventory.broken,
        objects: &objects,
        in_aws: inventory.profiles.len() + inventory.load_balancers.len(),
    };
    Ok(lesson.goal.iter().map(|goal| goal.look(&facts)).collect())
}

/// How many pods of the Deployment are ready, and on how many Fargate nodes they are.
fn running(snapshot: &Snapshot) -> (usize, usize) {
    let Some(deployment) = snapshot.kube.live_of_kind("Deployment") else {
        return (0, 0);
    };
    let own = readiness::pods_of(deployment, snapshot.kube.pods.items());
    let ready: Vec<&Object> = own.into_iter().filter(|pod| readiness::is_pod_ready(pod)).collect();
    let on_fargate = ready.iter().filter(|pod| readiness::is_on_fargate(pod));
    let mut nodes: Vec<&str> = on_fargate.filter_map(|pod| pod.text("/spec/nodeName")).collect();
    nodes.sort_unstable();
    nodes.dedup();
    (ready.len(), nodes.len())
}

/// The record of the lesson under way, and where it is kept.
struct Kept {
    path: PathBuf,
    record: Record,
}

/// Beside the world's own file.
fn record_path(context: &Context) -> Result<PathBuf, AppError> {
    Ok(beside(&session::world_file(&context.host)?.path))
}

/// Where the record of a lesson is that is under way in the world of this file.
pub(super) fn beside(world: &Path) -> PathBuf {
    let mut path = world.as_os_str().to_owned();
    path.push(".lesson");
    path.into()
}

/// The record in this file, if it is one.
pub(super) fn recorded(path: &Path) -> Option<Record> {
    let text = files::text_of(path, LONGEST).ok()?;
    serde_json::from_str(&text).ok()
}

/// No lesson is under way any more: its world has been given up.
pub(super) fn forget(context: &Context) {
    if let Ok(path) = record_path(context) {
        // There may have been none.
        drop(std::fs::remove_file(path));
    }
}

impl Kept {
    fn read(context: &Context) -> Result<Self, AppError> {
        let path = record_path(context)?;
        recorded(&path)
            .map(|record| Self { path, record })
            .ok_or_else(|| LessonError::NotBegun.into())
    }

    fn write(&self) -> Result<(), AppError> {
        let failed = |source| AppError::File {
            what: "write",
            path: self.path.clone(),
            source,
        };
        session::make_folder_of(&self.path)?;
        let text = serde_json::to_string(&self.record).map_err(|error| failed(error.into()))?;
        files::replace(&self.path, &(text + "\n")).map_err(failed)
    }

    fn lesson(&self) -> Result<&'static Lesson, LessonError> {
        lessons::named(&self.record.lesson).ok_or(LessonError::NotBegun)
    }
}
