//! Which language.

use serde::Serialize;

/// A language that there is a catalogue of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Korean.
    #[serde(rename = "ko")]
    Korean,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The language of a locale as variables of POSIX name it: `ko_KR.UTF-8`, `ko`, `C`. What there is no catalogue of is read in
    /// English.
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        let is_it = |known: &Self| known.tag().eq_ignore_ascii_case(language);
        Self::ALL.into_iter().find(is_it).unwrap_or_default()
    }

    /// The language of a process, by its variables in POSIX' order: the first that is there and not empty says it.
    pub fn of_variables<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let mut set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable);
        set.find(|locale| !locale.is_empty())
            .map_or(Self::default(), Self::of_locale)
    }

    /// A place in a row: `1st`, `2nd`, `11th`.
    pub(super) fn ordinal(self, n: u32) -> String {
        if self == Self::Korean {
            return format!("{n}번째");
        }
        let ending = match (n % 10, n % 100) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        format!("{n}{ending}")
    }
}
