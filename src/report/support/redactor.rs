//! Words without what tells of people, accounts and networks.
//!
//! What this program says itself is kept. Of the names that are put into it, and of what servers say, only that is kept which can
//! be nothing of the kind: [ordinary words](super::words), small numbers, times, versions, actions of AWS, regions, and names that
//! the program comes with. Everything else has an alias that is the same wherever it occurs, so that it can still be seen what
//! belongs together.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::is_ordinary;
use crate::lang::Text;
use crate::model::{LONGEST_WAIT, parse_duration};

/// Parts of names of AWS, of Kubernetes and of runs that are in everybody's names, and in many sentences.
const COMMON: &[&str] = &[
    "account",
    "amazonaws",
    "api",
    "apply",
    "arn",
    "assumed",
    "aws",
    "cluster",
    "com",
    "compute",
    "deployment",
    "destroy",
    "eks",
    "elb",
    "fargate",
    "for",
    "http",
    "https",
    "iam",
    "ingress",
    "internal",
    "json",
    "k8s",
    "lab",
    "name",
    "node",
    "pod",
    "profile",
    "role",
    "scale",
    "service",
    "sts",
    "svc",
    "the",
    "user",
    "workshop",
    "www",
    "yaml",
];

/// The middles of the names of regions.
const DIRECTIONS: &[&str] = &[
    "central",
    "east",
    "gov",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// The services whose actions are named in what AWS and this program say.
const SERVICES: &[&str] = &[
    "acm",
    "cognito-idp",
    "ec2",
    "ecr",
    "eks",
    "elasticloadbalancing",
    "iam",
    "kms",
    "organizations",
    "servicequotas",
    "shield",
    "sso",
    "sts",
    "wafv2",
];

/// The digits of a version are no more than this; those of a telephone are.
const MOST_DIGITS: usize = 8;

/// A part of a name that is shorter than this is in too many ordinary words.
const SHORTEST_PART: usize = 3;

// Only a `Redactor` makes them.
/// Words without what tells of people, accounts and networks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Redacted(String);

/// Gives aliases.
#[derive(Debug, Default)]
pub struct Redactor {
    /// Names that the program comes with.
    public: BTreeSet<String>,
    /// What has an alias, in lower case.
    aliases: BTreeMap<String, String>,
    /// How many aliases of each kind there are.
    counts: BTreeMap<&'static str, u32>,
}

impl Redacted {
    /// Words of this program's own.
    pub(super) fn ours(words: String) -> Self {
        Self(words)
    }

    /// A thing of this name and of a kind.
    pub(super) fn of_kind(self, kind: &Self) -> Self {
        Self(format!("{}/{}", kind.0, self.0))
    }

    /// With words of this program's own before it.
    pub(super) fn after(self, ours: &'static str) -> Self {
        Self(format!("{ours}{}", self.0))
    }

    /// The entry of this name in a map of the environment.
    pub(super) fn within(self, map: &str) -> Self {
        Self(format!("{map}.{}", self.0))
    }
}

impl Redactor {
    /// One that keeps these names, as the program comes with them.
    pub fn keeping(public: impl IntoIterator<Item = String>) -> Self {
        Self {
            public: public.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The alias of a name, or the name itself if the program comes with it. From now on neither the name nor a part of it is kept
    /// in what is said.
    pub fn name(&mut self, kind: &'static str, name: &str) -> Redacted {
        if name.is_empty() || self.public.contains(name) {
            return Redacted(name.to_owned());
        }
        let alias = self.alias(kind, name);
        for part in name.split(|letter: char| !letter.is_alphanumeric()) {
            let is_ours = || {
                self.public
                    .iter()
                    .any(|public| public.split('-').any(|word| word == part))
            };
            let lower = part.to_lowercase();
            let is_common = COMMON.contains(&&*lower) || is_ours();
            if part.chars().count() >= SHORTEST_PART && !part.chars().all(char::is_numeric) && !is_common {
                self.aliases.entry(lower).or_insert_with(|| alias.clone());
            }
        }
        Redacted(alias)
    }

    /// The value of a setting: what is no number, no duration and nothing that the program comes with has an alias.
    pub fn setting(&mut self, value: &str) -> Redacted {
        if is_number(value) || is_region(value) || parse_duration(value, LONGEST_WAIT).is_ok() {
            return Redacted(value.to_owned());
        }
        let kind = telling(value).unwrap_or("value");
        self.name(kind, value)
    }

    /// A message with its words, and the names in it as they may be said.
    pub fn said(&mut self, text: &Text) -> Redacted {
        let said = text.with_words_of_others(&mut |words| self.clean(words));
        Redacted(said.to_string())
    }

    /// What somebody else said.
    pub fn words(&mut self, words: &str) -> Redacted {
        Redacted(self.clean(words))
    }

    fn clean(&mut self, words: &str) -> String {
        let mut clean = String::with_capacity(words.len());
        let mut rest = words;
        while !rest.is_empty() {
            let token = rest.find(is_between).unwrap_or(rest.len());
            let (token, after) = rest.split_at(token);
            clean.push_str(&self.token(token));
            let between = after.find(|letter| !is_between(letter)).unwrap_or(after.len());
            let (between, after) = after.split_at(between);
            clean.push_str(between);
            rest = after;
        }
        clean
    }

    /// A word as it may be said, with the punctuation around it.
    fn token(&mut self, token: &str) -> String {
        let begin = token.len() - token.trim_start_matches(is_punctuation).len();
        let end = token.trim_end_matches(is_punctuation).len().max(begin);
        let (before, rest) = token.split_at(begin);
        let (word, after) = rest.split_at(end - begin);
        format!("{before}{}{after}", self.word(word))
    }

    fn word(&mut self, word: &str) -> String {
        if word.is_empty() || self.public.contains(word) {
            return word.to_owned();
        }
        if let Some(kind) = telling(word) {
            return self.alias(kind, word);
        }
        if let Some((first, rest)) = word.split_once('/') {
            return format!("{}/{}", self.word(first), self.word(rest));
        }
        if is_technical(word) {
            return word.to_owned();
        }
        let lower = word.to_lowercase();
        let known = |part: &str| self.aliases.contains_key(part);
        let is_named = || known(&lower) || lower.split(|letter: char| !letter.is_alphanumeric()).any(known);
        let says_nothing = !word.contains(char::is_alphanumeric);
        if says_nothing || (is_ordinary(word) || is_action(word) || is_field(word)) && !is_named() {
            return word.to_owned();
        }
        self.alias("name", word)
    }

    fn alias(&mut self, kind: &'static str, word: &str) -> String {
        let word = word.to_lowercase();
        if let Some(alias) = self.aliases.get(&word) {
            return alias.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let alias = format!("{kind}-{count}");
        self.aliases.insert(word, alias.clone());
        alias
    }
}

/// What separates words.
fn is_between(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || "\"'`()[]{},;<>|=*\\".contains(letter)
}

/// What stands around a word and is none of it.
fn is_punctuation(letter: char) -> bool {
    ".:!?…—–-".contains(letter)
}

/// What a word is that tells where or whose something is, if it is such a one.
fn telling(word: &str) -> Option<&'static str> {
    let is_network = || {
        let (address, length) = word.split_once('/')?;
        (length.len() < 4 && address.parse::<IpAddr>().is_ok()).then_some(())
    };
    if word.starts_with("arn:") {
        Some("arn")
    } else if word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok() || is_network().is_some() {
        Some("address")
    } else if word.len() == 12 && word.bytes().all(|letter| letter.is_ascii_digit()) {
        Some("account")
    } else if word.contains("://") {
        Some("url")
    } else if word.starts_with(['/', '~']) {
        Some("path")
    } else if word.contains('@') {
        Some("person")
    } else {
        None
    }
}

/// Whether a word can be no name, nor a part of one.
fn is_technical(word: &str) -> bool {
    is_number(word)
        || is_region(word)
        || is_check(word)
        || word.parse::<Timestamp>().is_ok()
        || parse_duration(word, LONGEST_WAIT).is_ok()
}

/// A number, a share, or a version; an address has more parts, and a telephone more digits.
fn is_number(word: &str) -> bool {
    let word = word.strip_prefix(['v', '$', '#']).unwrap_or(word);
    let word = word.strip_suffix('%').unwrap_or(word);
    let parts: Vec<&str> = word.split('.').collect();
    let is_part = |part: &&str| (1..=6).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
    let digits: usize = parts.iter().map(|part| part.len()).sum();
    parts.len() <= 3 && digits <= MOST_DIGITS && parts.iter().all(is_part)
}

/// An action of AWS, such as `eks:DescribeCluster`.
fn is_action(word: &str) -> bool {
    word.split_once(':').is_some_and(|(service, action)| {
        SERVICES.contains(&service)
            && action.len() <= 60
            && action.starts_with(|letter: char| letter.is_ascii_uppercase())
            && action.bytes().all(|letter| letter.is_ascii_alphabetic())
    })
}

/// A region such as `ap-northeast-2`, or a zone of one.
fn is_region(word: &str) -> bool {
    let (begin, number) = match word.rsplit_once('-') {
        Some((begin, number)) => (
            begin,
            number.trim_end_matches(|letter: char| letter.is_ascii_lowercase()),
        ),
        None => return false,
    };
    let known = ["af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"];
    let mut parts = begin.split('-');
    parts.next().is_some_and(|area| known.contains(&area))
        && parts.all(|part| DIRECTIONS.contains(&part))
        && number.len() == 1
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && word.len() - begin.len() <= 3
}

/// A field of an object, such as `spec.template.spec`, or what AWS says of targets, such as `Target.Timeout`.
fn is_field(word: &str) -> bool {
    let mut parts = word.split('.');
    parts
        .next()
        .is_some_and(|first| matches!(first, "spec" | "status" | "metadata" | "Target" | "Elb"))
        && parts.all(is_ordinary)
}

/// The id of a check, such as `C12`.
fn is_check(word: &str) -> bool {
    word.strip_prefix('C')
        .is_some_and(|number| (1..=2).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::text;

    fn redactor() -> Redactor {
        Redactor::keeping(["fargate-game-2048", "lab2048"].map(str::to_owned))
    }

    #[test]
    fn what_servers_say_is_kept_as_far_as_it_is_words() {
        let mut redactor = redactor();
        redactor.name("person", "kim-minji");
        for (said, kept) in [
            (
                "User: arn:aws:iam::410691154611:user/x is not authorized to perform: eks:DescribeCluster (HTTP 403)",
                "User: arn-1 is not authorized to perform: eks:DescribeCluster (HTTP 403)",
            ),
            (
                "dial tcp 10.11.82.31:443: i/o timeout",
                "dial tcp address-1: i/o timeout",
            ),
            (
                "10.0.0.0/16, fd00::1 and 10.11.82.31",
                "address-2, address-3 and address-4",
            ),
            ("account 410691154611", "account account-1"),
            (
                "profile/fargate-game-2048 in ap-northeast-2a for 3m19s",
                "profile/fargate-game-2048 in ap-northeast-2a for 3m19s",
            ),
            (
                "Minji's pod minji-7 at https://x.example/y",
                "person-1's pod name-1 at url-1",
            ),
            ("/home/soojin/lab.yaml: kim@laptop", "path-1: person-2"),
            ("AKIAIOSFODNN7EXAMPLE", "name-2"),
            (
                "spec.template.spec, C12, 0.25 vCPU, v1.36.2, 45%",
                "spec.template.spec, C12, 0.25 vCPU, v1.36.2, 45%",
            ),
            ("a.b.example.com again a.b.example.com", "name-3 again name-3"),
            ("서브넷이 민지의 것", "name-4 name-5 name-6"),
            (
                "cannot find soojin in haneul-prod, role MinjiAdmin",
                "cannot find name-7 in name-8, role name-9",
            ),
            (
                "FailedScheduling, CREATE_FAILED → Target.Timeout",
                "FailedScheduling, CREATE_FAILED → Target.Timeout",
            ),
            // What only looks like a region, an action, a field or a version.
            (
                "us-soojin-1 soojin:Admin metadata.labels.soojin 010.1234.5678",
                "name-10 name-11 name-12 name-13",
            ),
            // Secrets of letters only, in pieces, and in other forms.
            (
                "wJalrXUtnFEMI/K7MDENG soojin%40haneul.kr {\"pw\":\"hunter\"} c29vamlu",
                "name-14/name-15 name-16 {\"name-17\":\"name-18\"} name-19",
            ),
        ] {
            assert_eq!(redactor.words(said), Redacted(kept.to_owned()), "{said}");
        }
    }

    #[test]
    fn our_own_words_are_kept_and_names_in_them_are_not() {
        let mut redactor = redactor();
        let text = text!(
            "view-unchecked-why",
            ids = "C12",
            reason = Text::from("in vpc-0a1b2c of 410691154611".to_owned())
        );
        let said = redactor.said(&text).0;
        assert!(
            said.contains("C12") && said.contains("account-1") && !said.contains("0a1b2c"),
            "{said}"
        );
    }

    #[test]
    fn a_name_that_the_program_comes_with_is_no_secret() {
        let mut redactor = redactor();
        assert_eq!(redactor.name("lab", "fargate-game-2048").0, "fargate-game-2048");
        assert_eq!(redactor.name("lab", "minji-game").0, "lab-1");
        assert_eq!(redactor.name("lab", "minji-game").0, "lab-1");
        assert_eq!(redactor.words("the game of minji").0, "the game of lab-1");
        // An ordinary word is none once it is somebody's name.
        assert_eq!(redactor.name("name", "web").0, "name-1");
        assert_eq!(redactor.words("web, not webhook").0, "name-1, not webhook");
    }
}
