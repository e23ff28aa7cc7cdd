//! The lessons that there are.

use std::sync::LazyLock;

use super::Lesson;
use crate::model;

/// Name and file of each, in the order in which they are learned.
const TEXTS: [(&str, &str); 14] = [
    ("first-lab", include_str!("first-lab.yaml")),
    ("one-pod-one-node", include_str!("one-pod-one-node.yaml")),
    ("more-players", include_str!("more-players.yaml")),
    ("a-way-out", include_str!("a-way-out.yaml")),
    ("silence", include_str!("silence.yaml")),
    ("wrong-image", include_str!("wrong-image.yaml")),
    ("full-house", include_str!("full-house.yaml")),
    ("lost-rights", include_str!("lost-rights.yaml")),
    ("healthy-but-sick", include_str!("healthy-but-sick.yaml")),
    ("nobody-home", include_str!("nobody-home.yaml")),
    ("closed-door", include_str!("closed-door.yaml")),
    ("inside-only", include_str!("inside-only.yaml")),
    ("more-room", include_str!("more-room.yaml")),
    ("without-a-trace", include_str!("without-a-trace.yaml")),
];

static LESSONS: LazyLock<Vec<Lesson>> = LazyLock::new(|| {
    let read = TEXTS.iter().filter_map(|(id, text)| {
        // A test reads all of them.
        let lesson: Lesson = serde_saphyr::from_str(text).ok()?;
        Some(Lesson { id, ..lesson })
    });
    read.collect()
});

/// All of them, in the order in which they are learned.
pub fn all() -> &'static [Lesson] {
    &LESSONS
}

/// The one of that name.
pub fn named(id: &str) -> Option<&'static Lesson> {
    all().iter().find(|lesson| lesson.id == id)
}

/// The one whose name is nearest to what was typed.
pub fn nearest(id: &str) -> Option<&'static str> {
    model::nearest(id, TEXTS.iter().map(|(id, _)| *id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::lang::Language;

    #[test]
    fn every_lesson_can_be_read() {
        for (id, text) in TEXTS {
            let lesson: Lesson = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(!lesson.goal.is_empty() && !lesson.solution.is_empty(), "{id}");
        }
        assert_eq!(all().len(), TEXTS.len());
        assert_eq!(named("silence").unwrap().id, "silence");
        assert_eq!(nearest("silense"), Some("silence"));
    }

    #[test]
    fn every_lesson_has_its_words_in_both_languages_with_the_same_commands() {
        let is_hangul = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}');
        let quoted =
            |words: &str| -> BTreeSet<String> { words.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        for lesson in all() {
            let texts = [lesson.title(), lesson.story(), lesson.learned()];
            for text in texts.into_iter().chain(lesson.hints()) {
                let [english, korean] = Language::ALL.map(|language| text.said(language));
                assert!(
                    english.contains(' ') && !english.contains(is_hangul),
                    "{}: {english}",
                    lesson.id
                );
                assert!(korean.contains(is_hangul), "{}: {korean}", lesson.id);
                assert_eq!(quoted(&english), quoted(&korean), "{}", lesson.id);
            }
        }
    }
}
