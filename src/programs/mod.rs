//! Programs of others that give credentials: they have so long, may print so much, and never outlive the run.

mod leash;

use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::time::timeout;

use self::leash::Leash;

pub use self::leash::{interrupt, kill_all};

/// How long a program may take that nobody can be asked by.
const ALONE: Duration = Duration::from_secs(60);
/// How long it may take where somebody may have to be asked: to sign in with a browser, to find a card.
const ON_TERMINAL: Duration = Duration::from_secs(300);
/// How long output may still come once the program has ended: what it started may have its pipes open. And how long it has
/// after Ctrl-C.
const GRACE: Duration = Duration::from_millis(700);
/// What it may print: tokens and certificates have some KiB.
const OUTPUT: usize = 1 << 20;
/// What is kept of its standard error.
const WORDS: usize = 4 << 10;

/// Where a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the run: it can ask nobody.
    Alone,
    /// On the run's terminal, where it may ask.
    Terminal,
}

impl Place {
    fn limit(self) -> Duration {
        match self {
            Self::Alone => ALONE,
            Self::Terminal => ON_TERMINAL,
        }
    }
}

/// A program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it printed. Never to be logged.
    pub stdout: Vec<u8>,
    /// The beginning of what it wrote to standard error, if that was piped.
    pub stderr: String,
}

/// A program gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is not there, or cannot be run.
    #[error("it cannot be run")]
    Start(#[source] io::Error),
    /// It took too long.
    #[error("it gave no answer within {} s, and was ended", .0.as_secs())]
    Silent(Duration),
    /// It printed too much.
    #[error("it printed more than {} MiB, and was ended", OUTPUT >> 20)]
    TooMuch,
    /// The run was interrupted.
    #[error("it was ended, as the run was interrupted")]
    Interrupted,
    /// Its output broke off.
    #[error("its output cannot be read")]
    Unreadable(#[source] io::Error),
}

/// Runs a program to its end. It is killed if it takes too long or prints too much, after Ctrl-C, and when the future is dropped:
/// with all that it started, unless it shares the run's terminal.
pub async fn run(command: Command, place: Place) -> Result<Ended, ProgramError> {
    run_within(command, place, place.limit()).await
}

async fn run_within(command: Command, place: Place, limit: Duration) -> Result<Ended, ProgramError> {
    let mut command = tokio::process::Command::from(command);
    command.stdout(Stdio::piped()).kill_on_drop(true);
    if place == Place::Alone {
        // A group of its own cannot read from the terminal, and can be killed as a whole.
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(ProgramError::Start)?;
    let leash = Leash::of(&child, place);
    let ended = tokio::select! {
        ended = timeout(limit, end(&mut child)) => ended.unwrap_or(Err(ProgramError::Silent(limit))),
        () = leash::interrupted(GRACE) => Err(ProgramError::Interrupted),
    };
    if ended.is_ok() {
        leash.release();
    }
    ended
}

async fn end(child: &mut Child) -> Result<Ended, ProgramError> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (mut out, mut words) = (Vec::new(), Vec::new());
    let status = {
        let reading = async { tokio::try_join!(all(stdout, &mut out), beginning(stderr, &mut words)) };
        let mut reading = std::pin::pin!(reading);
        tokio::select! {
            read = &mut reading => {
                read?;
                child.wait().await
            }
            status = child.wait() => {
                if let Ok(read) = timeout(GRACE, reading).await {
                    read?;
                }
                status
            }
        }
    };
    Ok(Ended {
        status: status.map_err(ProgramError::Unreadable)?,
        stdout: out,
        stderr: String::from_utf8_lossy(&words).trim().to_owned(),
    })
}

/// Everything, unless it is too much.
async fn all(stream: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> Result<(), ProgramError> {
    each_piece(stream, |piece| {
        into.extend_from_slice(piece);
        if into.len() > OUTPUT {
            Err(ProgramError::TooMuch)
        } else {
            Ok(())
        }
    })
    .await
}

/// The beginning; the rest is read, so that the program can go on, and forgotten.
async fn beginning(stream: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> Result<(), ProgramError> {
    each_piece(stream, |piece| {
        let room = WORDS.saturating_sub(into.len());
        into.extend(piece.iter().take(room));
        Ok(())
    })
    .await
}

async fn each_piece(
    stream: Option<impl AsyncRead + Unpin>,
    mut take: impl FnMut(&[u8]) -> Result<(), ProgramError>,
) -> Result<(), ProgramError> {
    let Some(mut stream) = stream else { return Ok(()) };
    let mut piece = vec![0; 16 << 10];
    loop {
        let read = stream.read(&mut piece).await.map_err(ProgramError::Unreadable)?;
        match piece.get(..read) {
            None | Some([]) => return Ok(()),
            Some(piece) => take(piece)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).stdin(Stdio::null()).stderr(Stdio::piped());
        shell
    }

    async fn told(script: &str) -> String {
        let limit = Duration::from_secs(2);
        match run_within(shell(script), Place::Alone, limit).await {
            Ok(Ended { status, stdout, stderr }) => {
                format!("{status}: {} bytes, {} of words", stdout.len(), stderr.len())
            }
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_program_has_so_long_and_prints_so_much() {
        assert_eq!(
            told("echo a; echo b >&2; exit 3").await,
            "exit status: 3: 2 bytes, 1 of words"
        );
        assert_eq!(told("sleep 100").await, "it gave no answer within 2 s, and was ended");
        assert_eq!(told("cat /dev/zero").await, "it printed more than 1 MiB, and was ended");
        assert_eq!(
            told("head -c 30000000 /dev/zero >&2; exit 1").await,
            "exit status: 1: 0 bytes, 4096 of words"
        );
        assert_eq!(
            told("cat /dev/zero >&2").await,
            "it gave no answer within 2 s, and was ended"
        );
        assert_eq!(told("sleep 100 & echo a").await, "exit status: 0: 2 bytes, 0 of words");
        let none = run(Command::new("/nonexistent/program"), Place::Alone).await;
        assert!(matches!(none, Err(ProgramError::Start(_))));
    }

    /// Whether a process still runs.
    fn lives(pid: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z")
    }

    #[tokio::test]
    async fn what_it_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pids");
        let script = format!("sleep 100 & echo $! $$ > {}; wait", file.display());
        let pids = || std::fs::read_to_string(&file).unwrap_or_default();
        for drops in [true, false] {
            let _ = std::fs::remove_file(&file);
            let running = run_within(shell(&script), Place::Alone, Duration::from_secs(1));
            if drops {
                let _ = timeout(Duration::from_millis(500), running).await;
            } else {
                running.await.unwrap_err();
            }
            let pids = pids();
            let pids: Vec<&str> = pids.split_whitespace().collect();
            assert_eq!(pids.len(), 2);
            for _ in 0..100 {
                if pids.iter().any(|pid| lives(pid)) {
                    let _ = timeout(Duration::from_millis(20), std::future::pending::<()>()).await;
                }
            }
            assert!(!pids.iter().any(|pid| lives(pid)), "{pids:?}");
        }
    }
}
