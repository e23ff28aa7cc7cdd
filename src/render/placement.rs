//! Names the place in a template whose value is not a whole scalar of its own.
//!
//! Which values those are is decided on what was rendered, by the reader of manifests; here the tag of the template that
//! wrote them is looked for. Where what was rendered cannot be read at all, a value in a wrong place is the likely cause.

use super::error::RenderError;
use super::inserted;
use super::templates::Template;

/// Refuses the value whose word begins at byte `at` of what was rendered.
pub(super) fn refused(template: &Template, rendered: &str, at: usize) -> RenderError {
    let from = rendered[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = rendered[from..].lines().next().unwrap_or_default();
    let word = inserted::first(&rendered[at..]).map_or(line.len(), |(_, end)| at - from + end);
    explain(template, &line[..at - from], line.get(word..).unwrap_or_default())
}

/// Refuses the first value that looks as if it stood in a wrong place, if there is one.
pub(super) fn suspect(template: &Template, rendered: &str) -> Option<RenderError> {
    let (before, after) = rendered.lines().find_map(misplaced)?;
    Some(explain(template, before, after))
}

/// What is around the first word of a line that is not a scalar of its own.
fn misplaced(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some((begin, end)) = inserted::first(&line[from..]) {
        let (before, after) = (&line[..from + begin], &line[from + end..]);
        let in_comment = before.trim_start().starts_with('#') || before.contains(" #");
        if !in_comment && !is_whole(before, after) {
            return Some((before, after));
        }
        from += end;
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

/// Names the place in the template, as far as it follows from what is around it: a tag that is no whole scalar of its
/// line, else one that is.
fn explain(template: &Template, before: &str, after: &str) -> RenderError {
    let found = located(template, before, after, true).or_else(|| located(template, before, after, false));
    found.unwrap_or_else(|| {
        let message = remedy("{{ … }}", is_quoted(before, after));
        let line = format!("{}\"…\"{}", inserted::shown(before), inserted::shown(after));
        template.refusal(format!("{message}\n  | {}", line.trim()))
    })
}

/// The first tag with these surroundings.
fn located(template: &Template, before: &str, after: &str, only_parts: bool) -> Option<RenderError> {
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
            let fits = before.ends_with(head) && after.starts_with(tail);
            if fits && (!only_parts || joins_another || !is_whole(head, tail)) {
                return Some(RenderError::Template {
                    origin: template.origin.clone(),
                    line: number + 1,
                    column: line[..column].chars().count() + 1,
                    message: remedy(tag, is_quoted(head, tail)),
                });
            }
        }
    }
    None
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
        let with_words = |text: &str| text.replace('@', &inserted::word(&"v".into()));
        for text in whole {
            assert_eq!(misplaced(&with_words(text)), None, "{text}");
        }
        for text in parts {
            assert!(misplaced(&with_words(text)).is_some(), "{text}");
        }
    }
}
