//! The DCAT 3 catalogue, as JSON-LD; [`super::turtle`] spells it in Turtle.

use serde_json::{Value, json};

use super::dated::{MEANING_EN, MEANING_ZH};
use super::docs::{LICENCE_URL, TERMS_EN, TERMS_ZH, address, instant, set_name};
use super::generation::{DataSet, Generation, Making, SetFiles};

/// The DCAT 3 catalogue, as JSON-LD.
#[must_use]
pub fn catalogue(generation: &Generation, making: Making<'_>) -> Value {
    let base = if making.base_url.is_empty() {
        String::new()
    } else {
        format!("{}/data/", making.base_url)
    };
    let at = |path: &str| format!("{base}{path}");
    let made = instant(generation.made);
    let date = |value: &str| json!({ "@type": "xsd:dateTime", "@value": value });
    let datasets: Vec<Value> = generation
        .sets
        .iter()
        .map(|(name, set)| dataset(name, set, making, &at, &made, generation.seq))
        .collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": at("catalog.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": [
            { "@language": "zh", "@value": "公共信用信息公示" },
            { "@language": "en", "@value": "Public credit disclosure" },
        ],
        "dct:description": [
            { "@language": "zh", "@value": TERMS_ZH },
            { "@language": "en", "@value": TERMS_EN },
        ],
        "dct:publisher": { "@id": at("#publisher"), "@type": "foaf:Agent", "foaf:name": "公共信用信息公示平台" },
        "dct:modified": date(&made),
        "dct:license": { "@id": LICENCE_URL, "@type": "dct:LicenseDocument" },
        "dcat:dataset": datasets,
        "rdfs:seeAlso": { "@id": at("history/catalog.jsonld") },
    })
}

fn dataset(
    name: &str,
    set: &SetFiles,
    making: Making<'_>,
    at: &dyn Fn(&str) -> String,
    made: &str,
    seq: i64,
) -> Value {
    let (zh, en) = set_name(making.catalogue, &set.set);
    let distributions: Vec<Value> = set
        .files
        .iter()
        .map(|file| {
            let path = address(name, file.format);
            let kind = file.format.media_type();
            let kind = kind.split(';').next().unwrap_or(kind);
            let mut said = json!({
                "@id": at(&path),
                "@type": "dcat:Distribution",
                "dct:title": { "@language": "en", "@value": file.format.file_name() },
                // the shapes of DCAT-AP ask for the class that all have
                "dcat:accessURL": { "@id": at(&path), "@type": "rdfs:Resource" },
                "dcat:downloadURL": { "@id": at(&path), "@type": "rdfs:Resource" },
                "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{kind}"), "@type": "dct:MediaType" },
                "dcat:byteSize": { "@type": "xsd:nonNegativeInteger", "@value": file.packed.to_string() },
                "spdx:checksum": {
                    "@id": at(&format!("{path}#sha256")),
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": { "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm" },
                    "spdx:checksumValue": { "@type": "xsd:hexBinary", "@value": file.sha256 },
                },
                "dct:license": { "@id": LICENCE_URL, "@type": "dct:LicenseDocument" },
            });
            if file.format.is_gzip() {
                said["dcat:compressFormat"] = json!({ "@id": "https://www.iana.org/assignments/media-types/application/gzip", "@type": "dct:MediaType" });
            }
            said
        })
        .collect();
    let mut said = json!({
        "@id": at(&format!("{name}/")),
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": [
            { "@language": "zh", "@value": zh },
            { "@language": "en", "@value": en },
        ],
        "dct:description": [
            { "@language": "zh", "@value": format!("在公示期内的公共信用信息：{zh}，{} 条。", set.rows) },
            { "@language": "en", "@value": format!("Public credit information within its term: {en}, {} records.", set.rows) },
        ],
        "dct:modified": { "@type": "xsd:dateTime", "@value": made },
        "dcat:distribution": distributions,
    });
    if set.set == DataSet::All {
        // its versions of past days: history/catalog.jsonld lists them
        said["dcat:version"] = json!(seq.to_string());
        said["dcat:inSeries"] = json!({
            "@id": at("history/#series"),
            "@type": "dcat:DatasetSeries",
            "dct:title": [
                { "@language": "zh", "@value": "全部公示信息，各日版本" },
                { "@language": "en", "@value": "Everything published, versions of past days" },
            ],
            "dct:description": [
                { "@language": "zh", "@value": MEANING_ZH },
                { "@language": "en", "@value": MEANING_EN },
            ],
        });
    }
    said
}
