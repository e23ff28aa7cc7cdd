//! XML answers as a tree of elements.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// An element with text or with children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) enum Xml {
    /// `<name>text</name>`
    Leaf(&'static str, String),
    /// `<name>…</name>`
    Branch(&'static str, Vec<Xml>),
    /// A branch whose name is not known beforehand.
    Named(String, Vec<Xml>),
}

/// An element with text.
#[expect(
    clippy::needless_pass_by_value,
    reason = "literals, numbers and references are passed alike"
)]
pub(in crate::aws) fn leaf(name: &'static str, text: impl ToString) -> Xml {
    Xml::Leaf(name, text.to_string())
}

/// An element with children.
pub(in crate::aws) fn branch(name: &'static str, children: impl Into<Vec<Xml>>) -> Xml {
    Xml::Branch(name, children.into())
}

/// A list: an element whose children all are called `item`.
pub(in crate::aws) fn list(name: &'static str, item: &'static str, items: impl IntoIterator<Item = Vec<Xml>>) -> Xml {
    Xml::Branch(name, items.into_iter().map(|item_of| branch(item, item_of)).collect())
}

/// A list of strings.
pub(in crate::aws) fn strings<T: ToString>(
    name: &'static str,
    item: &'static str,
    items: impl IntoIterator<Item = T>,
) -> Xml {
    Xml::Branch(name, items.into_iter().map(|text| leaf(item, text)).collect())
}

impl Xml {
    /// Tags with the members' names of the protocol: `key`/`value` in EC2, `Key`/`Value` elsewhere.
    pub(in crate::aws) fn tags(
        name: &'static str,
        item: &'static str,
        (key, value): (&'static str, &'static str),
        tags: &BTreeMap<String, String>,
    ) -> Self {
        list(name, item, tags.iter().map(|(k, v)| vec![leaf(key, k), leaf(value, v)]))
    }

    fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        match self {
            Self::Leaf(name, text) if text.is_empty() => writer.write_event(Event::Empty(BytesStart::new(*name))),
            Self::Leaf(name, text) => writer
                .create_element(*name)
                .write_text_content(BytesText::new(text))
                .map(drop),
            Self::Branch(name, children) => write_branch(name, children, writer),
            Self::Named(name, children) => write_branch(name, children, writer),
        }
    }
}

fn write_branch<W: Write>(name: &str, children: &[Xml], writer: &mut Writer<W>) -> io::Result<()> {
    if children.is_empty() {
        return writer.write_event(Event::Empty(BytesStart::new(name)));
    }
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    for child in children {
        child.write(writer)?;
    }
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// A document with the root `root`, in `namespace` if one is given.
pub(super) fn document(root: &str, namespace: &str, children: &[Xml]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    let mut start = BytesStart::new(root);
    if !namespace.is_empty() {
        start.push_attribute(("xmlns", namespace));
    }
    writer.write_event(Event::Start(start))?;
    for child in children {
        child.write(&mut writer)?;
    }
    writer.write_event(Event::End(BytesEnd::new(root)))?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_empty_elements_are_short() {
        let tree = [
            leaf("a", "x < y & z"),
            leaf("b", ""),
            strings("c", "member", ["1", "2"]),
        ];
        let text = String::from_utf8(document("Root", "http://x/", &tree).unwrap()).unwrap();
        insta::assert_snapshot!(text, @r#"<Root xmlns="http://x/"><a>x &lt; y &amp; z</a><b/><c><member>1</member><member>2</member></c></Root>"#);
    }
}
