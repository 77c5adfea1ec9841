//! Payloads made smaller before they are sealed: the names of fields and what the templates have in common stand in every
//! record, and a record repeats itself. About a third of the bytes is left to be written, sealed and read.

use lz4_flex::block::{
    compress_into_with_dict, decompress_into_with_dict, get_maximum_output_size,
};
use zeroize::Zeroizing;

/// What the packer knows beforehand. It belongs to the format: with a byte changed, nothing that was packed reads as it did.
/// Better words are another file with a mark of their own.
const WORDS_1: &[u8] = include_bytes!("../../../index/vault/words-1.txt");
/// First byte of what was packed with these words; what was not packed begins with a brace.
const BY_WORDS_1: u8 = 1;
/// The mark and the length.
const HEADER: usize = 5;
/// Most bytes that are packed or unpacked; a record has at most some hundred fields of 5,000 characters.
const LONGEST: usize = 16 << 20;

/// Packs a payload: mark, length (four bytes, little endian), LZ4 block. One that is too long stays as it is.
pub(super) fn pack(plain: &Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let most = HEADER + get_maximum_output_size(plain.len());
    let mut packed = Zeroizing::new(Vec::with_capacity(most));
    if let Some(length) = u32::try_from(plain.len())
        .ok()
        .filter(|_| plain.len() <= LONGEST)
    {
        packed.push(BY_WORDS_1);
        packed.extend_from_slice(&length.to_le_bytes());
        packed.resize(most, 0);
        let (_, block) = packed.split_at_mut(HEADER);
        if let Ok(written) = compress_into_with_dict(plain, block, WORDS_1) {
            packed.truncate(HEADER + written);
            return packed;
        }
    }
    plain.clone()
}

/// A payload as it was before it was packed, in `room` unless it never was; `None` when it is damaged.
pub(super) fn unpack<'a>(payload: &'a [u8], room: &'a mut Zeroizing<Vec<u8>>) -> Option<&'a [u8]> {
    let Some((&BY_WORDS_1, rest)) = payload.split_first() else {
        return Some(payload);
    };
    let (length, block) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if length > LONGEST {
        return None;
    }
    **room = vec![0; length];
    let written = decompress_into_with_dict(block, room, WORDS_1).ok()?;
    (written == length).then_some(room.as_slice())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn back(payload: &[u8]) -> Option<Vec<u8>> {
        let mut room = Zeroizing::default();
        unpack(payload, &mut room).map(<[u8]>::to_vec)
    }

    #[test]
    fn the_words_stay_what_they_are() {
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(WORDS_1));
        assert_eq!(
            hash,
            "4291dc39a815dc9baa21e1f24be0c055604b4e2ab1d6f4ea257e9ec34ac4c454"
        );
    }

    #[test]
    fn a_record_takes_less_than_half() {
        let record = r#"{"list":"penalty","kind":"legal_person","name":"大连甲乙商贸有限公司","credit_code":"91210231MA0000001A","document_number":"大市监罚〔2026〕12号","authority_name":"大连市市场监督管理局","authority_code":"11210200MB0000000X","basis":{"kind":"行政处罚决定书","number":"大市监罚〔2026〕12号","authority":"大连市市场监督管理局","status":""},"fields":{"authority_code":"11210200MB0000000X","authority_name":"大连市市场监督管理局","credit_code":"91210231MA0000001A","document_number":"大市监罚〔2026〕12号","penalty_kinds":"罚款","subject_name":"大连甲乙商贸有限公司"}}"#;
        let plain = Zeroizing::new(record.as_bytes().to_vec());
        let packed = pack(&plain);
        assert!(
            packed.len() * 2 < plain.len(),
            "{} of {}",
            packed.len(),
            plain.len()
        );
        assert_eq!(back(&packed).unwrap(), *plain);
    }

    #[test]
    fn what_was_sealed_before_there_were_words_reads_as_it_is() {
        for plain in [&b"{}"[..], b"", br#"{"list":"penalty"}"#] {
            assert_eq!(back(plain).unwrap(), plain);
        }
    }

    #[test]
    fn what_is_too_long_is_not_packed() {
        let long = Zeroizing::new(vec![b'{'; LONGEST + 1]);
        assert!(pack(&long) == long);
    }

    proptest! {
        #[test]
        fn any_payload_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..5000), word in 0..4000_usize, times in 0..9_usize) {
            let mut plain = plain;
            for _ in 0..times {
                plain.extend_from_slice(&WORDS_1[word..word + 500]);
            }
            let packed = pack(&Zeroizing::new(plain.clone()));
            prop_assert_eq!(back(&packed).unwrap(), plain);
        }

        #[test]
        fn a_damaged_payload_is_refused_or_another_text(packed in proptest::collection::vec(any::<u8>(), 0..300), length in 0..2000_u32) {
            let mut damaged = vec![BY_WORDS_1];
            damaged.extend_from_slice(&length.to_le_bytes());
            damaged.extend_from_slice(&packed);
            if let Some(plain) = back(&damaged) {
                prop_assert_eq!(plain.len(), length as usize);
            }
            prop_assert!(back(&[BY_WORDS_1, 255, 255, 255, 255, 0]).is_none());
        }
    }
}
