//! The one place where errors become text.

use std::error::Error;

use super::style::{Labelled, Style, Tone};

/// An error with its causes, outermost first, and what to do about it.
pub fn text(error: &dyn Error, help: Option<&str>, style: &Style) -> String {
    let mut causes = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Some links only repeat what is behind them.
        if causes.last().is_none_or(|last| !last.contains(&text)) {
            causes.push(text);
        }
        source = cause.source();
    }
    lines(&causes, help, style)
}

/// The same for causes that have become text already.
pub fn lines(causes: &[String], help: Option<&str>, style: &Style) -> String {
    let mut text = String::new();
    for (i, cause) in causes.iter().enumerate() {
        let (label, tone) = if i == 0 {
            ("error: ", Tone::Bad)
        } else {
            ("  caused by: ", Tone::Faint)
        };
        entry(&mut text, label, tone, cause, style);
    }
    if let Some(help) = help {
        entry(&mut text, "  help: ", Tone::Good, help, style);
    }
    text
}

fn entry(page: &mut String, label: &str, tone: Tone, text: &str, style: &Style) {
    let labelled = Labelled {
        label,
        label_tone: Some(tone),
        tone: None,
        text,
    };
    labelled.write(page, style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot create the role `lab`")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error(
        "iam:CreateRole: AccessDenied: User: arn:aws:iam::1:user/jun is not authorized to perform: iam:CreateRole on resource: role lab"
    )]
    struct Inner;

    #[test]
    fn a_chain_is_told_from_the_outside_in() {
        insta::assert_snapshot!(text(&Outer(Inner), Some("ask for the permission"), &Style::default()), @r"
        error: cannot create the role `lab`
          caused by: iam:CreateRole: AccessDenied: User: arn:aws:iam::1:user/jun is not
                     authorized to perform: iam:CreateRole on resource: role lab
          help: ask for the permission
        ");
    }
}
