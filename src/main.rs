//! The binary: parse, run, one exit.

use std::io::Write;
use std::process::ExitCode;

use lab2048::app::{self, Exit, Host};
use lab2048::cli::{self, Parsed};
use tokio::sync::watch;

fn main() -> ExitCode {
    let parsed = match Parsed::from_command_line() {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version are no mistake; and a closed stream cannot report anything.
            let _ = error.print();
            if !error.use_stderr() {
                return ExitCode::from(Exit::Done.code());
            }
            if let Some(document) = cli::usage_document(&error) {
                print(document.as_bytes());
            }
            return ExitCode::from(Exit::Usage.code());
        }
    };
    let exit = match parsed {
        Parsed::Completions(shell) => print(&cli::completions(shell)),
        Parsed::Manual => cli::manual().map_or(Exit::Failed, |pages| print(&pages)),
        Parsed::Call(call) => run(*call),
    };
    ExitCode::from(exit.code())
}

/// A closed pipe is no failure.
fn print(bytes: &[u8]) -> Exit {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Failed,
        _ => Exit::Done,
    }
}

/// One thread is enough: the program waits for others nearly all of its time.
fn run(call: app::Call) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return app::complain(&error),
    };
    let exit = runtime.block_on(async {
        let (presses, interrupts) = watch::channel(0);
        let host = match Host::of_process(interrupts) {
            Ok(host) => host,
            Err(error) => {
                app::complain(&error);
                return error.exit();
            }
        };
        tokio::spawn(app::listen(presses));
        // It has to be listened for before anything can be interrupted.
        tokio::task::yield_now().await;
        app::run(call, host).await
    });
    // A kubeconfig's credential plugin that still runs is not waited for.
    runtime.shutdown_background();
    exit
}
