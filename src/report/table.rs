//! Tables without lines, as kubectl draws them.

use unicode_width::UnicodeWidthStr;

use super::style::{Style, Tone, pad};

/// Gap between columns.
const GAP: usize = 3;

/// A table with a heading; columns are as wide as their widest cell.
pub fn text(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>, style: &Style) -> String {
    let rows: Vec<Vec<String>> = rows.into_iter().collect();
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in cells.zip(&widths) {
            text.push_str(&pad(cell, width + GAP));
        }
        text.trim_end().to_owned()
    };
    let mut table = style.paint(Tone::Faint, &line(&mut head.iter().copied()));
    table.push('\n');
    for row in &rows {
        table.push_str(&line(&mut row.iter().map(String::as_str)));
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![
            vec!["a".to_owned(), "한글".to_owned(), "x".to_owned()],
            vec!["long one".to_owned(), "b".to_owned(), "y".to_owned()],
        ];
        insta::assert_snapshot!(text(&["NAME", "B", "C"], rows, &Style::default()), @r"
        NAME       B      C
        a          한글   x
        long one   b      y
        ");
    }
}
