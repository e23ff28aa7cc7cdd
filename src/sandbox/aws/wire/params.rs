//! Parameters of the query protocols: `Name=value` pairs, lists as `Name.member.N` (query) or `Name.N` (EC2).

use std::collections::BTreeMap;

use super::failure::Failure;

/// The parameters of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::aws) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a form-encoded text.
    pub(in crate::aws) fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// One parameter; an empty one counts as absent.
    pub(in crate::aws) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// One parameter as sent, be it empty.
    pub(in crate::aws) fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// One parameter that must be there; the query protocol's words if it is not.
    pub(in crate::aws) fn need(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| {
            Failure::bad(
                "ValidationError",
                format!("1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null"),
            )
        })
    }

    /// A whole number.
    pub(in crate::aws) fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    /// A list of strings in order, whether written `Name.1` or `Name.member.1`.
    pub(in crate::aws) fn list(&self, name: &str) -> Vec<&str> {
        self.items(name)
            .into_iter()
            .filter_map(|item| self.raw(&item))
            .collect()
    }

    /// The prefixes of a list's items in order: `Tags.member.1`, `Tags.member.2`. Gaps in the numbers are allowed, as
    /// the recorded `Filter.2.Value.2` without a `Filter.2.Value.1` shows (an empty first value is left out).
    pub(in crate::aws) fn items(&self, name: &str) -> Vec<String> {
        let mut numbers: BTreeMap<u32, String> = BTreeMap::new();
        for key in self.0.keys() {
            let Some(rest) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else {
                continue;
            };
            let (member, rest) = rest
                .strip_prefix("member.")
                .map_or(("", rest), |rest| ("member.", rest));
            let number = rest.split('.').next().unwrap_or_default();
            if let Ok(number) = number.parse() {
                numbers.insert(number, format!("{name}.{member}{number}"));
            }
        }
        numbers.into_values().collect()
    }

    /// Tags: items with `Key` and `Value`.
    pub(in crate::aws) fn tags(&self, name: &str) -> BTreeMap<String, String> {
        self.items(name)
            .into_iter()
            .filter_map(|item| {
                let key = self.get(&format!("{item}.Key"))?;
                let value = self.get(&format!("{item}.Value")).unwrap_or_default();
                Some((key.to_owned(), value.to_owned()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_both_kinds_with_gaps() {
        let params = Params::parse(b"A.member.2=y&A.member.1=x%20z&A.member.10=w&B.2=q&T.1.Key=k&T.1.Value=v&Ab.1=no");
        assert_eq!(params.list("A"), ["x z", "y", "w"]);
        assert_eq!(params.list("B"), ["q"]);
        assert_eq!(params.tags("T"), BTreeMap::from([("k".to_owned(), "v".to_owned())]));
    }
}
