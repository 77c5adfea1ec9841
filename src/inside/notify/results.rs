//! Signed messages to other programs: each change to the operator's webhook, results to platforms of the state and the
//! sectors. They hold public facts; nobody is named in them.

use std::path::PathBuf;

use chrono::{NaiveDate, SecondsFormat};
use serde::Serialize;
use url::Url;

use super::{Came, Channel, Round, round};
use crate::base::crypto::HookSecret;
use crate::base::files::replace_file;
use crate::domain::time::{Moment, shanghai};
use crate::inside::vault::outbox::{Content, Kind, Taking};
use crate::inside::vault::{Vault, VaultError};
use crate::outside::hooks::post::{Parcel, Poster};

/// Form of the messages.
const FORM: u32 = 1;

/// A message, as JSON.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Body<'a> {
    /// The state of one part of an application.
    CaseState {
        form: u32,
        delivery: &'a str,
        number: &'a str,
        part: u32,
        state: &'a str,
        at: String,
    },
    /// What was decided about a record.
    CaseResult {
        form: u32,
        delivery: &'a str,
        record: &'a str,
        list: &'a str,
        document_number: Option<&'a str>,
        authority_code: &'a str,
        kind: &'a str,
        result: &'a str,
        /// Why an entry has left its list.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        date: NaiveDate,
    },
}

/// The JSON of a message; none when it is a mail.
fn body(message: &Taking) -> Option<Vec<u8>> {
    let delivery = message.name.as_str();
    let body = match &message.content {
        Content::State {
            number,
            part,
            state,
            at,
        } => Body::CaseState {
            form: FORM,
            delivery,
            number,
            // parts are counted from 1 wherever somebody reads them
            part: part.saturating_add(1),
            state,
            at: at
                .with_timezone(&shanghai())
                .to_rfc3339_opts(SecondsFormat::Secs, false),
        },
        Content::Result {
            record,
            list,
            document_number,
            authority,
            kind,
            result,
            reason,
            on,
        } => Body::CaseResult {
            form: FORM,
            delivery,
            record,
            list,
            document_number: document_number.as_deref(),
            authority_code: authority,
            kind,
            result,
            reason: reason.as_deref(),
            date: *on,
        },
        Content::Changed { .. } | Content::Due { .. } => return None,
    };
    serde_json::to_vec(&body).ok()
}

/// Where messages go.
pub enum Place {
    /// They are posted.
    Address {
        /// Address.
        url: Url,
        /// What signs.
        secret: HookSecret,
        /// What posts.
        poster: Poster,
    },
    /// They are written, one file each, under their name.
    Directory(PathBuf),
}

/// The operator's webhook, or a platform.
pub struct Receiver {
    platform: Option<String>,
    place: Place,
}

impl Receiver {
    /// The operator's webhook.
    #[must_use]
    pub const fn webhook(place: Place) -> Self {
        Self {
            platform: None,
            place,
        }
    }

    /// A platform that takes results.
    #[must_use]
    pub const fn platform(name: String, place: Place) -> Self {
        Self {
            platform: Some(name),
            place,
        }
    }

    /// Sends the oldest message that is due.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn round(&self, vault: &Vault, now: Moment) -> Result<Round, VaultError> {
        round(vault, self, now)
    }
}

impl Channel for Receiver {
    fn kinds(&self) -> [Kind; 2] {
        let kind = match self.platform {
            Some(_) => Kind::Push,
            None => Kind::Webhook,
        };
        [kind; 2]
    }

    fn target(&self) -> &str {
        self.platform.as_deref().unwrap_or_default()
    }

    fn send(&self, message: &Taking, now: Moment) -> Came {
        let Some(body) = body(message) else {
            return Came::Refused("nothing for a program".to_owned());
        };
        match &self.place {
            Place::Address {
                url,
                secret,
                poster,
            } => {
                let parcel = Parcel {
                    url: url.as_str(),
                    delivery: &message.name,
                    secret,
                    at: now.timestamp(),
                    body: &body,
                };
                match poster.post(&parcel, &[]) {
                    Ok((200..300, _)) => Came::Sent,
                    Ok((status, _)) => Came::Failed(status.to_string()),
                    Err(answer) => Came::Down(answer),
                }
            }
            // the same name at each attempt: what is written again is the same file
            Place::Directory(dir) => {
                match replace_file(&dir.join(format!("{}.json", message.name)), &body) {
                    Ok(()) => Came::Sent,
                    Err(error) => Came::Down(error.kind().to_string()),
                }
            }
        }
    }
}
