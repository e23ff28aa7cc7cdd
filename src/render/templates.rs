//! The set of templates: the built-in ones, single ones replaced by files of a folder, further ones of that folder.

use std::fs;
use std::io;
use std::path::Path;

use super::error::RenderError;

/// The trust policy of the pod execution role.
pub(super) const TRUST: &str = "iam/pod-execution-trust.json";
/// Rendered only for a lab with a disruption budget.
pub(super) const BUDGET: &str = "k8s/poddisruptionbudget.yaml";
/// The other objects of every lab, in the order in which they are rendered.
pub(super) const OBJECTS: [&str; 4] = [
    "k8s/namespace.yaml",
    "k8s/service.yaml",
    "k8s/ingress.yaml",
    "k8s/deployment.yaml",
];

const BUILT_IN: [(&str, &str); 6] = [
    ("k8s/namespace.yaml", include_str!("../../templates/k8s/namespace.yaml")),
    ("k8s/service.yaml", include_str!("../../templates/k8s/service.yaml")),
    ("k8s/ingress.yaml", include_str!("../../templates/k8s/ingress.yaml")),
    (
        "k8s/deployment.yaml",
        include_str!("../../templates/k8s/deployment.yaml"),
    ),
    (BUDGET, include_str!("../../templates/k8s/poddisruptionbudget.yaml")),
    (TRUST, include_str!("../../templates/iam/pod-execution-trust.json")),
];

/// One template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its name below the templates' folder, such as `k8s/ingress.yaml`.
    pub name: String,
    /// Where it comes from, as shown to users.
    pub origin: String,
    /// Its text.
    pub text: String,
}

/// All templates of a lab: the built-in ones in fixed order, then further ones by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates(Vec<Template>);

impl Templates {
    /// The templates that are built into the program.
    pub fn built_in() -> Self {
        Self(
            BUILT_IN
                .iter()
                .map(|(name, text)| Template {
                    name: (*name).to_owned(),
                    origin: format!("built-in templates/{name}"),
                    text: (*text).to_owned(),
                })
                .collect(),
        )
    }

    /// The built-in templates with those of a folder in their place or beside them.
    ///
    /// The folder is laid out as `templates/` is: `k8s/*.yaml` and `iam/pod-execution-trust.json`. Hidden files, Markdown
    /// and other folders are passed over; a YAML or JSON file that would not be used is an error rather than a surprise.
    pub fn with_folder(folder: &Path) -> Result<Self, RenderError> {
        let mut templates = Self::built_in();
        for path in entries(folder)? {
            if is_manifest(&path) {
                return Err(misplaced(
                    &path,
                    "templates belong in the folders `k8s` and `iam` below this one",
                ));
            }
        }
        for section in ["iam", "k8s"] {
            let section_folder = folder.join(section);
            if !section_folder.is_dir() {
                continue;
            }
            for path in entries(&section_folder)? {
                if is_manifest(&path) {
                    templates.take_file(section, &path)?;
                }
            }
        }
        Ok(templates)
    }

    /// All templates: name, origin and text. Their names and texts are what a plan file's inputs hash covers.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.0.iter()
    }

    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Template> {
        self.0.iter().filter(move |template| template.name == name)
    }

    /// The further templates of the folder.
    pub(super) fn extras(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().skip(BUILT_IN.len())
    }

    fn take_file(&mut self, section: &str, path: &Path) -> Result<(), RenderError> {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let template = Template {
            name: format!("{section}/{file}"),
            origin: path.display().to_string(),
            text: fs::read_to_string(path).map_err(|source| unreadable(path, source))?,
        };
        if let Some(slot) = self.0.iter_mut().find(|slot| slot.name == template.name) {
            *slot = template;
        } else if section == "iam" {
            return Err(misplaced(path, "the only template here is `pod-execution-trust.json`"));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            self.0.push(template);
        } else {
            return Err(misplaced(
                path,
                "rename it so that it ends in `.yaml`; other files are not read",
            ));
        }
        Ok(())
    }
}

fn is_manifest(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let extension = path.extension().and_then(|extension| extension.to_str());
    !hidden && path.is_file() && matches!(extension, Some("yaml" | "yml" | "json"))
}

/// The entries of a folder, sorted by name.
fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, RenderError> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()
    });
    let mut paths = listed.map_err(|source| unreadable(folder, source))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, source: io::Error) -> RenderError {
    RenderError::Read {
        path: path.to_owned(),
        source,
    }
}

fn misplaced(path: &Path, message: &str) -> RenderError {
    RenderError::Misplaced {
        path: path.to_owned(),
        message: message.to_owned(),
    }
}
