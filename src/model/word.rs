//! Words of AWS and Kubernetes as enums: the ones that are known by name, and whatever else a server may send.

/// Declares an enum of a server's words. It is read and written as the server's own word, so that JSON output shows what
/// the server sent; a word that is not in the list is kept as `Other`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this program does not know; empty where the server gave none.
            Other(String),
        }

        impl $name {
            /// The server's own word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::from(word.as_str())
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.as_str().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }
    };
}

pub(super) use words;

#[cfg(test)]
mod tests {
    words! {
        /// A word for the tests.
        Word { /// One.
            One = "ONE" }
    }

    #[test]
    fn a_word_is_read_and_written_as_the_server_spells_it() {
        for (json, word) in [(r#""ONE""#, Word::One), (r#""TWO""#, Word::Other("TWO".to_owned()))] {
            assert_eq!(serde_json::from_str::<Word>(json).unwrap(), word);
            assert_eq!(serde_json::to_string(&word).unwrap(), json);
        }
        assert_eq!(Word::One.to_string(), "ONE");
        assert_eq!(Word::default().as_str(), "");
    }
}
