//! A table whose heads are in the reader's language.

use crate::lang::{Language, Text};
use crate::report::style::Style;
use crate::report::table::{CellTone, Overflow, Table};

/// A table; its columns are known by their heads.
pub(super) struct Sheet {
    pub(super) head: Vec<Text>,
    pub(super) rows: Vec<Vec<String>>,
    /// Columns that are left out where the page is too narrow, the first to go first.
    pub(super) optional: Vec<Text>,
    /// How a cell of the column named is dressed.
    pub(super) tone: Option<(Text, CellTone)>,
}

impl Sheet {
    /// The table, within the width of the page as far as that can be.
    pub(super) fn text(self, style: &Style) -> String {
        let said = |texts: &[Text]| texts.iter().map(|text| style.say(text)).collect::<Vec<_>>();
        let (head, optional) = (said(&self.head), said(&self.optional));
        let tone = self.tone.map(|(column, tone)| (style.say(&column), tone));
        Table {
            head: &head.iter().map(String::as_str).collect::<Vec<_>>(),
            rows: self.rows,
            optional: &optional.iter().map(String::as_str).collect::<Vec<_>>(),
            tone: tone.as_ref().map(|(column, tone)| (column.as_str(), *tone)),
            overflow: Overflow::Push,
        }
        .text(style)
    }
}

/// Whether a cell says this, in whichever language: a table knows a cell by its words alone, and dresses it by them.
pub(super) fn says(cell: &str, text: &Text) -> bool {
    Language::ALL.into_iter().any(|language| text.said(language) == cell)
}
