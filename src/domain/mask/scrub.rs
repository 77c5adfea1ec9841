//! Free text (违法事实, 处罚内容, 许可内容, reasons, replies): finds what is private in every spelling, masks it,
//! and reports what a reviewer must look at before publication (domain.md 4.2).
//!
//! A text is folded into a view with a way back ([`view`]); detectors look at the view and return findings;
//! masks are set in the original, so that everything else stays byte for byte. The passes are repeated until
//! nothing changes, and therefore scrubbing a scrubbed text changes nothing.

mod chain;
mod contact;
mod cues;
mod draft;
mod home;
pub mod kinds;
mod names;
mod numbers;
mod person;
mod scan;
mod sensitive;
mod view;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

pub use kinds::{Blocked, DoubtReason, HitKind};

use self::draft::Draft;
use self::scan::{Finding, Put, Scan, occurrences_of_number};
use self::view::View;
use super::fold::plain;
use super::name::{mask_name, mask_third_person};
use crate::domain::kinds::SubjectKind;

/// Longest text that is looked at, in bytes; the templates allow 5,000 characters.
pub const LONGEST_TEXT: usize = 1 << 17;

/// Passes after which a text that still changes is blocked. Two are usual, three rare.
const PASSES: usize = 8;

/// In what capacity a known name stands in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The natural person that the record is about.
    Subject,
    /// Operator (经营者) of an individual business.
    Operator,
    /// Legal representative or head.
    LegalRepresentative,
    /// Proxy (经办人, 委托代理人) or contact.
    Proxy,
    /// Any other person that the record names.
    Other,
}

/// What happens to a known name in free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// It is public and stays.
    Keep,
    /// As its field: 张\*\*.
    Mask,
    /// As a third person: 张某.
    ThirdPerson,
}

/// A name that the record knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownName<'a> {
    /// The name in full.
    pub name: &'a str,
    /// What its bearer is to the record.
    pub role: Role,
    /// What happens to it.
    pub rule: NameRule,
}

impl<'a> KnownName<'a> {
    /// A name with the rule of domain.md 4.1 for its role. `real_name` says that the list shows natural persons
    /// by their full name (defaulters, tax, wages).
    #[must_use]
    pub const fn new(name: &'a str, role: Role, kind: SubjectKind, real_name: bool) -> Self {
        let individual = matches!(kind, SubjectKind::IndividualBusiness);
        let rule = match role {
            Role::Subject if real_name => NameRule::Keep,
            Role::Subject | Role::Operator => NameRule::Mask,
            Role::LegalRepresentative
                if individual || matches!(kind, SubjectKind::NaturalPerson) =>
            {
                NameRule::Mask
            }
            Role::LegalRepresentative => NameRule::Keep,
            Role::Proxy | Role::Other => NameRule::ThirdPerson,
        };
        Self { name, role, rule }
    }
}

/// What happens to number plates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PlateRule {
    /// A placeholder is set.
    #[default]
    Hide,
    /// 闽D·\*\*123, as on lists of overloaded haulage.
    Partial,
    /// They stay.
    Keep,
}

/// What a category may change of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ScrubOptions {
    /// Number plates.
    pub plates: PlateRule,
}

/// What is known of the record that a text belongs to.
#[derive(Clone, Debug)]
pub struct ScrubContext<'a> {
    /// Kind of its subject.
    pub subject_kind: SubjectKind,
    /// Its unified social credit code, which stays even where it could be read as a citizen id.
    pub credit_code: Option<&'a str>,
    /// Other codes that stay: document number, registration number, the authority's own telephone.
    pub keep_codes: Vec<&'a str>,
    /// Numbers of identity documents that the record holds: hidden wherever they stand.
    pub identity_numbers: Vec<&'a str>,
    /// Names that the record holds.
    pub names: Vec<KnownName<'a>>,
    /// Spans in bytes of the original text that the provider marked as trade secrets.
    pub trade_secrets: Vec<Range<usize>>,
    /// Spans in bytes of the original text that the secrecy review marked as private (S1 art. 9a).
    pub private: Vec<Range<usize>>,
    /// What the category changes.
    pub options: ScrubOptions,
}

impl ScrubContext<'_> {
    /// A context that knows the kind of subject and nothing else.
    #[must_use]
    pub const fn new(subject_kind: SubjectKind) -> Self {
        Self {
            subject_kind,
            credit_code: None,
            keep_codes: Vec::new(),
            identity_numbers: Vec::new(),
            names: Vec::new(),
            trade_secrets: Vec::new(),
            private: Vec::new(),
            options: ScrubOptions {
                plates: PlateRule::Hide,
            },
        }
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Where, in bytes of the original text.
    pub span: Range<usize>,
    /// Whether it is certain; what is not stands among the doubts too.
    pub certain: bool,
}

/// Something that a reviewer must look at before publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What it may be.
    pub kind: HitKind,
    /// Where, in bytes of the original text.
    pub span: Range<usize>,
    /// Why it is doubtful.
    pub reason: DoubtReason,
}

/// A text after the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scrubbed {
    /// The text as it may be published: certain hits masked, uncertain ones masked as proposed. Empty when the
    /// text is blocked for its length, or because its masking does not settle: half of it may stand there still.
    pub text: String,
    /// What was found and masked, in order of the original.
    pub hits: Vec<Hit>,
    /// What a reviewer must confirm; publication waits while it is not empty.
    pub held: Vec<Doubt>,
    /// Why nothing of the record may be published with this text.
    pub blocked: Option<Blocked>,
}

impl Scrubbed {
    /// Whether it may be published without anybody's look.
    #[must_use]
    pub const fn is_clear(&self) -> bool {
        self.held.is_empty() && self.blocked.is_none()
    }
}

/// Scrubs a text. Total, deterministic and idempotent; every visible character of the result that is not part of
/// a mask stands in the input. Source: domain.md 4.2, R-033, R-035.
#[must_use]
pub fn scrub(text: &str, about: &ScrubContext<'_>) -> Scrubbed {
    let mut result = Scrubbed {
        text: String::new(),
        hits: Vec::new(),
        held: Vec::new(),
        blocked: None,
    };
    if text.len() > LONGEST_TEXT {
        result.blocked = Some(Blocked::TooLong);
        return result;
    }
    let wanted = names::wanted(&about.names);
    let mut draft = Draft::new(text);
    let secrets = about
        .trade_secrets
        .iter()
        .map(|s| (s, HitKind::TradeSecret, kinds::SECRET_HIDDEN));
    let private = about
        .private
        .iter()
        .map(|s| (s, HitKind::Private, kinds::PRIVATE_HIDDEN));
    for (span, kind, placeholder) in secrets.chain(private) {
        if let Some(span) = draft.hide_original(span, placeholder) {
            result.hits.push(Hit {
                kind,
                span,
                certain: true,
            });
        }
    }
    for pass in 0..=PASSES {
        let view = View::of(draft.text());
        let scan = Scan::new(&view, about);
        let findings = settle(detect(&scan, &wanted));
        if pass == PASSES && findings.iter().any(|f| f.put != Put::Leave) {
            result.blocked = Some(Blocked::Unsettled);
            draft = Draft::new("");
            break;
        }
        let puts = replacements(&view, draft.text(), &findings);
        let mut edits = Vec::new();
        for (finding, put) in findings.iter().zip(puts) {
            let bytes = view.bytes(&finding.range);
            let span = draft.original(&bytes);
            record(&mut result, finding, span);
            if let Some(put) = put
                && draft.text()[bytes.clone()] != put
            {
                edits.push((bytes, put));
            }
        }
        if edits.is_empty() {
            break;
        }
        draft.apply(&edits);
    }
    result.text = draft.into_text();
    result.hits.sort_by_key(|h| (h.span.start, h.span.end));
    result.held.sort_by_key(|d| (d.span.start, d.span.end));
    result
}

fn detect(scan: &Scan<'_>, wanted: &[names::Wanted<'_>]) -> Vec<Finding> {
    let mut out = Vec::new();
    for number in &scan.about.identity_numbers {
        let mut places = Vec::new();
        occurrences_of_number(scan.view, number, &mut places);
        out.extend(
            places
                .into_iter()
                .map(|r| Finding::hidden(r, HitKind::Document, None)),
        );
    }
    numbers::find(scan, &mut out);
    contact::find(scan, &mut out);
    home::find(scan, &mut out);
    names::find(scan, wanted, &mut out);
    let from = out.len();
    person::find(scan, &mut out);
    let mut persons: Vec<Range<usize>> = out[from..].iter().map(|f| f.range.clone()).collect();
    persons.extend(
        out.iter()
            .filter(|f| f.kind == HitKind::KnownName)
            .map(|f| f.range.clone()),
    );
    sensitive::find(scan, &persons, &mut out);
    out
}

/// Keeps one finding for a place: of those that overlap the more certain, then the longer. Notes may overlap
/// everything, because they change nothing; a name that stays keeps others from masking it.
fn settle(findings: Vec<Finding>) -> Vec<Finding> {
    let (notes, mut marks): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|f| f.put == Put::Leave && f.kind != HitKind::KnownName);
    // what proves itself, then names, then guesses: a public name may not keep an address from being masked
    let rank = |f: &Finding| match (f.kind, f.reason) {
        (HitKind::KnownName, None) => 1,
        (_, None) => 0,
        _ => 2,
    };
    marks.sort_by_key(|f| (rank(f), std::cmp::Reverse(f.range.len()), f.range.start));
    // by their beginning; they never overlap, so the one before and the one behind are all to ask
    let mut kept: BTreeMap<usize, Finding> = BTreeMap::new();
    for mut finding in marks.into_iter().filter(|f| !f.range.is_empty()) {
        let before = kept
            .range(..finding.range.end)
            .next_back()
            .map(|(at, _)| *at);
        if before.is_none_or(|at| kept[&at].range.end <= finding.range.start) {
            kept.insert(finding.range.start, finding);
            continue;
        }
        let inside_public_name = before.is_some_and(|at| {
            let other = &kept[&at];
            other.put == Put::Leave
                && other.range.start <= finding.range.start
                && finding.range.end <= other.range.end
        });
        // of two that cut each other the surer one grows over both, so that no end of the other stays
        if rank(&finding) < 2 && finding.put != Put::Leave && !inside_public_name {
            while let Some(at) = kept
                .range(..finding.range.end)
                .next_back()
                .map(|(at, _)| *at)
                .filter(|at| kept[at].range.end > finding.range.start)
            {
                let Some(other) = kept.remove(&at) else { break };
                let whole = other.range.start.min(finding.range.start)
                    ..other.range.end.max(finding.range.end);
                let grows = other.put != Put::Leave;
                finding = Finding {
                    range: whole,
                    ..if grows { other } else { finding }
                };
            }
            kept.insert(finding.range.start, finding);
        }
    }
    let mut all: Vec<Finding> = kept.into_values().collect();
    all.extend(notes);
    all
}

/// What is put in the place of each finding, the 某 forms numbered over the whole text.
fn replacements(view: &View, text: &str, findings: &[Finding]) -> Vec<Option<String>> {
    let mut persons: Vec<(String, String)> = Vec::new();
    // as it is written: the view's characters may be simplified
    let name_of = |f: &Finding| -> String {
        plain(&text[view.bytes(&f.range)])
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect()
    };
    for finding in findings.iter().filter(|f| f.put == Put::ThirdPerson) {
        let name = name_of(finding);
        if !persons.iter().any(|(n, _)| *n == name) {
            let form = mask_third_person(&name);
            persons.push((name, form));
        }
    }
    let labels: Vec<String> = persons
        .iter()
        .map(|(name, form)| {
            let same: Vec<&String> = persons
                .iter()
                .filter(|(_, f)| f == form)
                .map(|(n, _)| n)
                .collect();
            let before = highest_label(text, form);
            match same.iter().position(|n| *n == name) {
                Some(at) if same.len() > 1 || before > 0 => format!("{form}{}", before + at + 1),
                _ => form.clone(),
            }
        })
        .collect();
    findings
        .iter()
        .map(|f| match &f.put {
            Put::Leave => None,
            Put::Text(text) => Some(text.clone()),
            Put::MaskedName => Some(mask_name(&text[view.bytes(&f.range)])),
            Put::Placeholder => f.kind.placeholder().map(str::to_owned),
            Put::ThirdPerson => {
                let name = name_of(f);
                persons
                    .iter()
                    .position(|(n, _)| *n == name)
                    .map(|at| labels[at].clone())
            }
        })
        .collect()
}

/// The highest number that a 某 form bears in the text already; 1 for one without a number, 0 when it is not there.
fn highest_label(text: &str, form: &str) -> usize {
    text.match_indices(form)
        .map(|(at, _)| {
            let digits: String = text[at + form.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .take(3)
                .collect();
            digits.parse().unwrap_or(1)
        })
        .max()
        .unwrap_or(0)
}

fn record(result: &mut Scrubbed, finding: &Finding, span: Range<usize>) {
    if finding.kind == HitKind::KnownName && finding.put == Put::Leave {
        return;
    }
    if let Some(why) = finding.blocks {
        result.blocked = result.blocked.or(Some(why));
    }
    if let Some(reason) = finding.reason {
        let doubt = Doubt {
            kind: finding.kind,
            span: span.clone(),
            reason,
        };
        if !result.held.contains(&doubt) {
            result.held.push(doubt);
        }
    }
    let hit = Hit {
        kind: finding.kind,
        span,
        certain: finding.reason.is_none(),
    };
    if !result.hits.contains(&hit) {
        result.hits.push(hit);
    }
}
