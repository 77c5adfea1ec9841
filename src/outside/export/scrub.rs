//! Overwrites what SQLite leaves behind between the cells of its pages.
//!
//! `secure_delete` overwrites a deleted cell, but not the copies of cells that stayed in the free space of a page when
//! they were moved to another: a row that is deleted later would stay there to be read. In the free space of a page of a
//! tree (file format, 1.6) nothing has a meaning, so it may be made zeros.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// Bytes that are looked at at once: whole pages, since their sizes are powers of two.
const PIECE: usize = 1 << 20;
/// Bytes of the head of a file, before the head of its first page.
const HEAD: usize = 100;

/// The pages that a database's log of changes holds, by their numbers from 1; none when there is no log.
///
/// # Errors
/// Those of the file system.
pub fn logged(path: &Path) -> io::Result<Vec<u32>> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let file = match File::open(PathBuf::from(log)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file?,
    };
    let length = file.metadata()?.len();
    let page = page_size(&File::open(path)?)? as u64;
    // a head, then frames: the number of a page, four more words, the page (file format, 4.1)
    let frame = 24 + page;
    let frames = length.saturating_sub(32) / frame;
    let mut pages = Vec::new();
    for at in 0..frames {
        let mut number = [0; 4];
        file.read_exact_at(&mut number, 32 + at * frame)?;
        pages.push(u32::from_be_bytes(number));
    }
    pages.sort_unstable();
    pages.dedup();
    Ok(pages)
}

/// Overwrites the free space of all pages of a file.
///
/// # Errors
/// Those of the file system.
pub fn whole(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let (length, page) = (file.metadata()?.len(), page_size(&file)?);
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    while at < length {
        let left = usize::try_from(length - at).unwrap_or(PIECE).min(PIECE);
        let piece = &mut piece[..left];
        file.read_exact_at(piece, at)?;
        for (n, bytes) in piece.chunks_exact_mut(page).enumerate() {
            let from = at + (n * page) as u64;
            if clean(bytes, from == 0) {
                file.write_all_at(bytes, from)?;
            }
        }
        at += left as u64;
    }
    file.sync_all()
}

/// Overwrites the free space of some pages, by their numbers from 1.
///
/// # Errors
/// Those of the file system.
pub fn pages(path: &Path, numbers: &[u32]) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let (length, page) = (file.metadata()?.len(), page_size(&file)?);
    let mut bytes = vec![0; page];
    for number in numbers {
        let from = u64::from(number.saturating_sub(1)) * page as u64;
        if from + page as u64 > length {
            continue;
        }
        file.read_exact_at(&mut bytes, from)?;
        if clean(&mut bytes, from == 0) {
            file.write_all_at(&bytes, from)?;
        }
    }
    file.sync_all()
}

fn page_size(file: &File) -> io::Result<usize> {
    let mut size = [0; 2];
    file.read_exact_at(&mut size, 16)?;
    Ok(match usize::from(u16::from_be_bytes(size)) {
        1 => 1 << 16,
        size if size.is_power_of_two() && size >= 512 => size,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    })
}

/// Overwrites the free space of a page of a tree; says whether there was anything. Other pages begin with the number of a
/// page, whose first byte is zero in a file of less than 64 GB, and are left as they are.
fn clean(page: &mut [u8], is_first: bool) -> bool {
    let head = if is_first { HEAD } else { 0 };
    let own = match page.get(head) {
        Some(2 | 5) => 12,
        Some(10 | 13) => 8,
        _ => return false,
    };
    let word = |page: &[u8], at: usize| {
        let bytes = page.get(at..at + 2).unwrap_or(&[0, 0]);
        usize::from(bytes[0]) << 8 | usize::from(bytes[1])
    };
    let cells = word(page, head + 3);
    let content = match word(page, head + 5) {
        0 => 1 << 16,
        content => content,
    };
    let mut changed = zero(page, head + own + 2 * cells, content);
    // free blocks are chained in the order of their places: the next one, the length, then what nobody needs
    let mut block = word(page, head + 1);
    while block >= content && block + 4 <= page.len() {
        let (next, length) = (word(page, block), word(page, block + 2));
        changed |= zero(page, block + 4, block + length);
        if next <= block {
            break;
        }
        block = next;
    }
    changed
}

fn zero(page: &mut [u8], from: usize, until: usize) -> bool {
    let Some(free) = page.get_mut(from..until) else {
        return false;
    };
    let was = free.iter().any(|byte| *byte != 0);
    free.fill(0);
    was
}
