//! Shell completion and manual pages, generated from the clap types.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::command::Cli;

/// The completion script for `shell`.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "lab2048", &mut script);
    script
}

/// The manual pages of the program and of each verb, one after the other.
pub fn manual() -> io::Result<Vec<u8>> {
    let mut pages = Vec::new();
    let mut command = Cli::command();
    command.build();
    render(&command, &mut pages)?;
    Ok(pages)
}

fn render(command: &clap::Command, pages: &mut dyn Write) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(pages)?;
    for verb in command
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set() && verb.get_name() != "help")
    {
        render(verb, pages)?;
    }
    Ok(())
}
