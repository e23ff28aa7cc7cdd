//! Templates to objects: Tera over a typed context; pure, so that the same input gives the same bytes.
//!
//! The only thing read from outside is the folder of [`Templates::with_folder`].

mod context;
mod engine;
mod error;
mod inserted;
mod lists;
mod manifest;
mod objects;
mod placement;
mod server_owned;
mod templates;
mod texts;
mod trust;

pub use context::{AppContext, Context, IngressContext, LabContext, TrustContext, Unavailable};
pub use error::RenderError;
pub use templates::{Template, Templates};

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Object, visible};
use engine::Engine;
use objects::Expected;

/// The objects of a lab, and where each came from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// The objects.
    pub objects: Vec<Object>,
    /// The template of each, as shown to users, by kind and name (`ingress/ingress-2048`).
    pub origins: BTreeMap<String, String>,
    /// What must be text in them and is not, with file, place and remedy.
    slips: Vec<String>,
}

/// Renders the objects of a lab: namespace, service, ingress, deployment, then the disruption budget if there is one,
/// then those of further templates by file name. `scaled` is a number of replicas that somebody asked for with `scale`; it
/// is kept as an annotation on the Deployment.
pub fn objects(templates: &Templates, context: &Context, scaled: Option<u32>) -> Result<Rendered, RenderError> {
    objects_watched(templates, context, scaled, &|_| ())
}

/// Is told which template is at work, whenever another one is.
pub type Begun<'a> = &'a dyn Fn(&Template);

/// The same, for somebody who watches.
pub fn objects_watched(
    templates: &Templates,
    context: &Context,
    scaled: Option<u32>,
    begun: Begun<'_>,
) -> Result<Rendered, RenderError> {
    let engine = Engine::new(templates, begun)?;
    let mut rendered = Rendered::default();
    for name in templates::OBJECTS {
        for template in templates.named(name) {
            let text = engine.render(template, context)?;
            let mut found = objects::read(template, &text, &mut rendered.slips)?;
            if let Some(expected) = Expected::of(name, context) {
                found = vec![objects::one(template, found, &expected)?];
            }
            rendered.take(template, found, context, scaled)?;
        }
    }
    let budget = templates
        .named(templates::BUDGET)
        .filter(|_| context.app.disruption_budget.is_some());
    for template in budget.chain(templates.extras()) {
        let text = engine.render(template, context)?;
        let found = objects::read(template, &text, &mut rendered.slips)?;
        rendered.take(template, found, context, scaled)?;
    }
    Ok(rendered)
}

/// Renders the trust policy of the pod execution role.
pub fn trust(templates: &Templates, context: &TrustContext) -> Result<Value, RenderError> {
    trust_watched(templates, context, &|_| ())
}

/// The same, for somebody who watches.
pub fn trust_watched(templates: &Templates, context: &TrustContext, begun: Begun<'_>) -> Result<Value, RenderError> {
    let engine = Engine::new(templates, begun)?;
    let mut policy = Value::Null;
    for template in templates.named(templates::TRUST) {
        policy = trust::read(template, &engine.render(template, context)?)?;
    }
    Ok(policy)
}

/// The objects as one `List`, which is how JSON has several: what `kubectl apply -f` reads.
pub fn to_list(objects: &[Object]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": objects})
}

/// The objects as one YAML text of several documents, keys sorted: what `lab2048 render` prints and `kubectl apply -f` reads.
pub fn to_yaml(objects: &[Object]) -> Result<String, serde_saphyr::ser::Error> {
    let mut text = String::new();
    for object in objects {
        text.push_str("---\n");
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        text.push_str(&visible::yaml_with(object, options)?);
    }
    Ok(text)
}

impl Rendered {
    /// The same, if a cluster can take it: nothing is a number or boolean that must be text.
    pub fn checked(self) -> Result<Self, RenderError> {
        if self.slips.is_empty() {
            return Ok(self);
        }
        Err(RenderError::Texts(self.slips))
    }

    fn take(
        &mut self,
        template: &Template,
        found: Vec<Object>,
        context: &Context,
        scaled: Option<u32>,
    ) -> Result<(), RenderError> {
        for mut object in found {
            objects::check_name(template, &object)?;
            if template.name != "k8s/namespace.yaml" {
                objects::check_scope(template, &object, &context.app.namespace)?;
            }
            let key = object.key().to_string();
            if let Some(other) = self.origins.insert(key.clone(), template.origin.clone()) {
                return Err(template.refusal(format!("{key} is also rendered by {other}")));
            }
            objects::stamp(template, &mut object, context)?;
            if let Some(replicas) = scaled {
                objects::record_scale(template, &mut object, context, replicas)?;
            }
            self.objects.push(object);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
