//! Tables without lines, as kubectl draws them, kept within the width of the page.

use unicode_width::UnicodeWidthStr;

use super::page::{Page, Span};
use super::style::{Style, Tone, pad, wrap};
use crate::lang::Text;
use crate::model::visible::visible_line;

/// Gap between columns.
const GAP: usize = 3;

/// The least width to which the text of the last column is wrapped.
const READABLE: usize = 20;

/// How a cell with this text is dressed, if in a way of its own.
pub type CellTone = fn(&str) -> Option<Tone>;

/// A table with a heading; columns are as wide as their widest cell.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The heading.
    pub head: &'a [&'a str],
    /// The rows, with as many cells as the heading has.
    pub rows: Vec<Vec<String>>,
    /// Columns that are left out where the page is too narrow, the first to go first.
    pub optional: &'a [&'a str],
    /// How a cell of the column named is dressed.
    pub tone: Option<(&'a str, CellTone)>,
    /// What becomes of columns that do not fit.
    pub overflow: Overflow,
}

/// What becomes of columns that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// A cell that is too wide pushes the rest of its row to a line of its own: few cells are.
    Push,
    /// Columns are continued in a second table with the first column again: every row would be pushed.
    Split,
}

/// A table all of whose columns are needed.
pub fn text(head: &[Text], rows: impl IntoIterator<Item = Vec<String>>, style: &Style) -> String {
    let head: Vec<String> = head.iter().map(|name| style.say(name)).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let table = Table {
        head: &head,
        rows: rows.into_iter().collect(),
        optional: &[],
        tone: None,
        overflow: Overflow::Push,
    };
    table.text(style)
}

impl Table<'_> {
    /// The table, within the width of the page as far as that can be.
    pub fn text(&self, style: &Style) -> String {
        let cells = |row: &Vec<String>| row.iter().map(|cell| visible_line(cell).into_owned()).collect();
        let table = Self {
            rows: self.rows.iter().map(cells).collect(),
            ..*self
        };
        table.laid_out(style)
    }

    fn laid_out(&self, style: &Style) -> String {
        let mut shown: Vec<usize> = (0..self.head.len()).collect();
        for name in self.optional {
            if total(&self.widths(&shown)) > style.width {
                shown.retain(|column| self.head.get(*column) != Some(name));
            }
        }
        if self.overflow == Overflow::Split && total(&self.widths(&shown)) > style.width {
            return self.split(&shown, style);
        }
        self.columns(&shown, style)
    }

    /// The columns `shown` side by side.
    fn columns(&self, shown: &[usize], style: &Style) -> String {
        let widths = fitted(self.widths(shown), style.width);
        let head = shown.iter().filter_map(|column| self.head.get(*column).copied());
        let mut page = style.paint(Tone::Faint, &line(head, &widths));
        page.push('\n');
        for row in &self.rows {
            let cells: Vec<&str> = shown
                .iter()
                .map(|column| row.get(*column).map_or("", String::as_str))
                .collect();
            self.row(&mut page, &cells, shown, (&widths, style));
        }
        page
    }

    /// As many columns side by side as fit, the others below them with the first column again; where not even two fit, each
    /// row as a list.
    fn split(&self, shown: &[usize], style: &Style) -> String {
        let Some((first, others)) = shown.split_first() else {
            return String::new();
        };
        let fits = |columns: &[usize]| total(&self.widths(columns)) <= style.width;
        if others.iter().any(|column| !fits(&[*first, *column])) {
            return self.lists(*first, others, style);
        }
        let mut tables: Vec<Vec<usize>> = Vec::new();
        for column in others {
            match tables.last_mut() {
                Some(table) if fits(&[table.as_slice(), &[*column]].concat()) => table.push(*column),
                _ => tables.push(vec![*first, *column]),
            }
        }
        let tables = tables.iter().map(|table| self.columns(table, style));
        tables.collect::<Vec<_>>().join("\n")
    }

    /// Each row as a list of its cells.
    fn lists(&self, first: usize, others: &[usize], style: &Style) -> String {
        let name = |column: usize| self.head.get(column).copied().unwrap_or_default();
        let label = others
            .iter()
            .map(|column| name(*column).width())
            .max()
            .unwrap_or_default();
        let mut page = Page::new(style);
        for row in &self.rows {
            let cell = |column: usize| row.get(column).map_or("", String::as_str);
            page.entry("", cell(first));
            for column in others {
                let label = format!("  {}  ", pad(name(*column), label));
                let tone = self.tone.filter(|(toned, _)| *toned == name(*column));
                let text = Span {
                    text: cell(*column),
                    tone: tone.and_then(|(_, tone)| tone(cell(*column))),
                };
                page.entry(Tone::Faint.of(&label), text);
            }
        }
        page.into_text()
    }

    /// Widths of the columns `shown`, as their cells ask for.
    fn widths(&self, shown: &[usize]) -> Vec<usize> {
        let width = |column: &usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(*column)).map(String::as_str);
            let all = self.head.get(*column).copied().into_iter().chain(cells);
            all.map(UnicodeWidthStr::width).max().unwrap_or_default()
        };
        shown.iter().map(width).collect()
    }

    /// One row: a cell that is too wide pushes what follows it to a line of its own; the last one is wrapped.
    fn row(&self, page: &mut String, cells: &[&str], shown: &[usize], (widths, style): (&[usize], &Style)) {
        let mut line = String::new();
        let mut used = 0;
        let mut start = 0;
        let mut end = |line: &mut String, used: &mut usize| {
            page.push_str(line.trim_end());
            page.push('\n');
            line.clear();
            *used = 0;
        };
        for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let column = shown.get(i).and_then(|column| self.head.get(*column)).copied();
            let last = i + 1 == cells.len();
            let parts = if last {
                wrap(cell, *width)
            } else {
                vec![(*cell).to_owned()]
            };
            for (j, part) in parts.iter().enumerate() {
                if used > start || j > 0 {
                    end(&mut line, &mut used);
                }
                line.push_str(&" ".repeat(start - used));
                line.push_str(&self.dressed(column, part, style));
                used = start + part.width();
            }
            start += width + GAP;
        }
        end(&mut line, &mut used);
    }

    fn dressed(&self, column: Option<&str>, cell: &str, style: &Style) -> String {
        match self.tone {
            Some((name, tone)) if column == Some(name) => {
                tone(cell).map_or_else(|| cell.to_owned(), |tone| style.paint(tone, cell))
            }
            _ => cell.to_owned(),
        }
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let padded: String = cells.zip(widths).map(|(cell, width)| pad(cell, width + GAP)).collect();
    padded.trim_end().to_owned()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The widths with one column made narrower, so that all fit: the last if its text can be wrapped, else the widest.
fn fitted(mut widths: Vec<usize>, columns: usize) -> Vec<usize> {
    let too_much = total(&widths).saturating_sub(columns);
    if too_much == 0 {
        return widths;
    }
    let last = widths.len().saturating_sub(1);
    let widest = (1..last).max_by_key(|i| widths.get(*i).copied());
    let narrowed = match widths.last() {
        Some(width) if *width >= too_much + READABLE => Some(last),
        _ => widest,
    };
    if let Some(width) = narrowed.and_then(|i| widths.get_mut(i)) {
        *width = width.saturating_sub(too_much).max(READABLE.min(*width));
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::door;
    use crate::report::fixtures::shown;

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![cells(&["a", "한글", "x"]), cells(&["long one", "b", "y"])];
        insta::assert_snapshot!(shown(&text(&["NAME", "B", "C"].map(Text::from), rows, &Style::default())), @r"
        NAME       B      C
        a          한글   x
        long one   b      y
        ");
    }

    #[test]
    fn a_long_text_in_the_last_column_is_wrapped() {
        let rows = vec![
            cells(&[
                "sandbox",
                "The workshop in a toy region inside this program: no account, no cost, sixty times faster than real.",
            ]),
            cells(&["workshop", "The chapter of the workshop."]),
        ];
        insta::assert_snapshot!(shown(&text(&["NAME", "ABOUT"].map(Text::from), rows, &Style::default())), @r"
        NAME       ABOUT
        sandbox    The workshop in a toy region inside this program: no account, no
                   cost, sixty times faster than real.
        workshop   The chapter of the workshop.
        ");
    }

    #[test]
    fn a_cell_that_is_too_wide_pushes_the_rest_of_its_row() {
        let rows = vec![
            cells(&["fargate.permissionsBoundary", "null", "built-in defaults.yaml:41"]),
            cells(&[
                "fargate.selectors",
                r#"[{"namespace":"fargate-game-2048"}]"#,
                "built-in defaults.yaml:46",
            ]),
        ];
        insta::assert_snapshot!(shown(&text(&["KEY", "VALUE", "FROM"].map(Text::from), rows, &Style::default())), @r#"
        KEY                           VALUE                    FROM
        fargate.permissionsBoundary   null                     built-in defaults.yaml:41
        fargate.selectors             [{"namespace":"fargate-game-2048"}]
                                                               built-in defaults.yaml:46
        "#);
    }

    #[test]
    fn optional_columns_go_where_the_page_is_narrow() {
        let table = Table {
            head: &["POD", "STATUS", "AGE", "IP", "NODE"],
            rows: vec![cells(&[
                "deployment-2048-5cb5b5f945-8kvjk",
                "Pending",
                "2m10s",
                "10.11.102.138",
                "fargate-ip-10-11-102-138",
            ])],
            optional: &["IP", "AGE"],
            tone: Some(("STATUS", |status| (status != "Running").then_some(Tone::Care))),
            overflow: Overflow::Split,
        };
        insta::assert_snapshot!(shown(&table.text(&Style::default())), @r"
        POD                                STATUS    AGE     NODE
        deployment-2048-5cb5b5f945-8kvjk   Pending   2m10s   fargate-ip-10-11-102-138
        ");
        let wide = Style {
            color: true,
            width: 120,
            ..Style::default()
        };
        assert_eq!(
            door::passed(&table.text(&wide)).lines().last().unwrap(),
            "deployment-2048-5cb5b5f945-8kvjk   \u{1b}[33mPending\u{1b}[0m   2m10s   10.11.102.138   fargate-ip-10-11-102-138"
        );
    }

    #[test]
    fn columns_that_do_not_fit_are_continued_below() {
        let table = Table {
            head: &["NODE", "KIND", "STATUS", "VERSION", "OS-IMAGE"],
            rows: vec![
                cells(&[
                    "fargate-ip-10-11-102-138",
                    "Fargate",
                    "Ready",
                    "v1.36.2-eks-113cf36",
                    "Amazon Linux 2023",
                ]),
                cells(&[
                    "ip-10-11-1-156",
                    "EC2",
                    "NotReady",
                    "v1.36.2-eks-113cf36",
                    "Amazon Linux 2023",
                ]),
            ],
            optional: &[],
            tone: None,
            overflow: Overflow::Split,
        };
        let at = |width| {
            table.text(&Style {
                width,
                ..Style::default()
            })
        };
        insta::assert_snapshot!(at(60), @r"
        NODE                       KIND      STATUS
        fargate-ip-10-11-102-138   Fargate   Ready
        ip-10-11-1-156             EC2       NotReady

        NODE                       VERSION
        fargate-ip-10-11-102-138   v1.36.2-eks-113cf36
        ip-10-11-1-156             v1.36.2-eks-113cf36

        NODE                       OS-IMAGE
        fargate-ip-10-11-102-138   Amazon Linux 2023
        ip-10-11-1-156             Amazon Linux 2023
        ");
        insta::assert_snapshot!(at(40), @r"
        fargate-ip-10-11-102-138
          KIND      Fargate
          STATUS    Ready
          VERSION   v1.36.2-eks-113cf36
          OS-IMAGE  Amazon Linux 2023
        ip-10-11-1-156
          KIND      EC2
          STATUS    NotReady
          VERSION   v1.36.2-eks-113cf36
          OS-IMAGE  Amazon Linux 2023
        ");
    }
}
