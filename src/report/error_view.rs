//! The one place where errors become text.

use super::style::{Labelled, Style, Tone};

/// An error and its causes, outermost first, and what to do about it.
pub fn text(causes: &[String], help: Option<&str>, style: &Style) -> String {
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

    #[test]
    fn a_chain_is_told_from_the_outside_in() {
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
