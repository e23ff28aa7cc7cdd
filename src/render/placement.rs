//! Whether every text that a template inserts is a whole scalar of its own.
//!
//! Texts are inserted with quotes around them. Between other quotes, or in the middle of other text, that would be
//! something else than it looks: at best no YAML, at worst a value with quotes in it. So the engine marks what it has
//! inserted, and this module looks at what is around the marks.

use super::error::RenderError;
use super::objects::refusal;
use super::templates::Template;

/// Before and after an inserted text. Unicode keeps these two for a program's own use; no value can bring them in.
pub(super) const BEGIN: char = '\u{fdd0}';
pub(super) const END: char = '\u{fdd1}';

/// What was rendered, without the marks, unless a text is only a part of a scalar.
pub(super) fn unmarked(template: &Template, rendered: &str) -> Result<String, RenderError> {
    let mut block = None;
    for line in rendered.lines() {
        let indent = line.len() - line.trim_start().len();
        if block.is_some_and(|parent| line.trim().is_empty() || indent > parent) {
            // In a block of literal text, such as a file in a ConfigMap, quotes are no YAML.
            continue;
        }
        block = opens_block(line);
        if let Some((before, after)) = misplaced(line) {
            return Err(explain(template, before, after));
        }
    }
    Ok(without_marks(rendered))
}

fn without_marks(text: &str) -> String {
    text.replace([BEGIN, END], "")
}

/// The indentation that the lines of a block scalar must exceed, if this line begins one (`key: |`).
fn opens_block(line: &str) -> Option<usize> {
    let (head, indicator) = line.trim_end().rsplit_once([' ', '\t'])?;
    let mut signs = indicator.chars();
    let begins = matches!(signs.next(), Some('|' | '>')) && signs.all(|c| matches!(c, '+' | '-' | '1'..='9'));
    let dashes: usize = head.len() - head.trim_start_matches([' ', '-']).len();
    // `- |` belongs to the dash, `- key: |` to the key.
    let parent = if dashes == head.len() {
        head.rfind('-').unwrap_or_default()
    } else {
        dashes
    };
    begins.then_some(parent)
}

/// What is around the first text of a line that is not a scalar of its own.
fn misplaced(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(begin) = line[from..].find(BEGIN).map(|at| from + at) {
        let end = begin + line[begin..].find(END)? + END.len_utf8();
        let (before, after) = (&line[..begin], &line[end..]);
        let in_comment = before.trim_start().starts_with('#') || before.contains(" #");
        if !in_comment && !is_whole(before, after) {
            return Some((before, after));
        }
        from = end;
    }
    None
}

/// Whether a scalar may begin after `before` and end before `after`.
fn is_whole(before: &str, after: &str) -> bool {
    let (head, tail) = (before.trim_end(), after.trim_start());
    let apart = |whole: &str, trimmed: &str| trimmed.len() < whole.len();
    let begins = match head.chars().next_back() {
        None | Some('[' | '{' | ',') => true,
        Some(':') => apart(before, head) || head.ends_with("\":"),
        Some('-' | '?') => apart(before, head) && head[..head.len() - 1].chars().all(|c| c == ' ' || c == '-'),
        Some(_) => {
            let property = head.rsplit(' ').next().unwrap_or(head);
            apart(before, head) && property.starts_with(['!', '&'])
        }
    };
    let ends = match tail.chars().next() {
        None | Some(',' | ']' | '}') => true,
        Some(':') => head.contains('{') || tail[1..].chars().next().is_none_or(char::is_whitespace),
        Some('#') => apart(after, tail),
        Some(_) => false,
    };
    begins && ends
}

/// Names the place in the template, as far as it follows from what is around it.
fn explain(template: &Template, before: &str, after: &str) -> RenderError {
    for (number, line) in template.text.lines().enumerate() {
        for (column, _) in line.match_indices("{{") {
            let Some(length) = line[column..].find("}}").map(|at| at + 2) else {
                break;
            };
            let tag = &line[column..column + length];
            let (head, tail) = (&line[..column], &line[column + length..]);
            let joins_another = head.ends_with("}}") || tail.starts_with("{{");
            // What is around it up to the next tag.
            let head = head.rsplit('}').next().unwrap_or_default();
            let tail = tail.split('{').next().unwrap_or_default();
            if before.ends_with(head) && after.starts_with(tail) && (joins_another || !is_whole(head, tail)) {
                return RenderError::Template {
                    origin: template.origin.clone(),
                    line: number + 1,
                    column: line[..column].chars().count() + 1,
                    message: remedy(tag, is_quoted(head, tail)),
                };
            }
        }
    }
    let message = remedy("{{ … }}", is_quoted(before, after));
    let line = without_marks(&format!("{before}\"…\"{after}"));
    refusal(template, format!("{message}\n  | {}", line.trim()))
}

fn is_quoted(before: &str, after: &str) -> bool {
    ['"', '\'']
        .into_iter()
        .any(|quote| before.ends_with(quote) && after.starts_with(quote))
}

fn remedy(tag: &str, quoted: bool) -> String {
    if quoted {
        format!("`{tag}` stands for a whole YAML scalar and brings its own quotes; leave out those around it")
    } else {
        let inner = tag.trim_matches(['{', '}', '-', ' ']);
        format!(
            "`{tag}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in \
             `{{{{ {inner} ~ \"-x\" }}}}`"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Templates;

    #[test]
    fn a_text_is_a_scalar_of_its_own() {
        let whole = [
            "@",
            "a: @",
            "  - @",
            "- - @",
            "- a: @ # why",
            "@: @",
            "? @",
            "[@, @]",
            "{a: @, b: [@]}",
            r#"{"a":@,"b":@}"#,
            "a: !!str @",
            "a: &here @",
            "# a @b",
            "a: 1 # @@",
        ];
        let parts = [
            "a: \"@\"",
            "a: '@'",
            "a: x@",
            "a: @x",
            "a: x @",
            "a: @ x",
            "a: x-@-y",
            "a: \"x @\"",
            "a:@",
            "-@",
            "a: @@",
            "a: @:80",
            "a: @#b",
            "[x@]",
        ];
        let marked = |text: &str| text.replace('@', "\u{fdd0}\"v\"\u{fdd1}");
        for text in whole {
            assert_eq!(misplaced(&marked(text)), None, "{text}");
        }
        for text in parts {
            assert!(misplaced(&marked(text)).is_some(), "{text}");
        }
    }

    #[test]
    fn literal_blocks_may_hold_anything() {
        let templates = Templates::built_in();
        let template = templates.iter().next().unwrap();
        let table = [
            ("a: |\n  x = @\n\n  y = @\nb: @\n", true),
            ("a: >-\n  x @\nb: x@\n", false),
            ("- |\n  x = @\n- @\n", true),
            ("- a: |2\n    x @\n  b: x @\n", false),
            ("a: x|\n  y @\n", false),
        ];
        for (text, fine) in table {
            let rendered = text.replace('@', "\u{fdd0}\"v\"\u{fdd1}");
            let unmarked = unmarked(template, &rendered).ok();
            assert_eq!(unmarked, fine.then(|| text.replace('@', "\"v\"")), "{text}");
        }
    }
}
