//! Walking posting lists: all terms together, or some of many.

use std::io;
use std::ops::ControlFlow;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

fn open(reader: &InvertedIndexReader, info: &TermInfo) -> io::Result<SegmentPostings> {
    reader.read_postings_from_terminfo(info, IndexRecordOption::Basic)
}

/// Calls `f` for the documents that have all terms, in order, until it breaks.
pub(super) fn all_of(
    reader: &InvertedIndexReader,
    infos: &[TermInfo],
    mut f: impl FnMut(DocId) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut infos: Vec<&TermInfo> = infos.iter().collect();
    infos.sort_by_key(|info| info.doc_freq);
    let mut lists = Vec::with_capacity(infos.len());
    for info in infos {
        lists.push(open(reader, info)?);
    }
    let Some((rarest, others)) = lists.split_first_mut() else {
        return Ok(ControlFlow::Continue(()));
    };
    let mut doc = rarest.doc();
    'next: while doc != TERMINATED {
        for list in others.iter_mut() {
            let at = if list.doc() < doc {
                list.seek(doc)
            } else {
                list.doc()
            };
            if at > doc {
                doc = if at == TERMINATED {
                    TERMINATED
                } else {
                    rarest.seek(at)
                };
                continue 'next;
            }
        }
        if f(doc).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        doc = rarest.advance();
    }
    Ok(ControlFlow::Continue(()))
}

/// All documents of a term, appended to `out`.
pub(super) fn read_into(
    reader: &InvertedIndexReader,
    info: &TermInfo,
    out: &mut Vec<DocId>,
) -> io::Result<()> {
    let mut blocks = reader.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    loop {
        let docs = blocks.docs();
        if docs.is_empty() {
            return Ok(());
        }
        out.extend_from_slice(docs);
        blocks.advance();
    }
}

/// Calls `f` for every document that has at least `need` of the terms. A document with `need` of `k` terms has one of the
/// `k - need + 1` rarest: only those lists are walked, the others are asked.
pub(super) fn some_of(
    reader: &InvertedIndexReader,
    infos: &[TermInfo],
    need: usize,
    mut f: impl FnMut(DocId),
) -> io::Result<()> {
    if need == 0 || infos.len() < need {
        return Ok(());
    }
    let mut infos: Vec<&TermInfo> = infos.iter().collect();
    infos.sort_by_key(|info| info.doc_freq);
    let (walked, asked) = infos.split_at(infos.len() - need + 1);
    let mut heads = Vec::with_capacity(walked.len());
    for info in walked {
        heads.push(open(reader, info)?);
    }
    let mut others = Vec::with_capacity(asked.len());
    for info in asked {
        others.push(open(reader, info)?);
    }
    loop {
        let Some(doc) = heads
            .iter()
            .map(DocSet::doc)
            .min()
            .filter(|doc| *doc != TERMINATED)
        else {
            return Ok(());
        };
        let mut has = 0;
        for list in &mut heads {
            if list.doc() == doc {
                has += 1;
                list.advance();
            }
        }
        for (i, list) in others.iter_mut().enumerate() {
            if has + asked.len() - i < need {
                break;
            }
            let at = if list.doc() < doc {
                list.seek(doc)
            } else {
                list.doc()
            };
            has += usize::from(at == doc);
        }
        if has >= need {
            f(doc);
        }
    }
}
