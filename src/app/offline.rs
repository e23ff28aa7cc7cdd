//! Verbs that need no cluster: `render`, `env`, `explain`.

use std::path::PathBuf;

use serde_json::Value;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::rendering;
use super::request::SchemaKind;
use super::session::{Project, make_folder_of};
use crate::checks::{self, Explained, Explanation, Names};
use crate::config::{self, Auto, Environment, Listed, Loader, ShownValue};
use crate::lang::{Text, text};
use crate::model::TargetKind;
use crate::render;
use crate::report::{explain_view, schemas, table};
use crate::stack::role_name;

/// `render`: the manifests as `kubectl apply -f` reads them. They are shown also where no cluster would take them, so that it
/// can be seen what a scalar was read as.
pub(super) async fn render(context: &mut Context) -> Result<Exit, AppError> {
    let project = context.project()?;
    let rendered = context.unless_interrupted(rendering::objects(&project, None)).await?;
    if context.reporter.settings().format == crate::report::Format::Json {
        context.reporter.document(&render::to_list(&rendered.objects));
    } else {
        let text = render::to_yaml(&rendered.objects).map_err(|error| AppError::Io {
            what: "write the manifests as YAML",
            source: std::io::Error::other(error),
        })?;
        context.reporter.data(&text);
    }
    rendered.checked()?;
    Ok(Exit::Done)
}

/// `env list`
pub(super) fn list_environments(context: &mut Context) -> Exit {
    let listed = Loader::new(&context.host.cwd, context.host.variables.clone()).list();
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&listed);
        return Exit::Done;
    }
    let style = context.reporter.settings().out;
    let rows = listed.into_iter().map(|environment| {
        let target = environment.target.map_or("?", TargetKind::word);
        vec![
            environment.name.clone(),
            target.to_owned(),
            style.say(&environment.state.text()),
            style.say(&environment.place_text()),
            style.say(&about(&environment)),
        ]
    });
    let head = [
        text!("table-name"),
        text!("table-target"),
        text!("table-state"),
        text!("table-from"),
        text!("table-about"),
    ];
    let text = table::text(&head, rows, &style);
    context.reporter.data(&text);
    Exit::Done
}

/// What an environment is: one that is built in says it in the reader's language.
fn about(environment: &Listed) -> Text {
    match environment.name.as_str() {
        "sandbox" if environment.is_built_in => text!("config-about-sandbox"),
        "shared-cluster" if environment.is_built_in => text!("config-about-shared-cluster"),
        "workshop" if environment.is_built_in => text!("config-about-workshop"),
        _ => Text::from(&environment.about),
    }
}

/// `env show`: every value with where it came from.
pub(super) fn show_environment(context: &mut Context) -> Result<Exit, AppError> {
    let resolved = context.project()?.resolved;
    let shown = resolved.shown().map_err(|error| AppError::Io {
        what: "show the environment",
        source: error.into(),
    })?;
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&shown);
        return Ok(Exit::Done);
    }
    let style = context.reporter.settings().out;
    let rows = shown.into_iter().map(|ShownValue { key, value, origin }| {
        let value = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        vec![key, value, style.say(&origin.text())]
    });
    let head = [text!("table-key"), text!("table-value"), text!("table-from")];
    let text = table::text(&head, rows, &style);
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// `env init NAME`: a new file, never over an old one.
pub(super) fn new_environment(context: &mut Context, name: &str) -> Result<Exit, AppError> {
    let text = config::new_environment(name)?;
    let shown = PathBuf::from("environments").join(format!("{name}.yaml"));
    let path = context.host.cwd.join(&shown);
    make_folder_of(&path)?;
    let written =
        std::fs::File::create_new(&path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|source| AppError::File {
        what: "write",
        path,
        source,
    })?;
    context.reporter.data(&format!("{}\n", shown.display()));
    let edit = text!("config-made-edit", command = format!("lab2048 plan -e {name}"));
    let edit = context.reporter.settings().err.say(&edit);
    context.reporter.info(&format!("{edit}\n"));
    Ok(Exit::Done)
}

/// `schema`
pub(super) fn schema(context: &mut Context, kind: SchemaKind) -> Result<Exit, AppError> {
    let text = match kind {
        SchemaKind::Environment => config::schema(),
        SchemaKind::Events => schemas::text(&schemas::events()),
        SchemaKind::Plan => schemas::text(&schemas::plan()),
        SchemaKind::Status => schemas::text(&schemas::status()),
        SchemaKind::Findings => schemas::text(&schemas::findings()),
        SchemaKind::Report => schemas::text(&schemas::report()),
    };
    let text = text.map_err(|error| AppError::Io {
        what: "write the schema",
        source: error.into(),
    })?;
    context.reporter.data(&text);
    Ok(Exit::Done)
}

fn list_explanations(context: &mut Context, explanations: &[&'static Explanation], names: &Names) {
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&explained(explanations, names));
        return;
    }
    let style = context.reporter.settings().out;
    let rows = explanations
        .iter()
        .map(|about| vec![about.id.to_owned(), style.say(&about.title())]);
    let text = table::text(&[text!("table-check"), text!("table-about")], rows, &style);
    context.reporter.data(&text);
}

/// `explain [CHECK…]`
pub(super) fn explain(context: &mut Context, ids: &[String]) -> Result<Exit, AppError> {
    let is_document = context.reporter.settings().format.is_document();
    let style = context.reporter.settings().out;
    // What a check is about can be read whatever is wrong with an environment.
    let project = context.project().ok();
    let environment = project.as_ref().map(Project::environment);
    let names = environment.map_or_else(Names::unknown, names);
    if ids.is_empty() {
        let explanations: Vec<_> = checks::all().map(|check| check.explanation).collect();
        list_explanations(context, &explanations, &names);
        return Ok(Exit::Done);
    }
    let found: Vec<_> = ids.iter().filter_map(|id| checks::explain(id)).collect();
    let unknown = ids.iter().find(|id| checks::explain(id).is_none());
    let found = match unknown {
        None => found,
        // Words, of which none is an id, are looked for.
        Some(unknown) => match checks::search(ids) {
            hits if !found.is_empty() || hits.is_empty() => return Err(AppError::NoCheck(unknown.clone())),
            hits if hits.len() > 1 => {
                list_explanations(context, &hits, &names);
                return Ok(Exit::Done);
            }
            hits => hits,
        },
    };
    let found: Vec<_> = explained(&found, &names);
    match found.as_slice() {
        [only] if is_document => context.reporter.document(&only),
        several if is_document => context.reporter.document(&several),
        several => {
            let is_here = environment.is_some_and(|environment| environment.target == TargetKind::Sandbox);
            let here = is_here.then(|| context.commands().of("sandbox shell", ""));
            let texts = several
                .iter()
                .map(|explained| explain_view::text(explained.explanation, &names, here.as_deref(), &style));
            context.reporter.data(&texts.collect::<Vec<_>>().join("\n"));
        }
    }
    Ok(Exit::Done)
}

/// Each with the lab's names.
fn explained<'a>(explanations: &[&'static Explanation], names: &'a Names) -> Vec<Explained<'a>> {
    let explained = |explanation: &&'static Explanation| Explained { explanation, names };
    explanations.iter().map(explained).collect()
}

/// The names that commands for a lab of this environment have, as far as nobody has to be asked.
fn names(environment: &Environment) -> Names {
    let cluster = match &environment.cluster.name {
        Auto::Given(name) => name.clone(),
        Auto::Auto => "CLUSTER".to_owned(),
    };
    let role = match &environment.fargate.role {
        Auto::Given(arn) => arn.rsplit('/').next().unwrap_or(arn).to_owned(),
        Auto::Auto => role_name(&cluster, &environment.lab.name),
    };
    Names {
        role,
        namespace: environment.app.namespace.clone(),
        profile: environment.fargate.profile.clone(),
        deployment: environment.app.deployment.clone(),
        ingress: environment.app.ingress.clone(),
        class: environment.ingress.class.clone(),
        cluster,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lang::Language;

    #[test]
    fn a_built_in_environment_is_described_as_in_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let listed = Loader::new(folder.path(), BTreeMap::new()).list();
        assert_eq!(listed.len(), 3);
        for environment in listed {
            let about = about(&environment);
            assert_eq!(about, environment.about);
            assert_ne!(about.said(Language::Korean), environment.about);
        }
    }
}
