//! JSON-LD as this program writes it (prefixes in `@context`, `@id`, `@type`, `@value`, `@language`) spelt in Turtle.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

type Node = Map<String, Value>;

/// A document in Turtle. What stands inside another with a name of its own becomes a subject of its own.
#[must_use]
pub fn of(document: &Value) -> String {
    let mut out = String::new();
    let Some(root) = document.as_object() else {
        return out;
    };
    for (prefix, iri) in root
        .get("@context")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        // writing into a text cannot fail
        let _ = writeln!(
            out,
            "@prefix {prefix}: <{}> .",
            iri.as_str().unwrap_or_default()
        );
    }
    let mut writing = Writing {
        waiting: vec![root],
        told: BTreeSet::new(),
    };
    while let Some(node) = writing.waiting.pop() {
        let subject = iri(node);
        let said = writing.properties(node, 1);
        let statement = format!("\n{subject}\n{said} .\n");
        if writing.told.insert(statement.clone()) {
            out.push_str(&statement);
        }
    }
    out
}

fn iri(node: &Node) -> String {
    format!(
        "<{}>",
        node.get("@id").and_then(Value::as_str).unwrap_or_default()
    )
}

struct Writing<'a> {
    waiting: Vec<&'a Node>,
    told: BTreeSet<String>,
}

impl<'a> Writing<'a> {
    fn properties(&mut self, node: &'a Node, depth: usize) -> String {
        let said: Vec<String> = node
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "@context" | "@id"))
            .map(|(key, value)| {
                let key = if key == "@type" { "a" } else { key };
                let all = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                let objects: Vec<String> = all
                    .iter()
                    .map(|object| match (key, object.as_str()) {
                        ("a", Some(class)) => class.to_owned(),
                        _ => self.object(object, depth),
                    })
                    .collect();
                format!("{}{key} {}", "  ".repeat(depth), objects.join(", "))
            })
            .collect();
        said.join(" ;\n")
    }

    fn object(&mut self, value: &'a Value, depth: usize) -> String {
        let Some(node) = value.as_object() else {
            return text(value);
        };
        if let Some(literal) = node.get("@value") {
            let text = text(literal);
            let tail = |key: &str| node.get(key).and_then(Value::as_str);
            return match (tail("@language"), tail("@type")) {
                (Some(language), _) => format!("{text}@{language}"),
                (None, Some(kind)) => format!("{text}^^{kind}"),
                (None, None) => text,
            };
        }
        if node.contains_key("@id") {
            if node.len() > 1 {
                self.waiting.push(node);
            }
            return iri(node);
        }
        let inside = self.properties(node, depth + 1);
        format!("[\n{inside}\n{}]", "  ".repeat(depth))
    }
}

/// A text between quotation marks (Turtle 1.1, 6.4).
fn text(value: &Value) -> String {
    let plain = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let mut out = String::from('"');
    for c in plain.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of;

    #[test]
    fn names_texts_types_and_nameless_nodes_are_spelt() {
        let document = json!({
            "@context": { "dct": "http://purl.org/dc/terms/" },
            "@id": "catalog.jsonld",
            "@type": "dcat:Catalog",
            "dct:title": [{ "@language": "zh", "@value": "公\"示\n\\" }, "plain"],
            "dct:publisher": { "@id": "#p", "@type": "foaf:Agent" },
            "dct:license": { "@id": "x" },
            "spdx:checksum": { "@type": "spdx:Checksum", "spdx:n": { "@type": "xsd:hexBinary", "@value": "0a" } },
        });
        let expected = r#"@prefix dct: <http://purl.org/dc/terms/> .

<catalog.jsonld>
  a dcat:Catalog ;
  dct:license <x> ;
  dct:publisher <#p> ;
  dct:title "公\"示\n\\"@zh, "plain" ;
  spdx:checksum [
    a spdx:Checksum ;
    spdx:n "0a"^^xsd:hexBinary
  ] .

<#p>
  a foaf:Agent .
"#;
        assert_eq!(of(&document), expected);
    }
}
