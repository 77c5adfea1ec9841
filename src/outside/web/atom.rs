//! Atom (RFC 4287), written so that no text can leave its place.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::domain::time::{Moment, shanghai};

/// Media type of a feed, for links to it.
pub const ATOM: &str = "application/atom+xml";

/// A feed.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Title.
    pub title: String,
    /// What it tells, in a sentence.
    pub subtitle: String,
    /// Address of the site, without a slash at its end; empty when it is not known.
    pub base: String,
    /// Path of the feed.
    pub path: String,
    /// Path of the page about the same.
    pub page: String,
    /// When it last changed.
    pub updated: Moment,
    /// Who speaks.
    pub author: String,
    /// Its entries, newest first.
    pub entries: Vec<Entry>,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is about, for its id: `record ID`, `withdrawal ID SEQ`.
    pub about: String,
    /// Title.
    pub title: String,
    /// When it was first published.
    pub published: Option<Moment>,
    /// When it last changed.
    pub updated: Moment,
    /// Path of its page.
    pub page: Option<String>,
    /// Category: a code and its words.
    pub category: (String, String),
    /// In a sentence or two.
    pub summary: String,
}

/// Text as XML: markup is escaped, and characters that XML cannot hold are left out.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// An id that stays the same wherever the portal stands: a UUID made from what it is about.
fn urn(about: &str) -> String {
    let hash = Sha256::digest(format!("gongshi atom {about}").as_bytes());
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    uuid::Builder::from_custom_bytes(head)
        .into_uuid()
        .urn()
        .to_string()
}

fn instant(at: Moment) -> String {
    at.with_timezone(&shanghai())
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

impl Feed {
    /// The document.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let base = text(&self.base);
        let _ = write!(
            out,
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-Hans\">\n\
             <id>{}</id>\n<title>{}</title>\n<subtitle>{}</subtitle>\n<updated>{}</updated>\n\
             <author><name>{}</name></author>\n\
             <link rel=\"self\" type=\"{ATOM}\" href=\"{base}{}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}{}\"/>\n",
            urn(&format!("feed {}", self.path)),
            text(&self.title),
            text(&self.subtitle),
            instant(self.updated),
            text(&self.author),
            text(&self.path),
            text(&self.page),
        );
        for entry in &self.entries {
            let (code, label) = &entry.category;
            let _ = write!(
                out,
                "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n",
                urn(&entry.about),
                text(&entry.title),
                instant(entry.updated),
            );
            if let Some(published) = entry.published {
                let _ = writeln!(out, "<published>{}</published>", instant(published));
            }
            if let Some(page) = &entry.page {
                let _ = writeln!(
                    out,
                    "<link rel=\"alternate\" type=\"text/html\" href=\"{base}{}\"/>",
                    text(page)
                );
            }
            let _ = write!(
                out,
                "<category term=\"{}\" label=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
                text(code),
                text(label),
                text(&entry.summary),
            );
        }
        out.push_str("</feed>\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn no_text_leaves_its_place() {
        assert_eq!(
            text("<a href=\"x\">&\u{0}\u{b}'\u{fffe}甲</a>"),
            "&lt;a href=&quot;x&quot;&gt;&amp;'甲&lt;/a&gt;"
        );
    }

    #[test]
    fn ids_are_uuids_that_stay_and_differ() {
        let one = urn("record a");
        assert_eq!(one, urn("record a"));
        assert_ne!(one, urn("record b"));
        let uuid = Uuid::parse_str(one.strip_prefix("urn:uuid:").unwrap()).unwrap();
        assert_eq!(uuid.get_version_num(), 8);
    }
}
