//! What can be done next: commands as they are typed, with the flags of the call.

use super::page::Page;
use super::style::{Style, Tone, pad};
use crate::lang::{Text, text};
use unicode_width::UnicodeWidthStr;

/// The commands of the program for the lab of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commands {
    flags: String,
}

impl Commands {
    /// With the flags that lead to the lab, such as `-e` and `workshop`.
    pub fn new(flags: &[String]) -> Self {
        Self { flags: line(flags) }
    }

    /// A verb with what follows it: `lab2048 scale -e workshop --replicas 3`.
    pub fn of(&self, verb: &str, more: &str) -> String {
        let words = ["lab2048", verb, &self.flags, more];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

/// Words as a shell reads them: quoted where they need it.
pub fn line(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// A command, and what it is for.
pub type NextStep = (String, Text);

/// The commands below each other after an empty line, and what each is for as far as there is room.
pub fn text(steps: &[NextStep], style: &Style) -> String {
    const HEAD: usize = 10;
    let head = pad(&style.say(&text!("next-label")), HEAD);
    let steps: Vec<(&String, String)> = steps
        .iter()
        .map(|(command, about)| (command, style.say(about)))
        .collect();
    let mut page = Page::new(style);
    if !steps.is_empty() {
        page.line("");
    }
    let column = steps
        .iter()
        .map(|(command, _)| command.width())
        .max()
        .unwrap_or_default();
    let fits = steps
        .iter()
        .all(|(_, about)| HEAD + column + 2 + about.width() <= style.width);
    for (i, (command, about)) in steps.iter().enumerate() {
        let head = if i == 0 {
            style.paint(Tone::Faint, &head)
        } else {
            " ".repeat(HEAD)
        };
        if fits {
            page.line(&format!(
                "{head}{}  {}",
                pad(command, column),
                style.paint(Tone::Faint, about)
            ));
        } else {
            page.line(&format!("{head}{command}"));
        }
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::{plain, shown};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_change_them() {
        let typed = words(&[
            "-e",
            "my lab",
            "--set",
            "app.labels={a: 'b'}",
            "--set",
            "lab.name=x",
            "",
        ]);
        assert_eq!(
            line(&typed),
            r"-e 'my lab' --set 'app.labels={a: '\''b'\''}' --set lab.name=x ''"
        );
    }

    #[test]
    fn commands_have_the_flags_of_the_call() {
        assert_eq!(Commands::default().of("open", ""), "lab2048 open");
        let commands = Commands::new(&words(&["-e", "workshop"]));
        assert_eq!(
            commands.of("scale", "--replicas 3"),
            "lab2048 scale -e workshop --replicas 3"
        );
    }

    #[test]
    fn steps_are_below_each_other() {
        let steps = |commands: &Commands| {
            [
                (commands.of("open", ""), Text::verbatim("play the game in a browser")),
                (
                    commands.of("scale", "--replicas 3"),
                    Text::verbatim("fewer pods, fewer nodes"),
                ),
            ]
        };
        insta::assert_snapshot!(shown(&text(&steps(&Commands::default()), &plain())), @r"
        next      lab2048 open                play the game in a browser
                  lab2048 scale --replicas 3  fewer pods, fewer nodes
        ");
        let long = Commands::new(&words(&[
            "-e",
            "workshop",
            "--set",
            "lab.name=lab2048-participant-of-the-class",
        ]));
        // A command is never broken: it is there to be copied.
        assert_eq!(
            text(&steps(&long), &plain()),
            "\nnext      lab2048 open -e workshop --set lab.name=lab2048-participant-of-the-class\n          \
             lab2048 scale -e workshop --set lab.name=lab2048-participant-of-the-class --replicas 3\n"
        );
    }
}
