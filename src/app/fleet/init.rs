//! `fleet init`: a roster to start from.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use super::tell;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::NewRoster;
use crate::lang::text;

/// Writes the roster, never over a file that is there.
pub(super) fn run(context: &mut Context, wanted: &NewRoster) -> Result<Exit, AppError> {
    let path = context.host.cwd.join(&wanted.file);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| io::Write::write_all(&mut file, roster(wanted).as_bytes()));
    written.map_err(|source| AppError::File {
        what: "write",
        path,
        source,
    })?;
    let shown = wanted.file.display().to_string();
    context.reporter.data(&format!("{shown}\n"));
    let command = format!("lab2048 fleet plan {shown}");
    tell(context, &text!("fleet-fill-in", command = command));
    Ok(Exit::Done)
}

/// A line for each lab: its name, and room for its participant's.
fn roster(wanted: &NewRoster) -> String {
    let NewRoster { count, prefix, file } = wanted;
    let digits = count.to_string().len().max(2);
    let names = (1..=*count).map(|n| format!("{prefix}{n:0digits$}"));
    let head = if is_yaml(file) { "" } else { "lab,who\n" };
    let mut text = head.to_owned();
    for name in names {
        if is_yaml(file) {
            text.extend(["- lab: ", &name, "\n  who: \"\"\n"]);
        } else {
            text.extend([name.as_str(), ",\n"]);
        }
    }
    text
}

fn is_yaml(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_roster_has_names_that_sort() {
        let wanted = |count, file: &str| NewRoster {
            count,
            prefix: "lab2048-p".to_owned(),
            file: file.into(),
        };
        assert_eq!(roster(&wanted(2, "class.csv")), "lab,who\nlab2048-p01,\nlab2048-p02,\n");
        assert_eq!(roster(&wanted(1, "class.yaml")), "- lab: lab2048-p01\n  who: \"\"\n");
        assert!(roster(&wanted(120, "class.csv")).contains("\nlab2048-p007,\n"));
    }
}
