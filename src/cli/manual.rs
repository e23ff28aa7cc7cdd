//! Manual pages, made of the clap types and the guides.

use std::io;
use std::path::Path;

use clap::builder::Resettable;
use clap::{ArgAction, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::dress::{command, each_verb, guide};

/// Files that the program reads or writes by itself, and what is in them.
const FILES: &[(&str, &str)] = &[
    (
        "./environments/NAME.yaml",
        "An environment, named by --env NAME; others are built in.",
    ),
    (
        "$XDG_STATE_HOME/lab2048/sandbox.json",
        "The sandbox's state (by default in ~/.local/state). LAB2048_SANDBOX_STATE names another file.",
    ),
    (
        "~/.aws/config, ~/.aws/credentials",
        "Profiles and credentials, as of the AWS CLI. Read for environments whose target is AWS.",
    ),
    (
        "~/.kube/config",
        "The kubeconfig, where cluster.access is kubeconfig; KUBECONFIG names others.",
    ),
];

/// Variables beside those of the flags.
const VARIABLES: &[(&str, &str)] = &[
    (
        "LAB2048_SET_KEY",
        "A value of the environment, as --set has it: LAB2048_SET_APP_REPLICAS=3 is --set app.replicas=3. Flags win.",
    ),
    ("LAB2048_SANDBOX_STATE", "The file of the sandbox's state."),
    ("NO_COLOR", "No colour, if it is not empty."),
    (
        "AWS_PROFILE, AWS_REGION, HTTPS_PROXY, …",
        "As for the AWS CLI, where the environment's target is AWS.",
    ),
];

/// A page and the name of its file.
pub struct Page {
    /// Such as `lab2048-plan.1`.
    pub file: String,
    /// The page, as roff.
    pub text: Vec<u8>,
}

/// The pages of the program and of each verb.
pub fn pages() -> io::Result<Vec<Page>> {
    let mut command = command();
    command.build();
    let mut pages = Vec::new();
    let mut failed = None;
    each_verb(&command, &mut |words, verb| match page(words, verb) {
        Ok(page) => pages.push(page),
        Err(error) => failed = Some(error),
    });
    failed.map_or(Ok(pages), Err)
}

/// Writes a file for each page into `folder`, which is made if need be.
pub fn write_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    pages()?
        .into_iter()
        .try_for_each(|page| std::fs::write(folder.join(page.file), page.text))
}

fn page(words: &[&str], verb: &Command) -> io::Result<Page> {
    let name = [&["lab2048"], words].concat().join("-");
    // All flags are options here; help has them in groups, of which one is named as a section of a manual page.
    let plain = verb
        .clone()
        .after_help("")
        .mut_args(|arg| arg.help_heading(Resettable::Reset));
    let man = Man::new(plain).title(&name).manual("lab2048");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if verb.get_subcommands().any(|inner| !inner.is_hide_set()) {
        man.render_subcommands_section(&mut text)?;
    }
    let mut roff = Roff::new();
    if let Some(guide) = guide(&words.join(" ")) {
        roff.control("SH", ["EXIT STATUS"]);
        for exit in guide.exits {
            entry(&mut roff, &exit.code().to_string(), exit.meaning());
        }
        environment(&mut roff, verb);
        list(&mut roff, "FILES", FILES);
        list(&mut roff, "EXAMPLES", guide.examples);
    }
    see_also(&mut roff, words, verb);
    roff.to_writer(&mut text)?;
    Ok(Page {
        file: format!("{name}.1"),
        text,
    })
}

fn entry(roff: &mut Roff, term: &str, text: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(text)]);
}

fn list(roff: &mut Roff, title: &str, entries: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (term, text) in entries {
        entry(roff, term, text);
    }
}

/// The variables of the verb's flags, then those of the program.
fn environment(roff: &mut Roff, verb: &Command) {
    roff.control("SH", ["ENVIRONMENT"]);
    for arg in verb.get_arguments() {
        let (Some(long), Some(variable)) = (arg.get_long(), arg.get_env()) else {
            continue;
        };
        let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
        let text = if is_switch {
            format!("As --{long}: 1 or 0, true or false, yes or no, on or off.")
        } else {
            format!("As --{long}.")
        };
        entry(roff, &variable.to_string_lossy(), &text);
    }
    for (term, text) in VARIABLES {
        entry(roff, term, text);
    }
}

fn see_also(roff: &mut Roff, words: &[&str], verb: &Command) {
    let above = words
        .split_last()
        .map(|(_, above)| [&["lab2048"], above].concat().join("-"));
    let own = [&["lab2048"], words].concat().join("-");
    let below = verb
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set() && inner.get_name() != "help")
        .map(|inner| format!("{own}-{}", inner.get_name()));
    let names: Vec<_> = above
        .into_iter()
        .chain(below)
        .map(|name| format!("{name}(1)"))
        .collect();
    if !names.is_empty() {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([roman(names.join(", "))]);
    }
}
