//! `sandbox …`: the embedded world from outside.

use std::collections::BTreeSet;
use std::fmt::Write;
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
use crate::lang::text;
use crate::report::{table, times, world_view};
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
    let passed = times::duration(by);
    info(
        context,
        &format!("{passed} have passed in the world; it is {}.\n", stamp(world)),
    );
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
        [one] => format!("A new world: the cluster {one} as the workshop has it, and nothing of the lab.\n"),
        many => format!(
            "A new world: {} clusters as the workshop has one, and nothing of the labs: {}.\n",
            many.len(),
            many.join(", ")
        ),
    };
    info(context, &text);
    Ok(Exit::Done)
}

fn info(context: &mut Context, text: &str) {
    context.reporter.info(text);
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
    let rows = Breakage::ALL.map(|breakage| {
        let is_broken = broken.contains(&breakage.name());
        let now = if is_broken { "broken" } else { "" };
        vec![
            breakage.name().to_owned(),
            now.to_owned(),
            breakage.feeling().to_owned(),
        ]
    });
    let text = table::text(
        &["NAME", "NOW", "WHAT IT IS LIKE"],
        rows,
        &context.reporter.settings().out,
    );
    context.reporter.data(&text);
}

/// Breaks what can be broken now. What is wrong is said when it is mended: until then there is something to find out.
fn break_(context: &mut Context, world: &Sandbox, what: &[Breakage]) -> Result<(), AppError> {
    let attempts = what.iter().map(|breakage| (*breakage, world.break_(*breakage)));
    let attempts: Vec<_> = attempts.collect();
    let those = |wanted: Attempt| attempts.iter().filter(move |(_, attempt)| *attempt == wanted);
    let mut text = String::new();
    for (breakage, _) in those(Attempt::Done) {
        let _ = writeln!(text, "broken: {breakage}: {}", breakage.feeling());
    }
    for (breakage, _) in those(Attempt::AsBefore) {
        let _ = writeln!(text, "{breakage} was broken already.");
    }
    info(context, &text);
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
    let lines = mended.map(|breakage| format!("mended: {breakage}: {}\n", breakage.summary()));
    let mut text: String = lines.collect();
    if text.is_empty() {
        text.push_str("Nothing was broken.\n");
    }
    info(context, &text);
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
    let text = introduction(server.served(), &kubeconfig);
    context.reporter.data(&text);
    server.run(pressed(context.host.interrupts.clone())).await;
    context.reporter.info("\nNot serving any more; the world is kept.\n");
    Ok(())
}

fn introduction(served: &Served, kubeconfig: &Path) -> String {
    format!(
        "# The sandbox at {}, for the aws CLI, kubectl and a browser. Ctrl-C ends it.\n\
         # In another terminal:\n{}# The game, once the lab is there: lab2048 open\n\
         # The sandbox's clock runs faster than yours: ages that kubectl counts by your clock show as <invalid>.\n",
        served.aws_url,
        served.exports(kubeconfig)
    )
}
