//! Look-alikes: names that share rare bigrams with the query, ordered by how little it takes to turn one into the other.
//!
//! Candidates are distinct names and not records, so that a subject with fifty records does not crowd out fifty others.

use super::facets::word_column;
use super::live::Generation;
use super::postings::{all_of, read_into, some_of};
use super::query::{FEW, MAX_TERMS, Total, segment_number};
use super::rank::{Class, Overlap, SUBSTITUTION, Words, find};
use super::segment::{AT_A_TIME, Named, term};
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
/// Bigrams of so few documents (half a block of postings) are counted by what is displayed.
const VERY_RARE: u64 = 64;
/// Postings of the rare bigrams together.
const MAX_POSTINGS: u64 = 60_000;
/// Documents walked when no bigram is rare.
const MAX_WALKED: u32 = 200_000;
/// Names that are compared character by character.
const MAX_COMPARED: usize = 200;

/// The bigrams of a query, as the index has them.
struct Grams<'q> {
    grams: Vec<&'q str>,
    /// Documents with each bigram, in all segments.
    frequency: Vec<u64>,
    /// Where each segment has each bigram.
    infos: Vec<Vec<Option<TermInfo>>>,
    /// Those that occur at all, rarest first.
    present: Vec<usize>,
    /// How many of `present`, from the front, candidates are drawn from.
    rare: usize,
}

impl<'q> Grams<'q> {
    fn look_up(generation: &Generation, key: &'q str, today: u16) -> io::Result<Self> {
        let mut grams = bigrams(key);
        grams.truncate(MAX_TERMS);
        let mut frequency = vec![0_u64; grams.len()];
        let mut infos = Vec::with_capacity(generation.segments.len());
        for segment in &generation.segments {
            let mut row = Vec::with_capacity(grams.len());
            for (i, gram) in grams.iter().enumerate() {
                let info = term(&segment.data.name_terms, gram.as_bytes())?;
                frequency[i] += info.as_ref().map_or(0, |info| u64::from(info.doc_freq));
                row.push(info);
            }
            infos.push(row);
        }
        forget_hidden(generation, &mut frequency, &infos, today)?;
        let mut present: Vec<usize> = (0..grams.len()).filter(|i| frequency[*i] > 0).collect();
        present.sort_by_key(|i| frequency[*i]);
        let cap = (generation.docs / RARE_SHARE).clamp(RARE_AT_LEAST, RARE_AT_MOST);
        let mut postings = 0;
        let rare = present
            .iter()
            .take(MAX_RARE)
            .take_while(|i| {
                postings += frequency[**i];
                frequency[**i] <= cap && postings <= MAX_POSTINGS
            })
            .count();
        Ok(Self {
            grams,
            frequency,
            infos,
            present,
            rare,
        })
    }

    /// Whether all rare bigrams share a character, so that a single slip may have made them.
    fn hang_on_one_character(&self) -> bool {
        let rare = &self.present[..self.rare];
        // Bigrams stand in the order of the query: neighbours in the list share a character.
        let (first, last) = (rare.iter().min(), rare.iter().max());
        first
            .zip(last)
            .is_none_or(|(first, last)| last - first <= 1)
    }

    /// How much each bigram tells: rare ones more.
    fn overlap(&self, docs: u64) -> Overlap {
        let weight = |n: u64| 1 + (docs / n.max(1)).max(1).ilog2();
        Overlap::new(
            self.present
                .iter()
                .map(|i| (self.grams[*i], weight(self.frequency[*i]))),
        )
    }
}

/// Counts the very rare bigrams by what is displayed today: a bigram that only a hidden record has must not change which
/// others are drawn from, or the answer would tell of it. For the less rare ones, one document more or less does not.
fn forget_hidden(
    generation: &Generation,
    frequency: &mut [u64],
    infos: &[Vec<Option<TermInfo>>],
    today: u16,
) -> io::Result<()> {
    let mut docs = Vec::new();
    for (i, frequency) in frequency.iter_mut().enumerate() {
        if *frequency == 0 || *frequency > VERY_RARE {
            continue;
        }
        *frequency = 0;
        for (segment, infos) in generation.segments.iter().zip(infos) {
            if let Some(info) = &infos[i] {
                docs.clear();
                read_into(&segment.data.name_terms, info, &mut docs)?;
                let shown = docs.iter().filter(|doc| segment.visible(**doc, today));
                *frequency += shown.count() as u64;
            }
        }
    }
    Ok(())
}

/// Documents that share rare bigrams with the query.
fn by_rare(sink: &Sink<'_>, grams: &Grams<'_>, docs: &mut Vec<Named>) -> io::Result<()> {
    let rare = &grams.present[..grams.rare];
    // With few rare bigrams one is enough; with more, two fifths of them.
    let need = if rare.len() <= 3 {
        1
    } else {
        (rare.len() * 2).div_ceil(5)
    };
    for (number, segment) in sink.generation.segments.iter().enumerate() {
        let infos = &grams.infos[number];
        let terms: Vec<TermInfo> = rare.iter().filter_map(|i| infos[*i].clone()).collect();
        let mut found = Vec::new();
        some_of(&segment.data.name_terms, &terms, need, |doc| {
            found.push(doc);
        })?;
        segment.take_visible(segment_number(number), &found, sink.today, docs);
    }
    Ok(())
}

/// Documents that have the two rarest of the frequent bigrams, as far as the bound on the walk goes: for queries of which
/// nothing rare is right, such as a short trade name with its characters swapped.
fn by_frequent(sink: &Sink<'_>, grams: &Grams<'_>, docs: &mut Vec<Named>) -> io::Result<()> {
    let two = &grams.present[grams.rare..];
    let mut walked = 0;
    for (number, segment) in sink.generation.segments.iter().enumerate() {
        let infos = &grams.infos[number];
        let terms: Vec<TermInfo> = two
            .iter()
            .take(2)
            .filter_map(|i| infos[*i].clone())
            .collect();
        if terms.len() < 2 {
            continue;
        }
        let mut found = Vec::new();
        let flow = all_of(&segment.data.name_terms, &terms, |doc| {
            walked += 1;
            found.push(doc);
            if walked < MAX_WALKED {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        segment.take_visible(segment_number(number), &found, sink.today, docs);
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// A name that is near enough, with the documents that bear it.
struct Judged {
    class: Class,
    distance: u16,
    length: usize,
    /// A record from the place that the query names has all of it.
    all_but_place: bool,
    docs: std::ops::Range<usize>,
}

/// A name with how much of the query it has, and the documents that bear it.
type Candidate<'n> = (u32, &'n [u16], std::ops::Range<usize>);

/// Leaves the names that have most of the query. By name in the end, not by place: the choice must not depend on how
/// segments were merged.
fn keep_best(candidates: &mut Vec<Candidate<'_>>) {
    candidates.select_nth_unstable_by(MAX_COMPARED, |(wa, a, _), (wb, b, _)| {
        wb.cmp(wa)
            .then(a.len().cmp(&b.len()))
            .then_with(|| a.cmp(b))
    });
    candidates.truncate(MAX_COMPARED);
}

/// Compares the names of documents with the query; tells whether all were compared.
fn judge(
    generation: &Generation,
    words: &Words,
    overlap: &Overlap,
    docs: &mut [Named],
) -> (Vec<Judged>, Total) {
    docs.sort_unstable();
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    let mut total = Total::Exact;
    let (mut first, mut fetched) = (0, 0);
    for group in docs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (number, name, _) = group[0];
        let names = &generation.segments[number as usize].data.names;
        if first >= fetched {
            let next = docs[first..].iter().take(AT_A_TIME);
            let next = next.take_while(|(n, ..)| *n == number);
            names.fetch(next.map(|(_, name, _)| *name as usize));
            fetched = first + AT_A_TIME;
        }
        let name = names.get(name as usize);
        candidates.push((overlap.weight(name), name, first..first + group.len()));
        first += group.len();
        if candidates.len() >= 4 * MAX_COMPARED {
            total = Total::About;
            keep_best(&mut candidates);
        }
    }
    if candidates.len() > MAX_COMPARED {
        total = Total::About;
        keep_best(&mut candidates);
    }
    let (mut judged, mut room) = (Vec::new(), Vec::new());
    for (_, name, docs) in candidates {
        // What holds the query was found as a fragment before.
        if find(name, &words.units).is_none()
            && let Some((class, distance)) = words.near(name, &mut room)
        {
            judged.push(Judged {
                class,
                distance,
                length: name.len(),
                all_but_place: class == Class::Near && words.all_but_place(name),
                docs,
            });
        }
    }
    (judged, total)
}

/// Whether the record of a document is from the place that the query names.
fn from_place(sink: &Sink<'_>, words: &Words, number: usize, doc: DocId) -> bool {
    let segment = &sink.generation.segments[number];
    let ord = usize::from(segment.row(doc).region);
    let region = segment.data.words[word_column::REGION].get(ord);
    region.is_some_and(|code| words.place_codes.iter().any(|c| code.starts_with(c)))
}

/// Takes the look-alikes; with `gaps_only`, only names that hold the query with something in between.
pub(super) fn near(sink: &mut Sink<'_>, words: &Words, gaps_only: bool) -> io::Result<Total> {
    let generation = sink.generation;
    let grams = Grams::look_up(generation, &words.key, sink.today)?;
    let overlap = grams.overlap(generation.docs);
    let mut docs = std::mem::take(&mut sink.scratch.named);
    docs.clear();
    by_rare(sink, &grams, &mut docs)?;
    let (mut judged, mut total) = judge(generation, words, &overlap, &mut docs);
    // One wrong character can take all that is rare from a short query: then what is frequent must find the name.
    let sure = judged.iter().any(|j| j.distance < SUBSTITUTION as u16);
    if judged.is_empty() || (!sure && grams.hang_on_one_character()) {
        by_frequent(sink, &grams, &mut docs)?;
        docs.sort_unstable();
        docs.dedup();
        (judged, total) = judge(generation, words, &overlap, &mut docs);
    }
    // Look-alikes stand beside names that hold all parts only to fill the first page.
    let gaps = |j: &&Judged| j.class == Class::Gaps;
    let in_gaps: usize = judged.iter().filter(gaps).map(|j| j.docs.len()).sum();
    let gaps_only = gaps_only || in_gaps as u64 >= FEW;
    for j in judged {
        if j.class == Class::Gaps || !gaps_only {
            for (number, _, doc) in &docs[j.docs] {
                let number = *number as usize;
                let here = j.all_but_place && from_place(sink, words, number, *doc);
                let class = if here { Class::Placed } else { j.class };
                sink.add(number, *doc, class, j.distance, j.length);
            }
        }
    }
    sink.scratch.named = docs;
    Ok(total)
}
