//! The verbs about the embedded world, and about the lessons in it.

use std::time::Duration;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args::TargetArgs;
use super::candidates::lessons;
use super::values::{breakage, cluster, leap, switch};
use lab2048_sandbox::Breakage;

/// `sandbox …`
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Serve the embedded world on 127.0.0.1 for kubectl, the aws CLI and a browser
    Serve(ServeArgs),
    /// A shell, or one command, with kubectl and the aws CLI pointed at the embedded world
    Shell(ShellArgs),
    /// Begin a new world
    Reset(ResetArgs),
    /// Show what is in the world
    Show(TargetArgs),
    /// Let time pass in the world
    Advance(AdvanceArgs),
    /// Break something, to see what happens and find out why
    Break(BreakArgs),
    /// Mend what was broken; everything, if nothing is named
    Mend(MendArgs),
    /// Print a token for the world's cluster, as an exec plugin of kubectl does
    #[command(hide = true)]
    Token(TargetArgs),
}

/// `lesson …`
#[derive(Debug, Subcommand)]
pub enum LessonCommand {
    /// List the lessons
    List,
    /// Begin a lesson in a new world, and tell its story
    Start(StartArgs),
    /// Show a hint; each time one more, of three
    Hint(TargetArgs),
    /// Look what is not yet as it has to be
    Check(TargetArgs),
    /// Show the solution, for no points
    Solve(TargetArgs),
}

/// `lesson start`
#[derive(Debug, Args)]
pub struct StartArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Its name
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(lessons))]
    pub(super) name: String,
    /// Give up what is in the present world
    #[arg(long, env = "LAB2048_RESET", value_parser = switch())]
    pub(super) reset: bool,
}

/// `sandbox serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0, env = "LAB2048_PORT")]
    pub(super) port: u16,
}

/// `sandbox shell`
#[derive(Debug, Args)]
pub struct ShellArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// The command, after `--`; your shell without one
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) command: Vec<String>,
}

/// `sandbox reset`
#[derive(Debug, Args)]
pub struct ResetArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Names of the clusters of the new world, for classes on several; the first is meant where none is named
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = cluster, env = "LAB2048_CLUSTERS")]
    pub(super) clusters: Vec<String>,
}

/// `sandbox advance`
#[derive(Debug, Args)]
pub struct AdvanceArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// How much, such as 90s or 20m
    #[arg(value_parser = leap)]
    pub(super) by: Duration,
}

/// `sandbox break`
#[derive(Debug, Args)]
pub struct BreakArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// What to break
    #[arg(required_unless_present = "list", value_parser = breakage())]
    pub(super) what: Vec<Breakage>,
    /// List what can be broken, and what is broken now
    #[arg(long, env = "LAB2048_LIST", value_parser = switch())]
    pub(super) list: bool,
}

/// `sandbox mend`
#[derive(Debug, Args)]
pub struct MendArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// What to mend
    #[arg(value_parser = breakage())]
    pub(super) what: Vec<Breakage>,
}
