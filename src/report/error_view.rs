//! The one place where errors become text.

use super::page::Page;
use super::style::{Style, Tone};

/// An error and its causes, outermost first, and what to do about it.
pub fn text(causes: &[String], help: Option<&str>, style: &Style) -> String {
    let mut page = Page::new(style);
    for (i, cause) in causes.iter().enumerate() {
        let label = if i == 0 {
            Tone::Bad.of("error: ")
        } else {
            Tone::Faint.of("  caused by: ")
        };
        page.entry(label, cause);
    }
    if let Some(help) = help {
        page.entry(Tone::Good.of("  help: "), help);
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

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
