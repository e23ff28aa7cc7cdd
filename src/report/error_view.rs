//! The one place where errors become text.

use super::page::Page;
use super::style::{Style, Tone};
use crate::lang::text;
use crate::model::excerpt;

/// An error and its causes, outermost first, and what to do about it.
pub fn text(causes: &[String], help: Option<&str>, style: &Style) -> String {
    let error = format!("{}: ", style.say(&text!("view-error")));
    let caused_by = format!("  {}: ", style.say(&text!("view-caused-by")));
    let mut page = Page::new(style);
    for (i, cause) in causes.iter().enumerate() {
        let label = if i == 0 {
            Tone::Bad.of(&error)
        } else {
            Tone::Faint.of(&caused_by)
        };
        page.entry(label, &readable(cause));
    }
    if let Some(help) = help {
        let label = format!("  {} ", style.say(&text!("status-help")));
        page.entry(Tone::Good.of(&label), help);
    }
    page.into_text()
}

/// Characters of a line of an error, and lines: who quotes a file, a page or a program's words may quote any amount.
const LONGEST: (usize, usize) = (2000, 400);

/// What can be read of a text: its first lines, and the beginnings of long ones.
fn readable(text: &str) -> String {
    let (columns, lines) = LONGEST;
    excerpt(text, columns, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_quotes_has_an_end() {
        let quoted = format!("{}\n{}", "x".repeat(200_000), "a line\n".repeat(10_000));
        let text = text(&[quoted], None, &Style::default());
        assert!(text.len() < 10_000, "{}", text.len());
        assert!(text.ends_with("a line\n       …\n"), "{text}");
        assert!(text.contains("x…\n"), "{text}");
    }

    #[test]
    fn a_chain_is_printed_from_the_outside_in() {
        let causes = [
            "cannot create the role `lab`".to_owned(),
            "iam:CreateRole: AccessDenied: User: arn:aws:iam::1:user/jun is not authorized to perform: iam:CreateRole on \
             resource: role lab"
                .to_owned(),
        ];
        insta::assert_snapshot!(text(&causes, Some("ask for the permission"), &Style::default()), @r"
        error: cannot create the role `lab`
          caused by: iam:CreateRole: AccessDenied: User: arn:aws:iam::1:user/jun is not
                     authorized to perform: iam:CreateRole on resource: role lab
          help: ask for the permission
        ");
    }
}
