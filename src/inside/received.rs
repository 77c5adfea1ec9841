//! Applications as the desk receives them: opened with its private key into the typed form and the bytes of the evidence.
//!
//! Nothing is returned unless all of it is genuine: the number, the form, each file with its length and its hash.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::base::crypto::{DataKey, DeskSecret, SealError, parcel};
use crate::domain::forms::reply::{self, ApplicantAct, HandedAct};
use crate::domain::forms::submission::{FileNote, OLDEST, Submission, VERSION};
use crate::outside::apply::{Sealed, SealedAct};

/// One file of an application, opened. `Debug` hides the bytes; they are wiped when dropped.
pub struct Evidence {
    /// What it is.
    pub note: FileNote,
    /// Its bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Evidence({}, {} bytes)",
            self.note.file,
            self.bytes.len()
        )
    }
}

/// An application, opened.
pub struct Received {
    /// What was handed in.
    pub submission: Submission,
    /// The files, in the order of the submission.
    pub files: Vec<Evidence>,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Received({}, {} files)",
            self.submission.number,
            self.files.len()
        )
    }
}

/// Why an application cannot be opened. No content stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// Not sealed to this desk, of another number, or changed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Written by a program of another version.
    #[error("the submission is of version {version}, which this program does not read")]
    Version {
        /// Its version.
        version: u32,
    },
    /// What was sealed is no submission.
    #[error("what was sealed is no submission")]
    Form,
    /// It speaks of another number than it was sealed for.
    #[error("the submission bears another number than it was sealed for")]
    Number,
    /// Files and their notes do not fit each other.
    #[error("file {file} is missing, changed or not named in the submission")]
    File {
        /// Its number.
        file: u32,
    },
}

#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

/// Opens an application.
///
/// # Errors
/// When any part of it is not genuine, or of another version.
pub fn open(desk: &DeskSecret, sealed: &Sealed) -> Result<Received, ReceiveError> {
    let key = desk.open(&sealed.envelope, &sealed.number)?;
    let body = parcel::open(&key, sealed.body_place(), &sealed.body)?;
    let Version { version } = serde_json::from_slice(&body).map_err(|_| ReceiveError::Form)?;
    if !(OLDEST..=VERSION).contains(&version) {
        return Err(ReceiveError::Version { version });
    }
    let submission: Submission = serde_json::from_slice(&body).map_err(|_| ReceiveError::Form)?;
    if submission.number != sealed.number {
        return Err(ReceiveError::Number);
    }
    let part = |file: u32| Sealed::file_part(file);
    let files = open_files(&key, &sealed.number, &submission.files, &sealed.files, part)?;
    Ok(Received { submission, files })
}

/// Opens files: each that is noted and no other, each with its length and its hash.
fn open_files(
    key: &DataKey,
    number: &str,
    notes: &[FileNote],
    sealed: &[(u32, Vec<u8>)],
    part: impl Fn(u32) -> String,
) -> Result<Vec<Evidence>, ReceiveError> {
    let unnamed = |file: &u32| !notes.iter().any(|n| n.file == *file);
    if let Some((file, _)) = sealed.iter().find(|(file, _)| unnamed(file)) {
        return Err(ReceiveError::File { file: *file });
    }
    let mut files = Vec::with_capacity(notes.len());
    for note in notes {
        let wrong = ReceiveError::File { file: note.file };
        let found = sealed.iter().find(|(file, _)| *file == note.file);
        let (_, sealed_bytes) = found.ok_or(wrong)?;
        let part = part(note.file);
        let place = parcel::Place {
            number,
            part: &part,
        };
        let bytes = parcel::open(key, place, sealed_bytes)?;
        let hash = HEXLOWER.encode(&Sha256::digest(&*bytes));
        if bytes.len() as u64 != note.bytes || hash != note.sha256 {
            return Err(wrong);
        }
        files.push(Evidence {
            note: note.clone(),
            bytes,
        });
    }
    Ok(files)
}

/// What an applicant did after handing in, opened.
pub struct ReceivedAct {
    /// What is done.
    pub act: ApplicantAct,
    /// The files, in the order of the act.
    pub files: Vec<Evidence>,
}

impl std::fmt::Debug for ReceivedAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "ReceivedAct({}, {} files)",
            self.act.code(),
            self.files.len()
        )
    }
}

/// Opens an act.
///
/// # Errors
/// When any part of it is not genuine, or of another version.
pub fn open_act(desk: &DeskSecret, sealed: &SealedAct) -> Result<ReceivedAct, ReceiveError> {
    let key = desk.open(
        &sealed.envelope,
        &SealedAct::binding(&sealed.number, sealed.act),
    )?;
    let name = SealedAct::body_part(sealed.act);
    let place = parcel::Place {
        number: &sealed.number,
        part: &name,
    };
    let body = parcel::open(&key, place, &sealed.body)?;
    let Version { version } = serde_json::from_slice(&body).map_err(|_| ReceiveError::Form)?;
    if version != reply::VERSION {
        return Err(ReceiveError::Version { version });
    }
    let HandedAct { number, act, .. } =
        serde_json::from_slice(&body).map_err(|_| ReceiveError::Form)?;
    if number != sealed.number {
        return Err(ReceiveError::Number);
    }
    let part = |file: u32| SealedAct::file_part(sealed.act, file);
    let files = open_files(&key, &sealed.number, act.files(), &sealed.files, part)?;
    Ok(ReceivedAct { act, files })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::crypto::{DeskPublic, desk};
    use crate::domain::forms::submission::Purpose;
    use crate::domain::forms::{
        Applicant, ApplicantKind, Complaint, ComplaintGround, Form, FormKind,
    };

    const NUMBER: &str = "TS-0000-0000-0000";

    fn submission(number: &str, bytes: &[u8]) -> Submission {
        Submission {
            version: VERSION,
            number: number.to_owned(),
            kind: FormKind::Complaint,
            at: chrono::DateTime::UNIX_EPOCH,
            lang: "en".into(),
            form: Form::Complaint(Box::new(Complaint {
                applicant: Applicant {
                    kind: ApplicantKind::Organisation,
                    name: "厦门海风贸易有限公司".into(),
                    credit_code: Some("91350203MA2EXA019B".into()),
                    id_number: None,
                    mobile: "13800000000".into(),
                    email: None,
                },
                objection: "YY-0000-0000-0000".into(),
                replied_on: None,
                ground: ComplaintGround::NoReply,
                facts: "逾期未答复".into(),
            })),
            routes: vec![],
            commitment: None,
            files: vec![FileNote {
                file: 1,
                purpose: Purpose::Other,
                kind: "pdf".into(),
                name: "a.pdf".into(),
                bytes: bytes.len() as u64,
                sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
                about: None,
            }],
        }
    }

    fn sealed(public: &DeskPublic, submission: &Submission, files: &[(u32, &[u8])]) -> Sealed {
        let key = DataKey::random().unwrap();
        let mut out = Sealed {
            number: NUMBER.to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            envelope: public.seal(&key, NUMBER).unwrap(),
            body: Vec::new(),
            files: Vec::new(),
        };
        out.body = parcel::seal(
            &key,
            out.body_place(),
            &serde_json::to_vec(submission).unwrap(),
        )
        .unwrap();
        for (file, bytes) in files {
            let part = Sealed::file_part(*file);
            let place = parcel::Place {
                number: NUMBER,
                part: &part,
            };
            out.files
                .push((*file, parcel::seal(&key, place, bytes).unwrap()));
        }
        out
    }

    #[test]
    fn an_application_opens_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        desk::create(dir.path()).unwrap();
        let public = DeskPublic::load(dir.path()).unwrap();
        let secret = DeskSecret::load(dir.path()).unwrap();
        let good = submission(NUMBER, b"evidence");
        let received = open(&secret, &sealed(&public, &good, &[(1, b"evidence")])).unwrap();
        assert_eq!(received.submission, good);
        assert_eq!(received.files[0].bytes.as_slice(), b"evidence");
        assert!(!format!("{received:?}").contains("海风"));

        let of = |s: &Submission, files: &[(u32, &[u8])]| {
            open(&secret, &sealed(&public, s, files)).unwrap_err()
        };
        assert_eq!(
            of(&submission("TS-1", b""), &[(1, b"")]),
            ReceiveError::Number
        );
        assert_eq!(of(&good, &[]), ReceiveError::File { file: 1 });
        assert_eq!(of(&good, &[(1, b"other")]), ReceiveError::File { file: 1 });
        assert_eq!(
            of(&good, &[(1, b"evidence"), (2, b"more")]),
            ReceiveError::File { file: 2 }
        );
        let newer = Submission {
            version: VERSION + 1,
            ..good.clone()
        };
        assert_eq!(
            of(&newer, &[(1, b"evidence")]),
            ReceiveError::Version {
                version: VERSION + 1
            }
        );
        // what was sealed before files said which record they are about still opens
        let older = Submission {
            version: OLDEST,
            ..good.clone()
        };
        let read = open(&secret, &sealed(&public, &older, &[(1, b"evidence")])).unwrap();
        assert_eq!(read.submission, older);
        let mut swapped = sealed(&public, &good, &[(1, b"evidence")]);
        swapped.envelope = sealed(&public, &good, &[]).envelope;
        assert!(matches!(
            open(&secret, &swapped),
            Err(ReceiveError::Seal(_))
        ));
    }
    #[test]
    fn an_act_opens_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        desk::create(dir.path()).unwrap();
        let public = DeskPublic::load(dir.path()).unwrap();
        let secret = DeskSecret::load(dir.path()).unwrap();
        let key = DataKey::random().unwrap();
        let note = submission(NUMBER, b"proof").files[0].clone();
        let written = |number: &str, version| HandedAct {
            version,
            number: number.to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            act: ApplicantAct::AnswerSupplement {
                part: 1,
                text: "补正".into(),
                files: vec![note.clone()],
            },
        };
        let seal = |part: &str, bytes: &[u8]| {
            let number = NUMBER;
            parcel::seal(&key, parcel::Place { number, part }, bytes).unwrap()
        };
        let act = |written: &HandedAct, files: &[(u32, &[u8])]| SealedAct {
            number: NUMBER.to_owned(),
            act: 3,
            at: chrono::DateTime::UNIX_EPOCH,
            envelope: public.seal(&key, &SealedAct::binding(NUMBER, 3)).unwrap(),
            body: seal(
                &SealedAct::body_part(3),
                &serde_json::to_vec(written).unwrap(),
            ),
            files: files
                .iter()
                .map(|(file, bytes)| (*file, seal(&SealedAct::file_part(3, *file), bytes)))
                .collect(),
        };
        let good = act(&written(NUMBER, 1), &[(1, b"proof")]);
        let opened = open_act(&secret, &good).unwrap();
        assert_eq!(opened.act, written(NUMBER, 1).act);
        assert_eq!(opened.files[0].bytes.as_slice(), b"proof");
        assert!(!format!("{opened:?}").contains("补正"));

        let of = |act: &SealedAct| open_act(&secret, act).unwrap_err();
        let other = act(&written("TS-1", 1), &[(1, b"proof")]);
        assert_eq!(of(&other), ReceiveError::Number);
        let newer = act(&written(NUMBER, 2), &[(1, b"proof")]);
        assert_eq!(of(&newer), ReceiveError::Version { version: 2 });
        let without = act(&written(NUMBER, 1), &[]);
        assert_eq!(of(&without), ReceiveError::File { file: 1 });
        // the act of another place in the application does not open here
        let moved = SealedAct { act: 4, ..good };
        assert!(matches!(of(&moved), ReceiveError::Seal(_)));
    }
}
