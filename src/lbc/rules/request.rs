//! A request that a client could make.

/// A GET of a client, as far as rules look at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::lbc) struct ClientRequest {
    /// The name that is asked for; the ALB's own if there is none.
    pub(in crate::lbc) host: Option<String>,
    /// The path.
    pub(in crate::lbc) path: String,
    /// Parameters of the query, with their names if it has any.
    pub(in crate::lbc) query: Vec<(Option<String>, String)>,
    /// Headers beside those that every client sends.
    pub(in crate::lbc) headers: Vec<(String, String)>,
}

impl ClientRequest {
    /// The path with the query.
    pub(in crate::lbc) fn path_and_query(&self) -> String {
        let pairs = self.query.iter().map(|(key, value)| match key {
            Some(key) => format!("{key}={value}"),
            None => value.clone(),
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", self.path)
    }
}

/// A text that a pattern matches: nothing for `*`, but a label for one that stands for a host's first; a letter for `?`.
pub(in crate::lbc) fn sample(pattern: &str) -> String {
    let labelled = pattern
        .strip_prefix("*.")
        .map_or_else(|| pattern.to_owned(), |rest| format!("lab2048.{rest}"));
    labelled.replace('*', "").replace('?', "x")
}
