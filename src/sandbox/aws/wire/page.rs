//! Answers in pages: a token is the position at which the next page starts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Part of a list, and the token of the next part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) struct Page<T> {
    pub(in crate::aws) items: Vec<T>,
    pub(in crate::aws) next: Option<String>,
}

/// The part of `items` that `token` names, at most `size` long; `None` for a token that this function never made.
pub(in crate::aws) fn page<T>(items: Vec<T>, size: usize, token: Option<&str>) -> Option<Page<T>> {
    let start = match token {
        None => 0,
        Some(token) => position(token).filter(|start| *start <= items.len())?,
    };
    let end = start.saturating_add(size.max(1)).min(items.len());
    let next = (end < items.len()).then(|| URL_SAFE_NO_PAD.encode(format!("from {end}")));
    let items = items.into_iter().skip(start).take(end - start).collect();
    Some(Page { items, next })
}

fn position(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("from ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole() {
        let (mut seen, mut token) = (Vec::new(), None);
        for _ in 0..3 {
            let page = page((0..7).collect(), 3, token.as_deref()).unwrap();
            seen.extend(page.items);
            token = page.next;
        }
        assert_eq!(seen, (0..7).collect::<Vec<_>>());
        assert_eq!(token, None);
        assert_eq!(page(vec![1], 3, Some("nonsense")), None);
    }
}
