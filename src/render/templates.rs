//! The set of templates: the built-in ones, single ones replaced by files of a folder, further ones of that folder.

use std::fs;
use std::io;
use std::path::Path;

use super::error::RenderError;
use crate::files::text_of;

/// The trust policy of the pod execution role.
pub(super) const TRUST: &str = "iam/pod-execution-trust.json";
/// Rendered only for a lab with a disruption budget.
pub(super) const BUDGET: &str = "k8s/poddisruptionbudget.yaml";
/// The namespace that everything else is in.
const NAMESPACE: &str = "k8s/namespace.yaml";
/// The other objects of every lab, in the order in which they are rendered.
pub(super) const OBJECTS: [&str; 4] = [NAMESPACE, "k8s/service.yaml", "k8s/ingress.yaml", "k8s/deployment.yaml"];

/// What a template may have, and render: far more than all objects of a lab; the API server takes no object of more than
/// 1.5 MiB.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

const BUILT_IN: [(&str, &str); 6] = [
    (NAMESPACE, include_str!("../../templates/k8s/namespace.yaml")),
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

impl Template {
    /// What is wrong with it, or with an object that it renders to.
    pub(super) fn refusal(&self, message: String) -> RenderError {
        RenderError::Object {
            origin: self.origin.clone(),
            message,
        }
    }
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

    /// The built-in templates with those of a folder in their place or beside them. `folder` is relative to `base`, the
    /// working directory, and so are the paths in messages.
    ///
    /// The folder is laid out as `templates/` is: `k8s/*.yaml` and `iam/pod-execution-trust.json`. Hidden files, Markdown
    /// and other folders are passed over; a YAML or JSON file that would not be used is an error rather than a surprise.
    pub fn with_folder(base: &Path, folder: &Path) -> Result<Self, RenderError> {
        Self::read(&base.join(folder))
            .map_err(|error| error.seen_from(base))
            .map(|mut templates| {
                for template in &mut templates.0 {
                    let path = Path::new(&template.origin);
                    template.origin = path.strip_prefix(base).unwrap_or(path).display().to_string();
                }
                templates
            })
    }

    fn read(folder: &Path) -> Result<Self, RenderError> {
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
                if path.is_dir() && has_extension(&path) {
                    return Err(misplaced(&path, "is a folder; a template is a file"));
                }
                if is_manifest(&path) {
                    templates.take_file(section, &path)?;
                }
            }
        }
        Ok(templates)
    }

    /// Those of what labs share: a namespace and the role's trust policy, and nothing that runs there.
    #[must_use]
    pub fn of_ground(&self) -> Self {
        let shared = |template: &&Template| [NAMESPACE, TRUST].contains(&template.name.as_str());
        Self(self.0.iter().filter(shared).cloned().collect())
    }

    /// Whether none is from a folder.
    pub fn are_built_in(&self) -> bool {
        let is_built_in = |template: &Template| BUILT_IN.contains(&(template.name.as_str(), template.text.as_str()));
        self.0.iter().all(is_built_in)
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
        let is_known = |template: &&Template| BUILT_IN.iter().any(|(name, _)| *name == template.name);
        self.0.iter().skip_while(is_known)
    }

    fn take_file(&mut self, section: &str, path: &Path) -> Result<(), RenderError> {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
        let text = text_of(path, most).map_err(|source| unreadable(path, source))?;
        let template = Template {
            name: format!("{section}/{file}"),
            origin: path.display().to_string(),
            // Some editors begin a file with a byte-order mark.
            text: text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
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
    !hidden && !path.is_dir() && has_extension(path)
}

fn has_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
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
    match source.kind() {
        io::ErrorKind::InvalidData => misplaced(path, "is not text in UTF-8; save it as UTF-8"),
        io::ErrorKind::InvalidInput => misplaced(path, "is a pipe or a device; a template is a file"),
        io::ErrorKind::FileTooLarge => misplaced(
            path,
            &format!(
                "has more than {} MiB; a template has the text of some objects",
                LARGEST / (1024 * 1024)
            ),
        ),
        io::ErrorKind::NotADirectory => {
            misplaced(path, "is a file; templates are a folder with folders `k8s` and `iam`")
        }
        io::ErrorKind::PermissionDenied => {
            misplaced(path, "may not be read by you; give yourself the right with `chmod u+r`")
        }
        _ => RenderError::Read {
            path: path.to_owned(),
            source,
        },
    }
}

fn misplaced(path: &Path, message: &str) -> RenderError {
    RenderError::Misplaced {
        path: path.to_owned(),
        message: message.to_owned(),
    }
}
