//! Look-alikes: names that share rare bigrams with the query, ordered by how little it takes to turn one into the other.
//!
//! Candidates are distinct names and not records, so that a subject with fifty records does not crowd out fifty others.

use super::postings::{all_of, some_of};
use super::query::{MAX_TERMS, Total};
use super::rank::{Class, Overlap, Words, find};
use super::segment::term;
use super::sink::Sink;
use super::tokenizer::bigrams;
use std::io;
use std::ops::ControlFlow;
use tantivy::DocId;
use tantivy::postings::TermInfo;

/// A bigram in more than this share of all documents is not rare.
const RARE_SHARE: u64 = 200;
/// Bounds of "rare" whatever the size of the index: the lower keeps small indexes whole, the upper keeps large ones fast.
const RARE_AT_LEAST: u64 = 1_000;
const RARE_AT_MOST: u64 = 20_000;
/// Rare bigrams that candidates are drawn from.
const MAX_RARE: usize = 6;
/// Postings of the rare bigrams together.
const MAX_POSTINGS: u64 = 60_000;
/// Documents walked when no bigram is rare.
const MAX_WALKED: u32 = 200_000;
/// Names that are compared character by character.
const MAX_COMPARED: usize = 200;

/// Names of one segment that are candidates, each with the visible documents that bear it.
struct Candidate {
    segment: usize,
    ord: usize,
    weight: u32,
    first: usize,
    count: usize,
}

/// Takes the look-alikes; with `gaps_only`, only names that hold the query with something in between.
pub(super) fn near(sink: &mut Sink<'_>, words: &Words, gaps_only: bool) -> io::Result<Total> {
    let generation = sink.generation;
    let mut grams = bigrams(&words.key);
    grams.truncate(MAX_TERMS);
    // Document frequencies, and where each segment has each bigram.
    let mut frequency = vec![0_u64; grams.len()];
    let mut infos: Vec<Vec<Option<TermInfo>>> = Vec::with_capacity(generation.segments.len());
    for segment in &generation.segments {
        let mut row = Vec::with_capacity(grams.len());
        for (i, gram) in grams.iter().enumerate() {
            let info = term(&segment.data.name_terms, gram.as_bytes())?;
            frequency[i] += info.as_ref().map_or(0, |info| u64::from(info.doc_freq));
            row.push(info);
        }
        infos.push(row);
    }
    let weight = |n: u64| 1 + (generation.docs / n.max(1)).max(1).ilog2();
    let present = || (0..grams.len()).filter(|i| frequency[*i] > 0);
    let overlap = Overlap::new(present().map(|i| (grams[i], weight(frequency[i]))));
    let mut rarest: Vec<usize> = present().collect();
    rarest.sort_by_key(|i| frequency[*i]);
    let cap = (generation.docs / RARE_SHARE).clamp(RARE_AT_LEAST, RARE_AT_MOST);
    let mut postings = 0;
    let rare: Vec<usize> = rarest
        .iter()
        .copied()
        .take(MAX_RARE)
        .take_while(|i| {
            postings += frequency[*i];
            frequency[*i] <= cap && postings <= MAX_POSTINGS
        })
        .collect();
    // With few rare bigrams one is enough; with more, two fifths of them.
    let need = if rare.len() <= 3 {
        1
    } else {
        (rare.len() * 2).div_ceil(5)
    };

    let mut docs: Vec<(usize, usize, DocId)> = Vec::new();
    for (number, segment) in generation.segments.iter().enumerate() {
        let reader = &*segment.data.name_terms;
        let visible = |doc| segment.visible(doc, sink.today);
        if rare.is_empty() {
            // Nothing but frequent bigrams: names with the two least frequent, as far as the bound on the walk goes.
            let two: Vec<TermInfo> = rarest
                .iter()
                .take(2)
                .filter_map(|i| infos[number][*i].clone())
                .collect();
            if two.len() == 2 {
                let mut walked = 0;
                let _bounded = all_of(reader, &two, |doc| {
                    walked += 1;
                    if visible(doc) {
                        docs.push((number, segment.name_ord(doc), doc));
                    }
                    if walked < MAX_WALKED {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                })?;
            }
        } else {
            let terms: Vec<TermInfo> = rare
                .iter()
                .filter_map(|i| infos[number][*i].clone())
                .collect();
            some_of(reader, &terms, need, |doc| {
                if visible(doc) {
                    docs.push((number, segment.name_ord(doc), doc));
                }
            })?;
        }
    }
    docs.sort_unstable();

    let mut candidates = Vec::new();
    let mut first = 0;
    for group in docs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (segment, ord, _) = group[0];
        let name = generation.segments[segment].data.names.get(ord);
        candidates.push(Candidate {
            segment,
            ord,
            weight: overlap.weight(name),
            first,
            count: group.len(),
        });
        first += group.len();
    }
    let mut total = Total::Exact;
    if candidates.len() > MAX_COMPARED {
        total = Total::About;
        let name = |c: &Candidate| generation.segments[c.segment].data.names.get(c.ord);
        // By name in the end, not by place: the choice must not depend on how segments were merged.
        candidates.select_nth_unstable_by(MAX_COMPARED, |a, b| {
            let by_length = || name(a).len().cmp(&name(b).len());
            b.weight
                .cmp(&a.weight)
                .then_with(by_length)
                .then_with(|| name(a).cmp(name(b)))
        });
        candidates.truncate(MAX_COMPARED);
    }
    let mut judged = Vec::new();
    for candidate in candidates {
        let name = generation.segments[candidate.segment]
            .data
            .names
            .get(candidate.ord);
        // What holds the query was found as a fragment before.
        if find(name, &words.units).is_none()
            && let Some((class, distance)) = words.near(name)
        {
            judged.push((class, distance, name.len(), candidate));
        }
    }
    // Where parts of names match, look-alikes do not stand beside them: the total would count what is none.
    let gaps_only = gaps_only || judged.iter().any(|(class, ..)| *class == Class::Gaps);
    for (class, distance, length, candidate) in judged {
        if class == Class::Gaps || !gaps_only {
            for (number, _, doc) in &docs[candidate.first..candidate.first + candidate.count] {
                sink.add(*number, *doc, class, distance, length);
            }
        }
    }
    Ok(total)
}
