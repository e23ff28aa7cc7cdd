//! The binary: parse, run, one exit.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use lab2048::app::{self, Exit, Host};
use lab2048::cli::{self, Parsed};
use lab2048_sandbox::ProcessClock;
use tokio::sync::watch;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::answer_shell();
    let parsed = match Parsed::from_command_line() {
        Ok(parsed) => parsed,
        Err(error) => {
            let exit = cli::print_answer(&error);
            let document = cli::usage_document(&error).filter(|_| exit == Exit::Usage);
            if let Some(document) = document {
                // What was wrong has been printed; a closed stream cannot report anything.
                let _ = print(document.as_bytes());
            }
            return ExitCode::from(exit.code());
        }
    };
    let exit = match parsed {
        Parsed::Completions(shell) => written(cli::completions(shell).and_then(|script| print(&script))),
        Parsed::Manual(None) => {
            written(cli::pages().and_then(|pages| pages.iter().try_for_each(|page| print(&page.text))))
        }
        Parsed::Manual(Some(folder)) => written(cli::write_pages(&folder)),
        Parsed::Call(call) => run(*call),
    };
    ExitCode::from(exit.code())
}

fn print(bytes: &[u8]) -> io::Result<()> {
    io::stdout().write_all(bytes)
}

/// A closed pipe is no failure.
fn written(result: io::Result<()>) -> Exit {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => app::complain(&error),
        _ => Exit::Done,
    }
}

/// One thread is enough: the program waits for others nearly all of its time.
fn run(call: app::Call) -> Exit {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    // Templates are rendered beside it, with the stack that a main thread has.
    builder.enable_all().thread_stack_size(8 * 1024 * 1024);
    let wall = Arc::new(ProcessClock::new());
    let (rests, works) = (Arc::clone(&wall), Arc::clone(&wall));
    builder
        .on_thread_park(move || rests.rests())
        .on_thread_unpark(move || works.works());
    let runtime = match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => return app::complain(&error),
    };
    let exit = runtime.block_on(async {
        let (presses, interrupts) = watch::channel(0);
        let host = match Host::of_process(interrupts, wall) {
            Ok(host) => host,
            Err(error) => {
                app::complain(&error);
                return error.exit();
            }
        };
        app::restore_terminal_on_panic();
        tokio::spawn(app::listen(presses));
        // It has to be listened for before anything can be interrupted.
        tokio::task::yield_now().await;
        app::run(call, host).await
    });
    // A thread that waits for an answer to a question, or still renders, is not waited for.
    runtime.shutdown_background();
    exit
}
