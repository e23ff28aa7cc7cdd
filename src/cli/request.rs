//! From what was typed to what the app is asked.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{FromArgMatches, ValueEnum};
use clap_complete::Shell;

use super::args::TargetArgs;
use super::command::{
    ApplyArgs, Cli, Command, DestroyArgs, DoctorArgs, EnvCommand, EnvShowArgs, ExplainArgs, ManArgs, OpenArgs,
    PlanArgs, PolicyArgs, PolicyCommand, ReportArgs, ScaleArgs, SchemaArgs, ShowArgs, StatusArgs,
};
use super::dress::command;
use super::fleet::FleetCommand;
use super::mistake::Mistake;
use super::sandbox::{
    AdvanceArgs, BreakArgs, LessonCommand, MendArgs, ResetArgs, SandboxCommand, ServeArgs, ShellArgs, StartArgs,
};
use super::values::FormatArg;
use crate::app::{
    Approvals, Call, Extent, LessonVerb, PlanOptions, PolicyKind, SandboxVerb, SchemaKind, Selection, StatusOptions,
    Verb,
};
use crate::lang::{Text, text};

/// What was typed, as the program understands it.
#[derive(Debug)]
pub enum Parsed {
    /// Something for the app.
    Call(Box<Call>),
    /// A completion script.
    Completions(Shell),
    /// The manual, printed or written into a folder.
    Manual(Option<PathBuf>),
}

/// A verb and the environment it is for; a verb that needs none has the default.
type Request = (Selection, Verb);

impl Parsed {
    /// Reads the command line and the variables of its flags. The error may also be a request for help or the version.
    pub fn from_command_line() -> Result<Self, Mistake> {
        let matches = command().try_get_matches().map_err(|error| {
            let arguments: Vec<_> = std::env::args_os()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect();
            Mistake::of(error, command(), &arguments)
        })?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        // A flag says more than a variable.
        let is_typed = |flag: &str| matches.value_source(flag) == Some(ValueSource::CommandLine);
        if is_typed("no_color") && !is_typed("color") {
            cli.common.color = None;
        }
        Self::of(cli)
    }

    /// What flags ask for, unless they contradict each other. clap's own rule would also forbid what a variable switches
    /// off.
    fn of(cli: Cli) -> Result<Self, Mistake> {
        if cli.common.quiet && cli.common.verbose > 0 {
            return Err(conflict(text!(
                "flag-conflict",
                one = "--quiet",
                other = "--verbose..."
            )));
        }
        if let Command::Policy(PolicyCommand::Iam(args) | PolicyCommand::Rbac(args)) = &cli.command
            && let [one, other, ..] = extents_of(args)[..]
        {
            return Err(conflict(text!("flag-conflict", one = one, other = other)));
        }
        if let Some(text) = unfit_format(cli.common.output, &cli.command) {
            return Err(conflict(text));
        }
        Ok(cli.into())
    }
}

fn conflict(text: Text) -> Mistake {
    Mistake::saying(ErrorKind::ArgumentConflict, command(), text)
}

/// What is wrong with asking this verb for an answer in this format, if anything is.
fn unfit_format(format: FormatArg, verb: &Command) -> Option<Text> {
    let value = format.to_possible_value()?;
    let name = value.get_name();
    let two = |one: &str, other: &str| text!("flag-two-verbs", one = one, other = other);
    let whose = match (format, verb) {
        (FormatArg::Human | FormatArg::Plain | FormatArg::Json | FormatArg::Yaml | FormatArg::Wide, _)
        | (FormatArg::Markdown, Command::Plan(_) | Command::Show(_))
        | (FormatArg::Sarif | FormatArg::Junit, Command::Doctor(_)) => None,
        (FormatArg::Markdown, _) => Some(two("plan", "show")),
        (FormatArg::Sarif, _) => Some("`doctor`".into()),
        (FormatArg::Html, Command::Fleet(FleetCommand::Sweep(_))) => {
            return Some(text!("flag-format-of-sweep"));
        }
        (FormatArg::Csv | FormatArg::Junit | FormatArg::Html, Command::Fleet(FleetCommand::Access(_))) => {
            return Some(text!("flag-format-not-for", format = name, verb = "fleet access"));
        }
        (FormatArg::Csv | FormatArg::Junit | FormatArg::Html, Command::Fleet(_)) => None,
        (FormatArg::Csv | FormatArg::Html, _) => Some("`fleet`".into()),
        (FormatArg::Junit, _) => Some(two("doctor", "fleet")),
    };
    whose.map(|whose: Text| text!("flag-format-for", format = name, whose = whose))
}

/// The flags that say which part of the rights is printed.
fn extents_of(args: &PolicyArgs) -> Vec<&'static str> {
    let flags = [
        ("--read-only", args.read_only),
        ("--without-controller", args.without_controller),
        ("--sweep", args.sweep),
    ];
    flags
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(flag, _)| flag)
        .collect()
}

impl From<Cli> for Parsed {
    fn from(cli: Cli) -> Self {
        let (selection, verb) = match cli.command {
            Command::Completions { shell } => return Self::Completions(shell),
            Command::Man(ManArgs { out }) => return Self::Manual(out),
            Command::Plan(args) => args.into(),
            Command::Show(ShowArgs { plan_file }) => anywhere(Verb::Show(plan_file)),
            Command::Apply(args) => args.into(),
            Command::Status(args) => args.into(),
            Command::Scale(args) => args.into(),
            Command::Destroy(args) => args.into(),
            Command::Doctor(args) => args.into(),
            Command::Explain(ExplainArgs { selection, checks }) => (selection.into(), Verb::Explain(checks)),
            Command::Render(target) => on(target, Verb::Render),
            Command::Open(args) => args.into(),
            Command::Policy(command) => command.into(),
            Command::Report(ReportArgs {
                selection,
                events,
                file,
            }) => (selection.into(), Verb::Report { file, events }),
            Command::Schema(SchemaArgs { kind }) => anywhere(Verb::Schema(kind.into())),
            Command::Env(command) => command.into(),
            Command::Sandbox(command) => command.into(),
            Command::Lesson(command) => command.into(),
            Command::Fleet(command) => {
                let (selection, verb) = command.into();
                (selection, Verb::Fleet(verb))
            }
        };
        Self::Call(Box::new(Call {
            common: cli.common.into(),
            selection,
            verb,
        }))
    }
}

fn on(target: TargetArgs, verb: Verb) -> Request {
    (target.selection.into(), verb)
}

fn anywhere(verb: Verb) -> Request {
    (Selection::default(), verb)
}

impl From<PlanArgs> for Request {
    fn from(args: PlanArgs) -> Self {
        let PlanArgs {
            selection,
            approvals,
            out,
            detailed_exitcode,
            destroy,
            without_controller,
            take_back,
            fail_on,
            events,
        } = args;
        let options = PlanOptions {
            approvals: Approvals {
                without_controller,
                take_back,
                ..approvals.into()
            },
            out,
            detailed_exitcode,
            destroy,
            fail_on: fail_on.into(),
            events,
        };
        (selection.into(), Verb::Plan(options))
    }
}

impl From<ApplyArgs> for Request {
    fn from(args: ApplyArgs) -> Self {
        let ApplyArgs {
            selection,
            approvals,
            options,
            page,
            fail_on,
            plan_file,
        } = args;
        let verb = Verb::Apply {
            approvals: approvals.into(),
            fail_on: fail_on.into(),
            options: options.into(),
            plan_file,
            html: page.html,
        };
        (selection.into(), verb)
    }
}

impl From<StatusArgs> for Request {
    fn from(args: StatusArgs) -> Self {
        let StatusArgs {
            selection,
            detailed_exitcode,
            watch,
            page,
        } = args;
        let options = StatusOptions {
            detailed_exitcode,
            watch,
            html: page.html,
        };
        (selection.into(), Verb::Status(options))
    }
}

impl From<DoctorArgs> for Request {
    fn from(args: DoctorArgs) -> Self {
        let DoctorArgs { selection, fail_on } = args;
        (selection.into(), Verb::Doctor(fail_on.into()))
    }
}

impl From<ScaleArgs> for Request {
    fn from(args: ScaleArgs) -> Self {
        let ScaleArgs {
            selection,
            approvals,
            options,
            page,
            replicas,
            count,
        } = args;
        let verb = Verb::Scale {
            approvals: approvals.into(),
            options: options.into(),
            // One of them is there, or clap would not have taken the call.
            replicas: count.or(replicas).unwrap_or_default(),
            html: page.html,
        };
        (selection.into(), verb)
    }
}

impl From<DestroyArgs> for Request {
    fn from(args: DestroyArgs) -> Self {
        let DestroyArgs {
            selection,
            adopt,
            force_shared,
            without_controller,
            take_back,
            options,
            plan_file,
        } = args;
        let verb = Verb::Destroy {
            approvals: Approvals {
                adopt,
                force_shared,
                without_controller,
                take_back,
                ..Approvals::default()
            },
            options: options.into(),
            plan_file,
        };
        (selection.into(), verb)
    }
}

impl From<OpenArgs> for Request {
    fn from(args: OpenArgs) -> Self {
        let OpenArgs { selection, port, print } = args;
        (selection.into(), Verb::Open { port, print })
    }
}

impl From<PolicyCommand> for Request {
    fn from(command: PolicyCommand) -> Self {
        let (kind, args) = match command {
            PolicyCommand::Iam(args) => (PolicyKind::Iam, args),
            PolicyCommand::Rbac(args) => (PolicyKind::Rbac, args),
        };
        let PolicyArgs {
            target,
            read_only,
            without_controller,
            sweep,
        } = args;
        // Several at once were refused before.
        let extent = match (read_only, without_controller, sweep) {
            (_, _, true) => Extent::Sweep,
            (_, true, _) => Extent::WithoutController,
            (true, _, _) => Extent::ReadOnly,
            (false, false, false) => Extent::Full,
        };
        on(target, Verb::Policy(kind, extent))
    }
}

impl From<EnvCommand> for Request {
    fn from(command: EnvCommand) -> Self {
        match command {
            EnvCommand::List => anywhere(Verb::EnvList),
            EnvCommand::Show(EnvShowArgs { target, name }) => (target.selection.named(name).into(), Verb::EnvShow),
            EnvCommand::Init { name } => anywhere(Verb::EnvInit(name)),
            EnvCommand::Schema => anywhere(Verb::Schema(SchemaKind::Environment)),
        }
    }
}

impl From<LessonCommand> for Request {
    fn from(command: LessonCommand) -> Self {
        let (target, verb) = match command {
            LessonCommand::List => return anywhere(Verb::Lesson(LessonVerb::List)),
            LessonCommand::Start(StartArgs { target, name, reset }) => (target, LessonVerb::Start { name, reset }),
            LessonCommand::Hint(target) => (target, LessonVerb::Hint),
            LessonCommand::Check(target) => (target, LessonVerb::Check),
            LessonCommand::Solve(target) => (target, LessonVerb::Solve),
        };
        on(target, Verb::Lesson(verb))
    }
}

impl From<SandboxCommand> for Request {
    fn from(command: SandboxCommand) -> Self {
        let (target, verb) = match command {
            SandboxCommand::Serve(ServeArgs { target, port }) => (target, SandboxVerb::Serve(port)),
            SandboxCommand::Shell(ShellArgs { target, command }) => (target, SandboxVerb::Shell(command)),
            SandboxCommand::Reset(ResetArgs { target, clusters }) => (target, SandboxVerb::Reset(clusters)),
            SandboxCommand::Show(target) => (target, SandboxVerb::Show),
            SandboxCommand::Advance(AdvanceArgs { target, by }) => (target, SandboxVerb::Advance(by)),
            SandboxCommand::Break(BreakArgs { target, list: true, .. }) => (target, SandboxVerb::ListBreakages),
            SandboxCommand::Break(BreakArgs { target, what, .. }) => (target, SandboxVerb::Break(what)),
            SandboxCommand::Mend(MendArgs { target, what }) => (target, SandboxVerb::Mend(what)),
            SandboxCommand::Token(target) => (target, SandboxVerb::Token),
        };
        on(target, Verb::Sandbox(verb))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn quiet_and_verbose_exclude_each_other() {
        let parsed = |flags: &[&str]| {
            let words = ["lab2048", "plan"].iter().chain(flags);
            Parsed::of(Cli::parse_from(words)).map_err(|error| error.to_string())
        };
        assert!(parsed(&["-q"]).is_ok());
        assert!(parsed(&["-vv"]).is_ok());
        assert!(parsed(&["-q", "-v"]).unwrap_err().contains("cannot be used with"));
    }

    #[test]
    fn a_policy_is_for_one_extent() {
        let parsed = |flags: &[&str]| {
            let words = ["lab2048", "policy", "iam"].iter().chain(flags);
            Parsed::of(Cli::parse_from(words)).map_err(|error| error.to_string())
        };
        let extent = |flags: &[&str]| match parsed(flags) {
            Ok(Parsed::Call(call)) => match call.verb {
                Verb::Policy(PolicyKind::Iam, extent) => Some(extent),
                _ => None,
            },
            _ => None,
        };
        assert_eq!(extent(&[]), Some(Extent::Full));
        assert_eq!(extent(&["--read-only"]), Some(Extent::ReadOnly));
        assert_eq!(extent(&["--without-controller"]), Some(Extent::WithoutController));
        let both = parsed(&["--read-only", "--without-controller"]).unwrap_err();
        assert!(both.contains("cannot be used with"), "{both}");
    }

    #[test]
    fn diff_is_plan() {
        let Parsed::Call(call) = Cli::parse_from(["lab2048", "diff", "--set", "a=b"]).into() else {
            panic!("not a call");
        };
        assert!(matches!(call.verb, Verb::Plan(_)));
        assert_eq!(call.selection.set, ["a=b"]);
    }
}
