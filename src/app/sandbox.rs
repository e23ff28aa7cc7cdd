//! `sandbox …`: the embedded world from outside.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::interrupt::pressed;
use super::lesson;
use super::request::SandboxVerb;
use super::session;
use super::{serving, shell};
use crate::lang::{Text, text};
use crate::report::{Style, sandbox_help, table, times, world_view};
use lab2048_sandbox::serve::{self, Served};
use lab2048_sandbox::{Attempt, Beginning, Breakage, Sandbox};

/// Carries out one of the verbs.
pub(super) async fn run(context: &mut Context, verb: SandboxVerb) -> Result<Exit, AppError> {
    let project = context.project()?;
    let environment = project.environment();
    if let SandboxVerb::Reset(clusters) = verb {
        return reset(context, environment, clusters).await;
    }
    let world = session::world(environment, &context.host).await?;
    if let SandboxVerb::Serve(port) = verb {
        serve(context, world.clone(), port).await?;
        session::kept(&world)?;
        return Ok(Exit::Done);
    }
    if let SandboxVerb::Shell(command) = verb {
        return shell::run(context, world, command).await;
    }
    let turn = world.turn().await;
    let done = carry_out(context, &world, verb);
    drop(turn);
    done?;
    session::kept(&world)?;
    Ok(Exit::Done)
}

/// Carries out one of the verbs on a world that this process has to itself.
fn carry_out(context: &mut Context, world: &Sandbox, verb: SandboxVerb) -> Result<(), AppError> {
    match verb {
        SandboxVerb::Show => show(context, world),
        SandboxVerb::Advance(by) => advance(context, world, by)?,
        SandboxVerb::ListBreakages => list_breakages(context, world),
        SandboxVerb::Break(what) => break_(context, world, &what)?,
        SandboxVerb::Mend(what) => {
            let what = if what.is_empty() { Breakage::ALL.to_vec() } else { what };
            mend(context, world, &what);
        }
        SandboxVerb::Token => {
            let facts = world.facts();
            let token = serve::token(&facts.region, &facts.cluster, context.host.wall.now());
            context.reporter.data(&serve::exec_credential(&token));
        }
        SandboxVerb::Reset(_) | SandboxVerb::Serve(_) | SandboxVerb::Shell(_) => {}
    }
    Ok(())
}

fn advance(context: &mut Context, world: &Sandbox, by: Duration) -> Result<(), AppError> {
    if world.advance(by).is_none() {
        return Err(AppError::TooFar);
    }
    let advanced = text!("world-advanced", time = times::duration(by), now = stamp(world));
    info(context, &advanced);
    Ok(())
}

async fn reset(
    context: &mut Context,
    environment: &crate::config::Environment,
    clusters: Vec<String>,
) -> Result<Exit, AppError> {
    if environment.target != crate::config::TargetKind::Sandbox {
        return Err(AppError::NotSandbox(environment.name.clone()));
    }
    let host = &context.host;
    let file = session::world_file(host)?;
    let settings = environment.sandbox;
    let mut beginning = Beginning::of(settings.seed, settings.speed);
    if !clusters.is_empty() {
        let mut named = BTreeSet::new();
        beginning.clusters = clusters.into_iter().filter(|name| named.insert(name.clone())).collect();
    }
    Sandbox::reset(file.clone(), &beginning, host.wall.clone()).await?;
    lesson::forget(context);
    let text = match beginning.clusters.as_slice() {
        [one] => text!("world-new", cluster = one),
        many => text!("world-new-many", count = many.len(), names = many.join(", ")),
    };
    info(context, &text);
    Ok(Exit::Done)
}

/// Says it in the reader's language, as a line.
fn info(context: &mut Context, text: &Text) {
    let said = context.reporter.settings().err.say(text);
    context.reporter.info(&format!("{said}\n"));
}

/// Virtual time to the second.
fn stamp(world: &Sandbox) -> String {
    world.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// What can be broken, and what is.
fn list_breakages(context: &mut Context, world: &Sandbox) {
    let broken = world.inventory().broken;
    if context.reporter.settings().format.is_document() {
        let list = Breakage::ALL.map(|breakage| {
            serde_json::json!({
                "name": breakage.name(),
                "feeling": breakage.feeling(),
                "summary": breakage.summary(),
                "needsLab": breakage.needs_lab(),
                "broken": broken.contains(&breakage.name()),
            })
        });
        context.reporter.document(&list);
        return;
    }
    let style = context.reporter.settings().out;
    let rows = Breakage::ALL.map(|breakage| {
        let is_broken = broken.contains(&breakage.name());
        let now = is_broken.then(|| style.say(&text!("world-now-broken")));
        vec![
            breakage.name().to_owned(),
            now.unwrap_or_default(),
            style.say(&sandbox_help::feeling(breakage)),
        ]
    });
    let head = [text!("table-name"), text!("table-now"), text!("table-feeling")];
    let text = table::text(&head, rows, &style);
    context.reporter.data(&text);
}

/// Breaks what can be broken now. What is wrong is said when it is mended: until then there is something to find out.
fn break_(context: &mut Context, world: &Sandbox, what: &[Breakage]) -> Result<(), AppError> {
    let attempts = what.iter().map(|breakage| (*breakage, world.break_(*breakage)));
    let attempts: Vec<_> = attempts.collect();
    let those = |wanted: Attempt| attempts.iter().filter(move |(_, attempt)| *attempt == wanted);
    for (breakage, _) in those(Attempt::Done) {
        let feeling = sandbox_help::feeling(*breakage);
        info(
            context,
            &text!("world-broke", breakage = breakage.name(), feeling = feeling),
        );
    }
    for (breakage, _) in those(Attempt::AsBefore) {
        info(context, &text!("world-broken-already", breakage = breakage.name()));
    }
    let undone: Vec<String> = those(Attempt::NoLab)
        .map(|(breakage, _)| breakage.to_string())
        .collect();
    if undone.is_empty() {
        return Ok(());
    }
    Err(AppError::NoLab(text!(
        "error-not-broken",
        breakages = undone.join(", ")
    )))
}

fn mend(context: &mut Context, world: &Sandbox, what: &[Breakage]) {
    let mended = what.iter().filter(|breakage| world.mend(**breakage) == Attempt::Done);
    let lines = mended.map(|breakage| {
        let fault = sandbox_help::fault(*breakage);
        text!("world-mended", breakage = breakage.name(), fault = fault)
    });
    let mut lines: Vec<Text> = lines.collect();
    if lines.is_empty() {
        lines.push(text!("world-nothing-broken"));
    }
    for line in &lines {
        info(context, line);
    }
}

fn show(context: &mut Context, world: &Sandbox) {
    let inventory = world.inventory();
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&inventory);
        return;
    }
    let ahead = inventory.now.duration_since(context.host.wall.now());
    // Less than a minute is what a call takes.
    let ahead = Duration::try_from(ahead)
        .ok()
        .filter(|ahead| *ahead >= Duration::from_secs(60));
    let text = world_view::text(&inventory, ahead, &context.reporter.settings().out);
    context.reporter.data(&text);
}

/// Serves until Ctrl-C.
async fn serve(context: &mut Context, world: Sandbox, port: u16) -> Result<(), AppError> {
    let (server, kubeconfig) = serving::opened(&context.host, world, port).await?;
    let text = introduction(server.served(), &kubeconfig, &context.reporter.settings().out);
    context.reporter.data(&text);
    server.run(pressed(context.host.interrupts.clone())).await;
    // Behind the `^C` that the terminal has shown.
    context.reporter.info("\n");
    info(context, &text!("world-served-no-more"));
    Ok(())
}

/// What a shell reads: the lines that say something are comments there.
fn introduction(served: &Served, kubeconfig: &Path, style: &Style) -> String {
    let comment = |text: &Text| format!("# {}\n", style.say(text));
    [
        comment(&text!("world-served", url = &served.aws_url)),
        comment(&text!("world-served-elsewhere")),
        served.exports(kubeconfig),
        comment(&text!("world-served-game")),
        comment(&text!("world-served-clock")),
    ]
    .concat()
}
