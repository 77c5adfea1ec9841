//! The cascade: the first stage that finds a record displayed today answers.
//!
//! Code → document number → whole name → fragments of the name → look-alikes. The stage is chosen by what is displayed
//! today and before the user's filters: a filter that removes the full match leaves an empty answer of that stage and not
//! a page of look-alikes, and a record that is hidden today changes neither stage nor count nor order (P4): the answer to
//! the name of a hidden record is the answer to a name that was never there.
//!
//! Every stage is bounded: length of the query, number of terms, of terms in a range, of documents walked, of names
//! compared.

use super::live::{Generation, SearchIndex, lock};
use super::near::near;
use super::postings::{all_of, read_into};
use super::rank::{Class, Words};
use super::request::{
    MAX_QUERY_CHARS, Match, SearchAnswer, SearchError, SearchRequest, Suggestion,
};
use super::segment::{AT_A_TIME, Named, term, with_names};
use super::sink::Sink;
use super::suggest;
use super::tokenizer::{CodeForm, bigrams, code_form};
use std::io;
use std::ops::ControlFlow;
use tantivy::DocId;
use tantivy::index::InvertedIndexReader;

/// Bigrams of a query that are looked up.
pub(super) const MAX_TERMS: usize = 64;
/// Terms of a range (beginning of a code or document number) that are read.
const MAX_RANGE_TERMS: usize = 20_000;
/// Documents that a fragment may match for each to be looked at by name; beyond, all count as "fragment".
const MAX_VERIFIED: usize = 20_000;
/// Documents that a query by words may walk.
const MAX_WALKED: u64 = 3_000_000;
/// Fewest characters of the beginning of a code or document number.
const MIN_PREFIX: usize = 6;
/// Up to this length, a query that is a whole name is also answered as a fragment: 东方 is a shop and part of many names.
const SHORT_NAME: usize = 6;
/// Documents that are looked at for an answer that is given at once: some tenths of a millisecond.
const AT_ONCE: u64 = 2_000;
/// Fewer fragment matches than this, and a query of one stretch is filled up with names that have something in between.
pub(super) const FEW: u64 = 10;
/// Rooms for searches that are kept when not in use.
const MOST_ROOMS: usize = 8;
/// Answers to requests without words that are kept for a generation.
const MAX_LISTED: usize = 512;

/// How sure a total is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Total {
    Exact,
    About,
}

impl SearchIndex {
    /// Answers a search.
    ///
    /// # Errors
    /// [`SearchError::NotReady`] while there is no index; the others when its files cannot be read.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, SearchError> {
        let generation = self.generation.load_full().ok_or(SearchError::NotReady)?;
        let words = Words::new(&request.q, MAX_QUERY_CHARS);
        if words.key.is_empty() {
            return Ok(listed(&generation, request));
        }
        let answer = self.stages(&generation, &words, request, None)?;
        Ok(answer.unwrap_or_default())
    }

    /// Answers a search for a full match of which few documents must be looked at: a code, a document number, a name, a
    /// rare part of names. `None` when it is no such search; what would be answered is what [`SearchIndex::search`] answers.
    /// It takes less time than handing work to another thread.
    ///
    /// # Errors
    /// As [`SearchIndex::search`].
    pub fn search_at_once(
        &self,
        request: &SearchRequest,
    ) -> Result<Option<SearchAnswer>, SearchError> {
        let generation = self.generation.load_full().ok_or(SearchError::NotReady)?;
        let words = Words::new(&request.q, MAX_QUERY_CHARS);
        if words.key.is_empty() {
            return Ok(None);
        }
        Ok(self.stages(&generation, &words, request, Some(AT_ONCE))?)
    }

    /// Goes through the stages; `None` when more than `allowed` documents would have to be looked at.
    fn stages(
        &self,
        generation: &Generation,
        words: &Words,
        request: &SearchRequest,
        allowed: Option<u64>,
    ) -> io::Result<Option<SearchAnswer>> {
        let mut sink = Sink::new(generation, request);
        sink.allowed = allowed;
        sink.scratch = lock(&self.rooms).pop().unwrap_or_default();
        let mut suggestion = None;
        let total = cascade(&mut sink, words, request, &mut suggestion)?;
        let room = std::mem::take(&mut sink.scratch).cleared();
        let mut rooms = lock(&self.rooms);
        if rooms.len() < MOST_ROOMS {
            rooms.push(room);
        }
        drop(rooms);
        Ok((!sink.beyond).then(|| answer(sink, request, total, suggestion)))
    }
}

fn answer(
    sink: Sink<'_>,
    request: &SearchRequest,
    total: Total,
    suggestion: Option<Suggestion>,
) -> SearchAnswer {
    let (count, look_alikes, seq) = (sink.total, sink.look_alikes, sink.generation.seq);
    let stage = sink.best.map(Class::matched);
    let (hits, next, facets) = sink.finish(&request.filters);
    SearchAnswer {
        total: count,
        look_alikes,
        total_is_exact: total == Total::Exact,
        stage,
        hits,
        facets,
        next,
        suggestion,
        seq,
    }
}

/// All records that pass the filters.
fn listed(generation: &Generation, request: &SearchRequest) -> SearchAnswer {
    let SearchRequest {
        q: _,
        filters,
        sort: _,
        after,
        page_size,
        person_key: _,
        list_persons,
        facets,
        today,
    } = request;
    let key = format!("{filters:?} {after:?} {page_size} {list_persons} {facets} {today}");
    if let Some(answer) = lock(&generation.listed).get(&key) {
        return answer.clone();
    }
    let mut request = request.clone();
    request.sort = super::request::Sort::Newest;
    let mut sink = Sink::new(generation, &request);
    for (number, segment) in generation.segments.iter().enumerate() {
        for doc in 0..segment.max_doc {
            if sink.visible(number, doc) {
                sink.add(number, doc, Class::Listed, 0, 0);
            }
        }
    }
    let mut answer = answer(sink, &request, Total::Exact, None);
    answer.stage = Some(Match::All);
    let mut listed = lock(&generation.listed);
    if listed.len() >= MAX_LISTED {
        listed.clear();
    }
    listed.insert(key, answer.clone());
    answer
}

fn cascade(
    sink: &mut Sink<'_>,
    words: &Words,
    request: &SearchRequest,
    suggestion: &mut Option<Suggestion>,
) -> io::Result<Total> {
    let code = code_like(&words.key);
    if let Some(code) = &code {
        let total = by_code(sink, code)?;
        if sink.found > 0 || sink.beyond {
            return Ok(total);
        }
        *suggestion = suggest::codes(code);
    }
    let total = by_document(sink, &words.key)?;
    if sink.found > 0 || sink.beyond {
        return Ok(total);
    }
    by_whole_name(sink, words, request)?;
    if sink.beyond || (sink.found > 0 && words.units.len() > SHORT_NAME) {
        return Ok(Total::Exact);
    }
    if words.units.len() < 2 {
        if sink.found == 0 {
            *suggestion = Some(Suggestion::TooShort);
        }
        return Ok(Total::Exact);
    }
    let exact = sink.found;
    let mut total = fragment(sink, words)?;
    if sink.beyond {
        return Ok(total);
    }
    let long = words.units.len() >= 4;
    let fill = sink.found < FEW && words.stretches.len() == 1 && long;
    if code.is_none() && exact == 0 && (sink.found == 0 || fill) {
        let gaps_only = sink.found > 0;
        if sink.allowed.is_some() {
            sink.beyond = true; // comparing names is never done at once
            return Ok(total);
        }
        if near(sink, words, gaps_only)? == Total::About {
            total = Total::About;
        }
    }
    Ok(total)
}

/// The query as a code, when it looks like one: letters and digits, some of them digits, as long as the shortest beginning.
fn code_like(key: &str) -> Option<String> {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && key.len() >= MIN_PREFIX && digits * 3 >= key.len()).then(|| key.to_ascii_uppercase())
}

/// Takes those of the documents that are visible, and forgets them.
fn take(sink: &mut Sink<'_>, number: usize, docs: &mut Vec<DocId>, class: Class) {
    let segments = &sink.generation.segments;
    let mut named = std::mem::take(&mut sink.scratch.fragments);
    named.clear();
    segments[number].take_visible(segment_number(number), docs, sink.today, &mut named);
    docs.clear();
    with_names(segments, &named, |(_, _, doc), name| {
        if sink.visible(number, *doc) {
            sink.add(number, *doc, class, 0, name.len());
        }
    });
    sink.scratch.fragments = named;
}

/// Takes the visible documents of every term that begins with a prefix, the term itself excepted.
fn take_range(
    sink: &mut Sink<'_>,
    prefix: &str,
    class: Class,
    terms: fn(&super::segment::Loaded) -> &InvertedIndexReader,
) -> io::Result<Total> {
    let mut end = prefix.as_bytes().to_vec();
    // No UTF-8 text holds the byte 0xFF: everything that begins with the prefix is below this.
    end.push(0xFF);
    let mut left = MAX_RANGE_TERMS;
    let mut docs = Vec::new();
    let generation = sink.generation;
    for (number, segment) in generation.segments.iter().enumerate() {
        let reader = terms(&segment.data);
        let mut stream = reader
            .terms()
            .range()
            .gt(prefix.as_bytes())
            .lt(&end)
            .into_stream()?;
        while stream.advance() {
            if left == 0 || sink.beyond {
                take(sink, number, &mut docs, class);
                return Ok(Total::About);
            }
            left -= 1;
            if sink.may_look_at(stream.value().doc_freq) {
                read_into(reader, stream.value(), &mut docs)?;
            }
            if docs.len() >= AT_A_TIME {
                take(sink, number, &mut docs, class);
            }
        }
        take(sink, number, &mut docs, class);
    }
    Ok(Total::Exact)
}

/// Takes the visible documents of one term in every segment.
fn take_term(
    sink: &mut Sink<'_>,
    bytes: &[u8],
    class: Class,
    terms: fn(&super::segment::Loaded) -> &InvertedIndexReader,
) -> io::Result<()> {
    let mut docs = Vec::new();
    let generation = sink.generation;
    for (number, segment) in generation.segments.iter().enumerate() {
        let reader = terms(&segment.data);
        if let Some(info) = term(reader, bytes)?
            && sink.may_look_at(info.doc_freq)
        {
            read_into(reader, &info, &mut docs)?;
            take(sink, number, &mut docs, class);
        }
    }
    Ok(())
}

fn by_code(sink: &mut Sink<'_>, code: &str) -> io::Result<Total> {
    take_term(sink, code.as_bytes(), Class::Code, |s| &s.code_terms)?;
    if code.len() == 9 {
        take_term(sink, code.as_bytes(), Class::Code, |s| &s.part_terms)?;
    }
    if sink.found > 0 || matches!(code_form(code), CodeForm::Credit { .. }) {
        return Ok(Total::Exact);
    }
    take_range(sink, code, Class::CodeBeginning, |s| &s.code_terms)
}

/// A document number holds a digit; its beginning is searched for when it also holds a Chinese character.
fn by_document(sink: &mut Sink<'_>, key: &str) -> io::Result<Total> {
    let length = key.chars().count();
    if length < 4 || !key.bytes().any(|b| b.is_ascii_digit()) {
        return Ok(Total::Exact);
    }
    take_term(sink, key.as_bytes(), Class::Document, |s| &s.document_terms)?;
    if sink.found > 0 || key.is_ascii() || length < MIN_PREFIX {
        return Ok(Total::Exact);
    }
    take_range(sink, key, Class::DocumentBeginning, |s| &s.document_terms)
}

fn by_whole_name(sink: &mut Sink<'_>, words: &Words, request: &SearchRequest) -> io::Result<()> {
    take_term(sink, words.key.as_bytes(), Class::Exact, |s| &s.whole_terms)?;
    // A person is found by the keyed hash of the full name, inside the chosen list and nowhere else: a person of that name
    // on another list changes nothing in the answer.
    let Some(key) = request
        .person_key
        .filter(|_| request.filters.list.is_some())
    else {
        return Ok(());
    };
    let generation = sink.generation;
    let mut docs = Vec::new();
    for (number, segment) in generation.segments.iter().enumerate() {
        let reader = &*segment.data.person_terms;
        let Some(info) = term(reader, &key.to_be_bytes())? else {
            continue;
        };
        docs.clear();
        if !sink.may_look_at(info.doc_freq) {
            return Ok(());
        }
        read_into(reader, &info, &mut docs)?;
        for doc in docs.iter().copied() {
            if segment.visible(doc, sink.today) && sink.on_chosen_list(number, doc) {
                sink.add(number, doc, Class::Exact, 0, words.units.len());
            }
        }
    }
    Ok(())
}

/// Names that hold the query, or all its stretches in any order.
fn fragment(sink: &mut Sink<'_>, words: &Words) -> io::Result<Total> {
    let exact = sink.found;
    let whole: Vec<&str> = bigrams(&words.key);
    let total = all_grams(sink, words, &whole)?;
    if sink.beyond || sink.found > exact || words.stretches.len() < 2 {
        return Ok(total);
    }
    let mut grams: Vec<&str> = Vec::new();
    for gram in words.parts.iter().flat_map(|part| bigrams(part)) {
        if !grams.contains(&gram) {
            grams.push(gram);
        }
    }
    all_grams(sink, words, &grams)
}

/// Documents that have all bigrams; their names are looked at while they are not too many.
fn all_grams(sink: &mut Sink<'_>, words: &Words, grams: &[&str]) -> io::Result<Total> {
    if grams.is_empty() {
        return Ok(Total::Exact);
    }
    let grams = &grams[..grams.len().min(MAX_TERMS)];
    let mut found = std::mem::take(&mut sink.scratch.fragments);
    found.clear();
    let mut broad = false;
    let mut walked = 0;
    let mut docs = Vec::with_capacity(AT_A_TIME);
    let generation = sink.generation;
    for (number, segment) in generation.segments.iter().enumerate() {
        let reader = &*segment.data.name_terms;
        let mut infos = Vec::with_capacity(grams.len());
        for gram in grams {
            match term(reader, gram.as_bytes())? {
                Some(info) => infos.push(info),
                None => break,
            }
        }
        if infos.len() < grams.len() {
            continue;
        }
        let rarest = infos.iter().map(|info| info.doc_freq).min();
        if !sink.may_look_at(rarest.unwrap_or(0)) {
            break;
        }
        let mut look_at = |docs: &mut Vec<DocId>| {
            segment.take_visible(segment_number(number), docs, sink.today, &mut found);
            docs.clear();
            if broad || found.len() > MAX_VERIFIED {
                broad = true;
                unseen(sink, words, &found);
                found.clear();
            }
        };
        let flow = all_of(reader, &infos, |doc| {
            walked += 1;
            if walked > MAX_WALKED {
                return ControlFlow::Break(());
            }
            docs.push(doc);
            if docs.len() == AT_A_TIME {
                look_at(&mut docs);
            }
            ControlFlow::Continue(())
        })?;
        look_at(&mut docs);
        if flow.is_break() {
            break;
        }
    }
    with_names(&generation.segments, &found, |(number, _, doc), name| {
        if let Some(class) = words.class(name).filter(|class| *class != Class::Exact) {
            sink.add(*number as usize, *doc, class, 0, name.len());
        }
    });
    sink.scratch.fragments = found;
    let sure = !broad || (words.stretches.iter().all(|s| s.len() == 2) && walked <= MAX_WALKED);
    Ok(if sure { Total::Exact } else { Total::About })
}

/// The number of a segment in the form that lists of documents hold: there are never so many.
pub(super) fn segment_number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Takes documents of a broad query without comparing their names; only the whole name, taken before, is left out.
fn unseen(sink: &mut Sink<'_>, words: &Words, docs: &[Named]) {
    with_names(&sink.generation.segments, docs, |(number, _, doc), name| {
        if name != words.units {
            sink.add(*number as usize, *doc, Class::Contiguous, 0, name.len());
        }
    });
}
