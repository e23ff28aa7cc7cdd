//! `sandbox shell`: a shell, or one command, in which kubectl and the AWS CLI lead to the sandbox.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use tempfile::TempDir;
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
    let (server, kubeconfig) = serving::opened(&context.host, world.clone(), 0).await?;
    let dressed = Dressed::of(command, context.host.variable("SHELL"), context.host.variable("HOME"));
    let failed = |source| AppError::Io {
        what: "start the shell",
        source,
    };
    let Dressed {
        program,
        arguments,
        variables,
        folder,
    } = dressed.map_err(failed)?;
    let mut command = Command::new(&program);
    command
        .args(arguments)
        .envs(server.served().variables(&kubeconfig))
        .envs(variables)
        .current_dir(&context.host.cwd);
    let mut child = command.spawn().map_err(|source| AppError::File {
        what: "run",
        path: program.clone(),
        source,
    })?;
    let mut ended: io::Result<ExitStatus> = Err(io::ErrorKind::Interrupted.into());
    // What is pressed in there is the shell's affair.
    server.run(async { ended = child.wait().await }).await;
    drop(folder);
    session::kept(&world)?;
    Ok(if ended.map_err(failed)?.success() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// A command with what shows that it is in the sandbox.
struct Dressed {
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
    /// Where the shell's start-up file is, as long as it runs.
    folder: Option<TempDir>,
}

impl Dressed {
    fn of(command: Vec<String>, shell: Option<&str>, home: Option<&str>) -> io::Result<Self> {
        let mut words = command.into_iter();
        if let Some(program) = words.next() {
            return Ok(Self {
                program: program.into(),
                arguments: words.collect(),
                variables: Vec::new(),
                folder: None,
            });
        }
        let program = PathBuf::from(shell.unwrap_or("/bin/sh"));
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let plain = Self {
            program,
            arguments: Vec::new(),
            variables: vec![("PS1", format!("{SIGN}$ "))],
            folder: None,
        };
        Ok(match name.as_str() {
            "bash" => {
                let (folder, file) = start_up(
                    "bashrc",
                    &format!("[ -f ~/.bashrc ] && . ~/.bashrc\nPS1=\"{SIGN}$PS1\"\n"),
                )?;
                Self {
                    arguments: vec!["--rcfile".to_owned(), file.display().to_string(), "-i".to_owned()],
                    variables: Vec::new(),
                    folder: Some(folder),
                    ..plain
                }
            }
            "zsh" => {
                let home = home.unwrap_or_default();
                let text = format!("[ -f '{home}/.zshrc' ] && . '{home}/.zshrc'\nPROMPT=\"{SIGN}$PROMPT\"\n");
                let (folder, _) = start_up(".zshrc", &text)?;
                Self {
                    variables: vec![("ZDOTDIR", folder.path().display().to_string())],
                    folder: Some(folder),
                    ..plain
                }
            }
            "fish" => Self {
                arguments: vec![
                    "-C".to_owned(),
                    format!(
                        "functions -q fish_prompt; and functions -c fish_prompt usual_prompt; function fish_prompt; printf '{SIGN}'; \
                         functions -q usual_prompt; and usual_prompt; end"
                    ),
                ],
                variables: Vec::new(),
                ..plain
            },
            _ => plain,
        })
    }
}

/// A start-up file of that name, in a folder of its own.
fn start_up(name: &str, text: &str) -> io::Result<(TempDir, PathBuf)> {
    let folder = tempfile::Builder::new().prefix("lab2048-shell-").tempdir()?;
    let path = file_in(folder.path(), name, text)?;
    Ok((folder, path))
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
    fn every_shell_shows_where_it_is() {
        let dressed = |shell: &str| Dressed::of(Vec::new(), Some(shell), Some("/home/kim")).unwrap();
        let bash = dressed("/usr/bin/bash");
        assert_eq!(bash.arguments[0], "--rcfile");
        assert!(
            std::fs::read_to_string(&bash.arguments[1])
                .unwrap()
                .contains("(sandbox) $PS1")
        );
        let zsh = dressed("zsh");
        let file = Path::new(&zsh.variables[0].1).join(".zshrc");
        assert!(std::fs::read_to_string(&file).unwrap().contains(". '/home/kim/.zshrc'"));
        drop(zsh);
        assert!(!file.exists(), "nothing stays behind");
        assert!(dressed("/usr/bin/fish").arguments[1].contains("(sandbox)"));
        assert_eq!(dressed("/bin/dash").variables, [("PS1", "(sandbox) $ ".to_owned())]);
        let one = Dressed::of(vec!["kubectl".to_owned(), "get".to_owned()], Some("bash"), None).unwrap();
        assert_eq!((one.program, one.arguments), ("kubectl".into(), vec!["get".to_owned()]));
    }
}
