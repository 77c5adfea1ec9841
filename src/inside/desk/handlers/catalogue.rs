//! `/desk/catalogue`: the catalogue in force, read only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::base::catalogue::{self, LoadError};
use crate::domain::catalogue::{Catalogue, Category, Exposure, Layer, ListEntry};
use crate::domain::regions;
use crate::inside::desk::pages::catalogue::{
    CatalogueView, Coming, Difference, LayerLine, ListLine, Pair, page,
};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Refused, Stop, enter, rights};
use crate::inside::vault::Officer;

/// Parts of a list as its file names them, and what they are called.
const PARTS: [(&str, &str, &str); 22] = [
    ("name", "名称", "name"),
    ("summary", "说明", "summary"),
    ("standard", "认定标准", "standard of designation"),
    ("polarity", "性质", "polarity"),
    ("level", "层级", "level"),
    ("territory", "地区", "territory"),
    ("subject_kinds", "主体类型", "kinds of subject"),
    ("basis_status", "依据状态", "status of the basis"),
    ("basis", "依据", "basis"),
    ("attributes", "公开和共享属性", "publicity and sharing"),
    ("fields", "字段和脱敏", "fields and masking"),
    ("persons", "自然人", "natural persons"),
    ("periods", "公示期限", "periods"),
    ("entry_conditions", "列入条件", "entry conditions"),
    ("exit_conditions", "移出条件", "exit conditions"),
    ("repair", "修复", "repair"),
    ("measures", "措施", "measures"),
    ("remedies", "救济途径", "remedies"),
    ("prior_notice", "事前公示", "notice before the decision"),
    ("objection", "异议", "objection"),
    ("limits", "办理期限", "time limits"),
    ("contact", "联系单位", "contact"),
];

/// `GET /desk/catalogue`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let officer = seat.officer.clone();
    let view = seat.work(move |desk| view(desk, &officer)).await?;
    let title = seat.lang().say("现行目录", "The catalogue in force");
    Ok(seat.page(title, Place::Catalogue, &page(&seat.ctx(), &view)))
}

fn view(desk: &DeskState, officer: &Officer) -> Result<CatalogueView, Refused> {
    let catalogue = &desk.catalogue;
    let authority = officer.authority.as_deref();
    let layers = catalogue.layers.iter().map(|layer| LayerLine {
        version: format!("{}@{}", layer.code, layer.version),
        name: layer.name.clone(),
        is_base: layer.is_base,
        region: regions::find(&layer.jurisdiction)
            .map_or_else(|| layer.jurisdiction.clone(), regions::Region::full_name),
        from: layer.effective_from,
        until: layer.effective_until,
        lists: catalogue
            .lists
            .values()
            .filter(|l| l.layer == layer.code)
            .count(),
        applies: authority.is_some_and(|code| applies(layer, code)),
    });
    let mut categories: BTreeMap<Category, Vec<ListLine>> = BTreeMap::new();
    for entry in catalogue.lists.values() {
        let line = line(catalogue, entry, authority);
        categories.entry(entry.category).or_default().push(line);
    }
    let coming = rights::ADMIN
        .contains(&officer.role)
        .then(|| coming(catalogue, desk.settings.catalogue_dir.as_deref()))
        .transpose()?;
    Ok(CatalogueView {
        version: catalogue.version(),
        digest: digest(catalogue)?,
        authority: desk.authority_of(officer),
        layers: layers.collect(),
        categories: categories
            .into_iter()
            .map(|(category, lists)| ((category.zh(), category.en()), lists))
            .collect(),
        coming,
    })
}

/// Whether a layer holds for an authority: the base for every one, a supplement for those of its region.
fn applies(layer: &Layer, authority: &str) -> bool {
    // characters 3 to 8 of its credit code (GB 32100)
    let region = authority.get(2..8).and_then(regions::nearest);
    let of_layer = regions::find(&layer.jurisdiction);
    layer.is_base
        || region
            .zip(of_layer)
            .is_some_and(|(own, layer)| layer.covers(own.code()))
}

fn line(catalogue: &Catalogue, entry: &ListEntry, authority: Option<&str>) -> ListLine {
    let mut masking: BTreeMap<Exposure, usize> = BTreeMap::new();
    for field in &entry.fields {
        *masking.entry(field.exposure).or_default() += 1;
    }
    let scope = entry.attributes.scope;
    let basis = entry.basis_status;
    ListLine {
        code: entry.code.clone(),
        name: entry.name.clone(),
        layer: catalogue.version_of(entry),
        displayed: entry.is_displayed(),
        scope: if entry.attributes.disclosable && !entry.is_displayed() {
            (basis.zh(), basis.en())
        } else {
            (scope.zh(), scope.en())
        },
        period: entry.attributes.disclosure_period.clone(),
        masking: masking
            .into_iter()
            .map(|(how, fields)| ((how.zh(), how.en()), fields))
            .collect(),
        channel: (entry.repair.channel.zh(), entry.repair.channel.en()),
        effect: (entry.repair.effect.zh(), entry.repair.effect.en()),
        own: authority == Some(entry.contact.credit_code.as_str()),
    }
}

fn value(of: &impl serde::Serialize) -> Result<Value, Refused> {
    serde_json::to_value(of).map_err(|e| failed("the catalogue", &e))
}

/// Sums up everything that a catalogue says: SHA-256 of its layers and lists in order.
fn digest(catalogue: &Catalogue) -> Result<String, Refused> {
    let mut hash = Sha256::new();
    for layer in &catalogue.layers {
        hash.update(value(layer)?.to_string());
        hash.update("\n");
    }
    for entry in catalogue.lists.values() {
        hash.update(value(entry)?.to_string());
        hash.update("\n");
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

/// What lies in the directory of the catalogue now, against what is in force.
fn coming(catalogue: &Catalogue, dir: Option<&Path>) -> Result<Coming, Refused> {
    let Some(dir) = dir else {
        return Ok(Coming::BuiltIn);
    };
    let read = match catalogue::load(Some(dir)) {
        Ok(read) => read,
        Err(error @ LoadError::Read { .. }) => {
            // the log has the path; the page need not
            failed("the directory of the catalogue", &error);
            return Ok(Coming::Refused("a file cannot be read".to_owned()));
        }
        Err(error) => return Ok(Coming::Refused(error.to_string())),
    };
    if read == *catalogue {
        return Ok(Coming::Same);
    }
    Ok(Coming::Other {
        version: read.version(),
        digest: digest(&read)?,
        lists: differences(catalogue, &read)?,
    })
}

fn differences(before: &Catalogue, after: &Catalogue) -> Result<Vec<Difference>, Refused> {
    let codes: BTreeSet<&String> = before.lists.keys().chain(after.lists.keys()).collect();
    let mut out = Vec::new();
    for code in codes {
        let (parts, entry) = match (before.lists.get(code), after.lists.get(code)) {
            (None, Some(new)) => (vec![("新增", "new")], new),
            (Some(old), None) => (vec![("取消", "gone")], old),
            (Some(old), Some(new)) if old != new => (changed(&value(old)?, &value(new)?), new),
            _ => continue,
        };
        out.push(Difference {
            code: code.clone(),
            name: entry.name.clone(),
            parts,
        });
    }
    Ok(out)
}

/// The parts of a list that differ.
fn changed(old: &Value, new: &Value) -> Vec<Pair> {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return Vec::new();
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = keys
        .into_iter()
        .filter(|key| old.get(*key) != new.get(*key));
    differ
        .map(|key| {
            let known = PARTS.iter().find(|(part, ..)| part == key);
            known.map_or(("其他", "something else"), |(_, zh, en)| (*zh, *en))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::RepairChannel;

    #[test]
    fn what_differs_is_told_by_list_and_part() {
        let before = catalogue::load(None).unwrap();
        assert!(differences(&before, &before).unwrap().is_empty());
        let mut after = before.clone();
        let gone = after.lists.pop_first().unwrap().0;
        let (code, entry) = after.lists.iter_mut().next().unwrap();
        let code = code.clone();
        entry.repair.channel = if entry.repair.channel == RepairChannel::Own {
            RepairChannel::Forward
        } else {
            RepairChannel::Own
        };
        entry.fields.pop();
        let told = differences(&before, &after).unwrap();
        let told: Vec<(&str, Vec<&str>)> = told
            .iter()
            .map(|d| {
                let parts = d.parts.iter().map(|p| p.1).collect();
                (d.code.as_str(), parts)
            })
            .collect();
        assert_eq!(
            told,
            [
                (gone.as_str(), vec!["gone"]),
                (code.as_str(), vec!["fields and masking", "repair"])
            ]
        );
        assert_ne!(digest(&before).unwrap(), digest(&after).unwrap());
    }

    #[test]
    fn supplements_hold_for_authorities_of_their_region() {
        let catalogue = catalogue::load(None).unwrap();
        let (mut base, mut own, mut other) = (0, 0, 0);
        for layer in &catalogue.layers {
            // of Xiamen, and of Dalian
            let (ours, theirs) = (
                applies(layer, "11350200004123454P"),
                applies(layer, "11210200YX00001001"),
            );
            if layer.is_base {
                assert!(ours && theirs, "{}", layer.code);
                base += 1;
            } else if layer.jurisdiction == "350200" {
                assert!(ours && !theirs, "{}", layer.code);
                own += 1;
            } else if layer.jurisdiction == "210200" {
                assert!(!ours && theirs, "{}", layer.code);
                other += 1;
            }
        }
        assert!(base == 1 && own + other > 0, "{base} {own} {other}");
    }

    #[test]
    fn a_directory_is_compared_with_what_is_in_force_or_refused() {
        let catalogue = catalogue::load(None).unwrap();
        assert!(matches!(coming(&catalogue, None), Ok(Coming::BuiltIn)));
        let dir = tempfile::tempdir().unwrap();
        let missing = coming(&catalogue, Some(&dir.path().join("none")));
        assert!(
            matches!(missing, Ok(Coming::Refused(ref why)) if !why.contains('/')),
            "{missing:?}"
        );
        for (path, text) in catalogue::embedded() {
            let to = dir.path().join(&path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, text).unwrap();
        }
        assert!(matches!(
            coming(&catalogue, Some(dir.path())),
            Ok(Coming::Same)
        ));
        std::fs::write(dir.path().join("x.toml"), "no catalogue").unwrap();
        assert!(matches!(
            coming(&catalogue, Some(dir.path())),
            Ok(Coming::Refused(_))
        ));
    }
}
