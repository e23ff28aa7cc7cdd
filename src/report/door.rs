//! The door: every text for people passes here on its way out, and nothing else makes colours.
//!
//! What others wrote reaches a terminal only as text it shows. The program's own colours are put into a text between seals
//! that are drawn anew in every process, so that no server, tag or file can have them; the door alone makes colours of them.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use super::tone::Tone;
use crate::model::visible::visible;

/// What is before and behind a coloured text.
static SEAL: LazyLock<String> = LazyLock::new(|| {
    let random = || RandomState::new().hash_one(0);
    format!("<{:016x}{:016x}", random(), random())
});

/// Ends what has a tone.
const END: char = '>';

/// The letter of a tone behind a seal.
fn letter(tone: Tone) -> char {
    match tone {
        Tone::Good => 'g',
        Tone::Care => 'c',
        Tone::Bad => 'b',
        Tone::Faint => 'f',
        Tone::Strong => 's',
    }
}

/// `text` between seals, for the door.
pub(super) fn sealed(tone: Tone, text: &str) -> String {
    let seal = SEAL.as_str();
    format!("{seal}{}{text}{seal}{END}", letter(tone))
}

/// A text as it may leave: what is sealed in its colours, all the rest without anything that a terminal obeys.
pub fn passed(text: &str) -> String {
    let mut parts = text.split(SEAL.as_str());
    let mut out = visible(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        let mut rest = part.chars();
        let mark = rest.next();
        let tone = Tone::ALL.into_iter().find(|tone| mark == Some(letter(*tone)));
        match tone {
            Some(tone) => out.push_str(&tone.ansi().render().to_string()),
            None => out.push_str(&Tone::Strong.ansi().render_reset().to_string()),
        }
        out.push_str(&visible(rest.as_str()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_colours_pass() {
        let own = sealed(Tone::Bad, "no\u{1b}[32m");
        assert_eq!(
            passed(&format!("\u{1b}[31mred\u{1b}[0m {own}\n")),
            "\\u{1b}[31mred\\u{1b}[0m \u{1b}[31mno\\u{1b}[32m\u{1b}[0m\n"
        );
        assert_eq!(passed("<0123456789abcdefgred"), "<0123456789abcdefgred");
    }

    #[test]
    fn every_tone_comes_back() {
        for tone in Tone::ALL {
            let ansi = tone.ansi();
            assert_eq!(
                passed(&sealed(tone, "x")),
                format!("{}x{}", ansi.render(), ansi.render_reset())
            );
        }
    }
}
