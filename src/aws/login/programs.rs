//! Programs that give credentials: what a command runs, and whether it is there.

use std::path::Path;

use aws_types::os_shim_internal::Env;

/// The program that a command runs, as far as that can be told without a shell.
pub(super) fn program_of(command: &str) -> Option<&str> {
    let command = command.trim_start();
    let program = match command.chars().next()? {
        quote @ ('"' | '\'') => command[1..].split(quote).next()?,
        _ => command.split_whitespace().next()?,
    };
    // A shell makes something else of these.
    let is_plain = !program.contains([
        '$', '`', '~', '=', '(', ')', ';', '|', '&', '<', '>', '*', '?', '\\', '"', '\'',
    ]);
    (is_plain && !program.is_empty()).then_some(program)
}

/// Whether a program is there: a path as it is, a name in the folders of `PATH`.
pub(super) fn is_there(program: &str, env: &Env) -> bool {
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    let path = env.get("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// What the AWS CLI is asked for the credentials of a profile, as a shell takes it.
/// (AWS CLI user guide, `configure export-credentials`; its output is that of a `credential_process`.)
pub(super) fn export_of(profile: &str) -> String {
    let quoted = profile.replace('\'', r"'\''");
    format!("aws configure export-credentials --format process --profile '{quoted}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_is_its_first_word() {
        for (command, program) in [
            ("/usr/local/bin/tool --profile x", Some("/usr/local/bin/tool")),
            (" tool", Some("tool")),
            ("\"/opt/my tool/run\" a b", Some("/opt/my tool/run")),
            ("'tool' a", Some("tool")),
            ("$HOME/tool", None),
            ("A=b tool", None),
            ("(tool)", None),
            ("", None),
        ] {
            assert_eq!(program_of(command), program, "{command}");
        }
    }

    #[test]
    fn programs_are_looked_for_as_a_shell_does() {
        let env = Env::from_slice(&[("PATH", "/nonexistent:/bin")]);
        assert!(is_there("sh", &env) && is_there("/bin/sh", &env));
        assert!(!is_there("lab2048-no-such-program", &env) && !is_there("/bin/no-such", &env));
    }

    #[test]
    fn a_profile_of_any_name_is_one_word() {
        assert_eq!(
            export_of("it's"),
            r"aws configure export-credentials --format process --profile 'it'\''s'"
        );
    }
}
