//! From text to terms: bigrams of folded names, and the forms of codes.

use crate::domain::fold;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Splits an already folded key into its character bigrams; a text of one character is one term.
///
/// Names have some twelve characters: "all bigrams are there" equals a phrase to four digits of recall, so positions are
/// not kept and every token stands at its true place only for the length count.
#[derive(Clone, Default)]
pub(super) struct Bigrams {
    token: Token,
}

/// The stream of [`Bigrams`].
pub(super) struct BigramStream<'a> {
    text: &'a str,
    /// Byte offset of the next bigram.
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Bigrams {
    type TokenStream<'a> = BigramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BigramStream<'a> {
        self.token.reset();
        BigramStream {
            text,
            at: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for BigramStream<'_> {
    fn advance(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            return false;
        };
        let end = match chars.next() {
            Some(second) => first.len_utf8() + second.len_utf8(),
            None if self.at == 0 => rest.len(),
            None => return false,
        };
        self.token.text.clear();
        self.token.text.push_str(&rest[..end]);
        self.token.offset_from = self.at;
        self.token.offset_to = self.at + end;
        self.token.position = self.token.position.wrapping_add(1);
        self.at += if end == rest.len() {
            end
        } else {
            first.len_utf8()
        };
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The distinct bigrams of a folded text, in order of first appearance.
pub(super) fn bigrams(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(i, _)| i)
        .chain([text.len()])
        .collect();
    for window in starts.windows(3) {
        let gram = &text[window[0]..window[2]];
        if !out.contains(&gram) {
            out.push(gram);
        }
    }
    out
}

/// What a code is to the index.
pub(super) enum CodeForm {
    /// Eighteen characters: a unified social credit code, with the organisation code inside it.
    Credit {
        /// The whole code.
        code: String,
        /// Characters 9 to 17.
        organisation: String,
    },
    /// Any other code.
    Other(String),
    /// Nothing that could be a code.
    None,
}

/// Brings a code to the one form of the index: half width, upper case, letters and digits only.
pub(super) fn code_form(text: &str) -> CodeForm {
    let code = fold::key(text).to_ascii_uppercase();
    if code.is_empty() {
        CodeForm::None
    } else if code.len() == 18 && code.is_ascii() {
        CodeForm::Credit {
            organisation: code[8..17].to_owned(),
            code,
        }
    } else {
        CodeForm::Other(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut tokenizer = Bigrams::default();
        let mut stream = tokenizer.token_stream(text);
        let mut out = Vec::new();
        while let Some(token) = stream.next() {
            assert_eq!(&text[token.offset_from..token.offset_to], token.text);
            out.push(token.text.clone());
        }
        out
    }

    #[test]
    fn bigrams_overlap_and_a_lone_character_is_a_term() {
        assert_eq!(tokens("郑州a𫝈"), ["郑州", "州a", "a𫝈"]);
        assert_eq!(tokens("郑州"), ["郑州"]);
        assert_eq!(tokens("郑"), ["郑"]);
        assert!(tokens("").is_empty());
        assert_eq!(bigrams("郑州郑州"), ["郑州", "州郑"]);
        assert!(bigrams("郑").is_empty());
    }

    #[test]
    fn codes_have_one_form() {
        let CodeForm::Credit { code, organisation } = code_form("９１５２０４０２b48k55199c")
        else {
            panic!()
        };
        assert_eq!(
            (code.as_str(), organisation.as_str()),
            ("91520402B48K55199C", "B48K55199")
        );
        let CodeForm::Other(code) = code_form("12345678-X") else {
            panic!()
        };
        assert_eq!(code, "12345678X");
        assert!(matches!(code_form(" - "), CodeForm::None));
    }
}
