//! A page under way: the one writer of labelled texts, kept within the width of the stream.

use unicode_width::UnicodeWidthStr;

use super::style::{Style, Tone, wrap};
use crate::model::visible::{visible, visible_line};

/// A piece of text and how it is dressed.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// The text.
    pub text: &'a str,
    /// How it is dressed.
    pub tone: Option<Tone>,
}

impl<'a> From<&'a str> for Span<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, tone: None }
    }
}

impl<'a> From<&'a String> for Span<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl Tone {
    /// `text` in this tone.
    pub fn of(self, text: &str) -> Span<'_> {
        Span { text, tone: Some(self) }
    }
}

/// A page under way.
#[derive(Debug, Clone)]
pub struct Page {
    text: String,
    style: Style,
}

impl Page {
    /// An empty page, dressed for one stream.
    pub fn new(style: &Style) -> Self {
        Self {
            text: String::new(),
            style: *style,
        }
    }

    /// How it is dressed.
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// What is on it.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Writes what is laid out already, as it is.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes one line: a break in it is shown, so that no text that is put into it forges another.
    pub fn line(&mut self, line: &str) {
        self.push(&visible_line(line));
        self.text.push('\n');
    }

    /// Writes a text behind its label (which has the spaces around it): what does not fit is indented to where the text
    /// began. Lines of the text's own are kept; one that is indented is laid out already and not wrapped. A no-break
    /// space becomes a space at which the line was not broken.
    pub fn entry<'l, 't>(&mut self, label: impl Into<Span<'l>>, text: impl Into<Span<'t>>) {
        let (label, text) = (label.into(), text.into());
        let name = visible_line(label.text);
        let columns = name.width();
        let mut head = self.dressed(label.tone, &name);
        for line in visible(text.text).lines() {
            let parts = if line.starts_with(' ') {
                vec![line.to_owned()]
            } else {
                wrap(line, self.style.width.saturating_sub(columns))
            };
            for part in parts {
                if !part.is_empty() {
                    self.text.push_str(&head);
                    self.text
                        .push_str(&self.dressed(text.tone, &part.replace('\u{a0}', " ")));
                }
                self.text.push('\n');
                head = " ".repeat(columns);
            }
        }
    }

    fn dressed(&self, tone: Option<Tone>, text: &str) -> String {
        match tone {
            Some(tone) => self.style.paint(tone, text),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::door;

    #[test]
    fn no_text_forges_a_line() {
        let mut page = Page::new(&Style::default());
        page.line("context   a\nDone.");
        page.entry("lab\nDone. ", "x\u{85}Done.\u{2028}Done.");
        assert_eq!(
            page.into_text(),
            "context   a\\nDone.\nlab\\nDone. x\\u{85}Done.\\u{2028}Done.\n"
        );
    }

    #[test]
    fn a_labelled_text_hangs_under_its_beginning() {
        let mut page = Page::new(&Style {
            color: false,
            width: 16,
            ..Style::default()
        });
        page.entry("  help: ", "one two three\n\n    as it is, however long that may be");
        page.entry("a ", "b");
        page.entry("nothing ", "");
        assert_eq!(
            page.into_text(),
            "  help: one two\n        three\n\n            as it is, however long that may be\na b\n"
        );
    }

    #[test]
    fn lines_are_not_broken_at_a_no_break_space() {
        let mut page = Page::new(&Style {
            color: false,
            width: 10,
            ..Style::default()
        });
        page.entry("", "one two\u{a0}three");
        assert_eq!(page.into_text(), "one\ntwo three\n");
    }

    #[test]
    fn label_and_text_have_colours_of_their_own() {
        let style = Style {
            color: true,
            ..Style::default()
        };
        let mut page = Page::new(&style);
        page.entry(Tone::Bad.of("error: "), Tone::Strong.of("no"));
        let text = door::passed(&page.into_text());
        assert_eq!(text, "\u{1b}[31merror: \u{1b}[0m\u{1b}[1mno\u{1b}[0m\n");
    }
}
