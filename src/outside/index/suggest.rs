//! What else the reader may have meant: valid codes near a wrong one, and names while they are being typed.

use super::fields::day;
use super::live::{Generation, SearchIndex};
use super::postings::{all_of, read_into};
use super::query::MAX_TERMS;
use super::rank::{Words, find};
use super::request::{MAX_QUERY_CHARS, SearchError, Suggestion};
use super::segment::term;
use super::tokenizer::bigrams;
use crate::domain::subject::CreditCode;
use chrono::NaiveDate;
use std::ops::ControlFlow;

/// Completions that are answered at most.
pub const MAX_COMPLETIONS: usize = 20;
/// Names beginning with the prefix that are looked at.
const MAX_NAMES: usize = 400;
/// Documents looked at for names that contain it.
const MAX_WALKED: usize = 2_000;
/// Fewest characters that are completed.
const MIN_CHARS: usize = 2;

/// The credit codes that were probably meant by one that is not valid.
pub(super) fn codes(code: &str) -> Option<Suggestion> {
    let error = CreditCode::parse(code).err()?;
    let mends = error.mends().to_vec();
    (!mends.is_empty()).then(|| Suggestion::Code {
        typed: code.to_owned(),
        mends,
    })
}

impl SearchIndex {
    /// Completes the name of an organisation: row numbers of one displayed record for each name that begins with what was
    /// typed (shorter names first), then for names that contain it. Natural persons are never completed.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn complete(
        &self,
        typed: &str,
        limit: usize,
        today: NaiveDate,
    ) -> Result<Vec<u64>, SearchError> {
        let generation = self.generation.load_full().ok_or(SearchError::NotReady)?;
        let words = Words::new(typed, MAX_QUERY_CHARS);
        let limit = limit.min(MAX_COMPLETIONS);
        if words.units.len() < MIN_CHARS {
            return Ok(Vec::new());
        }
        let today_number = day(today);
        let mut names: Vec<Named> = Vec::new();
        let mut docs = Vec::new();
        for segment in &generation.segments {
            let mut ords: Vec<usize> = segment
                .data
                .names
                .beginning_with(&words.units)
                .take(MAX_NAMES)
                .collect();
            ords.sort_by_key(|ord| segment.data.names.len(*ord));
            let mut found = 0;
            for ord in ords {
                if found == limit {
                    break;
                }
                let name = segment.data.names.get(ord);
                let Some(info) = term(&segment.data.whole_terms, &utf8(name))? else {
                    continue;
                };
                docs.clear();
                read_into(&segment.data.whole_terms, &info, &mut docs)?;
                if let Some(doc) = docs
                    .iter()
                    .copied()
                    .find(|doc| segment.visible(*doc, today_number))
                {
                    names.push((name.to_vec(), segment.num(doc)));
                    found += 1;
                }
            }
        }
        shortest_once_each(&mut names, limit);
        let mut out: Vec<u64> = names.into_iter().map(|(_, num)| num).collect();
        if out.len() < limit {
            let mut inside = containing(&generation, &words, today_number)?;
            shortest_once_each(&mut inside, limit - out.len());
            out.extend(inside.into_iter().map(|(_, num)| num));
        }
        Ok(out)
    }
}

/// A name and the row number of one displayed record that bears it.
type Named = (Vec<u16>, u64);

fn shortest_once_each(names: &mut Vec<Named>, most: usize) {
    names.sort_by(|a, b| (a.0.len(), &a.0, a.1).cmp(&(b.0.len(), &b.0, b.1)));
    names.dedup_by(|a, b| a.0 == b.0);
    names.truncate(most);
}

/// Names that contain what was typed and do not begin with it, as far as the bound on the walk goes.
fn containing(generation: &Generation, words: &Words, today: u16) -> std::io::Result<Vec<Named>> {
    let grams = bigrams(&words.key);
    let grams = &grams[..grams.len().min(MAX_TERMS)];
    let mut out = Vec::new();
    let mut walked = 0;
    for segment in &generation.segments {
        let reader = &*segment.data.name_terms;
        let mut infos = Vec::with_capacity(grams.len());
        for gram in grams {
            infos.extend(term(reader, gram.as_bytes())?);
        }
        if infos.len() < grams.len() {
            continue;
        }
        let flow = all_of(reader, &infos, |doc| {
            walked += 1;
            let name = segment.data.names.get(segment.name_ord(doc));
            if find(name, &words.units).is_some_and(|at| at > 0) && segment.visible(doc, today) {
                out.push((name.to_vec(), segment.num(doc)));
            }
            if walked < MAX_WALKED {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        if flow.is_break() {
            break;
        }
    }
    Ok(out)
}

/// The term of a name; a name with characters beyond the basic plane is not found this way and left to the fragments.
fn utf8(name: &[u16]) -> Vec<u8> {
    String::from_utf16_lossy(name).into_bytes()
}
