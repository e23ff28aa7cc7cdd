//! `sandbox shell`: a shell, or one command, in which kubectl and the AWS CLI lead to the sandbox.

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use tokio::process::Command;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::serving;
use super::session;
use lab2048_sandbox::Sandbox;

/// What stands before the prompt.
const SIGN: &str = "(sandbox) ";

/// Runs the command, or the user's shell if none is given, until it ends. The world goes on meanwhile.
pub(super) async fn run(context: &mut Context, world: Sandbox, command: Vec<String>) -> Result<Exit, AppError> {
    let failed = |source| AppError::Io {
        what: "start the shell",
        source,
    };
    let server = serving::at(world.clone(), 0).await?;
    // Its own, since another shell, or `sandbox serve`, has another port.
    let folder = tempfile::Builder::new().prefix("lab2048-shell-").tempdir();
    let folder = folder.map_err(failed)?;
    let config = server.served().kubeconfig(&context.host.executable);
    let kubeconfig = file_in(folder.path(), "kubeconfig", &config).map_err(failed)?;
    let exports = server.served().exports(&kubeconfig);
    let dressed = Dressed::of(command, context.host.variable("SHELL"), (folder.path(), &exports)).map_err(failed)?;
    let mut command = Command::new(&dressed.program);
    command
        .args(dressed.arguments)
        .envs(server.served().variables(&kubeconfig))
        .envs(dressed.variables)
        .current_dir(&context.host.cwd);
    let mut child = command.spawn().map_err(|source| AppError::File {
        what: "run",
        path: dressed.program.clone(),
        source,
    })?;
    let mut ended: io::Result<ExitStatus> = Err(io::ErrorKind::Interrupted.into());
    // What is pressed in there is the shell's affair.
    server.run(async { ended = child.wait().await }).await;
    session::kept(&world)?;
    let ended = ended.map_err(failed)?;
    Ok(match ended.signal() {
        Some(signal) if signal == rustix::process::Signal::INT.as_raw() => Exit::Interrupted,
        _ if ended.success() => Exit::Done,
        _ => Exit::Failed,
    })
}

/// A command with what shows that it is in the sandbox.
struct Dressed {
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

impl Dressed {
    /// The command, or the user's `shell`: its start-up file, in this folder, reads the user's own and then exports what leads to
    /// the sandbox, whatever that says.
    fn of(command: Vec<String>, shell: Option<&str>, (folder, exports): (&Path, &str)) -> io::Result<Self> {
        let mut words = command.into_iter();
        if let Some(program) = words.next() {
            return Ok(Self {
                program: program.into(),
                arguments: words.collect(),
                variables: Vec::new(),
            });
        }
        let program = PathBuf::from(shell.unwrap_or("/bin/sh"));
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (arguments, variables) = match name.as_str() {
            "bash" => {
                let text = format!("[ -f ~/.bashrc ] && . ~/.bashrc\n{exports}PS1=\"{SIGN}$PS1\"\n");
                let file = file_in(folder, "bashrc", &text)?.display().to_string();
                (vec!["--rcfile".to_owned(), file, "-i".to_owned()], Vec::new())
            }
            "zsh" => {
                let text =
                    format!("[ -f \"$HOME/.zshrc\" ] && . \"$HOME/.zshrc\"\n{exports}PROMPT=\"{SIGN}$PROMPT\"\n");
                file_in(folder, ".zshrc", &text)?;
                (Vec::new(), vec![("ZDOTDIR", folder.display().to_string())])
            }
            "fish" => {
                // Fish reads lines of `export`, and runs this after its own files.
                let exports = exports.trim_end().replace('\n', "; ");
                let prompt = format!(
                    "{exports}; functions -q fish_prompt; and functions -c fish_prompt usual_prompt; function fish_prompt; \
                     printf '{SIGN}'; functions -q usual_prompt; and usual_prompt; end"
                );
                (vec!["-C".to_owned(), prompt], Vec::new())
            }
            _ => (Vec::new(), vec![("PS1", format!("{SIGN}$ "))]),
        };
        Ok(Self {
            program,
            arguments,
            variables,
        })
    }
}

fn file_in(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    std::fs::File::create_new(&path)?.write_all(text.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_shows_where_it_is_and_leads_there_whatever_its_own_files_say() {
        let folder = tempfile::tempdir().unwrap();
        let exports = "export KUBECONFIG=/sandbox\n";
        let dressed = |shell: &str| Dressed::of(Vec::new(), Some(shell), (folder.path(), exports)).unwrap();
        let follows = |text: &str| {
            let (own, ours) = text.split_once("export KUBECONFIG=/sandbox").unwrap();
            own.contains("rc") && ours.contains("(sandbox) ")
        };
        let bash = dressed("/usr/bin/bash");
        assert_eq!(bash.arguments[0], "--rcfile");
        assert!(follows(&std::fs::read_to_string(&bash.arguments[1]).unwrap()));
        let zsh = dressed("zsh");
        assert!(follows(
            &std::fs::read_to_string(Path::new(&zsh.variables[0].1).join(".zshrc")).unwrap()
        ));
        assert!(dressed("/usr/bin/fish").arguments[1].starts_with("export KUBECONFIG=/sandbox; "));
        assert_eq!(dressed("/bin/dash").variables, [("PS1", "(sandbox) $ ".to_owned())]);
        let one = vec!["kubectl".to_owned(), "get".to_owned()];
        let one = Dressed::of(one, Some("bash"), (folder.path(), exports)).unwrap();
        assert_eq!((one.program, one.arguments), ("kubectl".into(), vec!["get".to_owned()]));
    }
}
