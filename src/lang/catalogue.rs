//! The catalogues, read once when the first message of a language is said.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::language::Language;

/// The catalogues of a language, one for each thing that is spoken of.
pub(super) const fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    macro_rules! of {
        ($language:literal) => {
            of!(
                $language: "causes", "checks", "checks_cluster", "config", "end", "errors", "explain", "flags", "fleet", "fleet_sweep", "lessons", "live", "page", "plan",
                "plan_view", "readiness", "status", "teach", "words", "world"
            )
        };
        ($language:literal: $($name:literal),+) => {
            &[$(($name, include_str!(concat!($language, "/", $name, ".ftl")))),+]
        };
    }
    match language {
        Language::English => of!("en"),
        Language::Korean => of!("ko"),
    }
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static KOREAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Korean));

fn bundle(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // No marks of direction around what is put in: both languages go one way, and terminals show such marks.
    bundle.set_use_isolating(false);
    for (_, source) in sources(language) {
        // What cannot be read is missing then; the tests of this room are there to see it.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &ENGLISH,
        Language::Korean => &KOREAN,
    }
}

/// A message in a language, with these values put in; `None` where it has no such message, or one of its values is missing.
pub(super) fn formatted(language: Language, id: &str, values: &FluentArgs<'_>) -> Option<String> {
    let bundle = of(language);
    let (name, attribute) = id
        .split_once('.')
        .map_or((id, None), |(name, attribute)| (name, Some(attribute)));
    let message = bundle.get_message(name)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let words = bundle.format_pattern(pattern, Some(values), &mut errors);
    errors.is_empty().then(|| words.into_owned())
}
