//! Shell completion. The script that a shell sources asks the program itself, so that names which are looked up
//! (environments) and those which are known only to the program (checks, keys, breakages) are completed too.

use std::io;

use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::dress::command;

/// Set by the script to the shell's name when it asks.
const VARIABLE: &str = "LAB2048_COMPLETE";
const PROGRAM: &str = "lab2048";

/// Answers a shell that asks for completions, and ends the process then; does nothing in any other call.
pub fn answer_shell() {
    CompleteEnv::with_factory(command).var(VARIABLE).bin(PROGRAM).complete();
}

/// The script for `shell`.
pub fn completions(shell: Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let name = shell.to_string();
    if let Some(completer) = Shells::builtins().completer(&name) {
        completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    }
    Ok(script)
}
