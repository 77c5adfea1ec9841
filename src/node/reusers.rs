//! Takes what re-users sent to nodes that read alone into the public store.

use crate::outside::apply::ApplyStore;
use crate::outside::store::{NewReuser, PublicStore};
use crate::outside::web::reusers::MOST_WAITING;

/// Takes in what waits; answers how many re-users it is about. Done again after a crash, it changes nothing: who is registered
/// stays so, and a report is taken down once.
///
/// # Errors
/// Those of the databases.
pub(super) fn take_in(apply: &ApplyStore, store: &PublicStore) -> anyhow::Result<u64> {
    let mut taken = 0;
    for one in apply.kept_reusers()? {
        if let Some(new) = &one.registration {
            let contact = new.contact.as_ref();
            let new = NewReuser {
                id: &one.id,
                name: &new.name,
                website: &new.website,
                token_hash: &one.token_hash,
                contact: contact.map(|(envelope, body)| (&envelope[..], &body[..])),
                at: new.at,
            };
            if !store.add_reuser(new, MOST_WAITING)? {
                // too many wait to be looked at: it goes on waiting here
                continue;
            }
        }
        if let Some((seq, at)) = one.report {
            // of one who was taken out meanwhile, or whose newer report came another way, nothing is taken down
            store.report_deleted(&one.id, &one.token_hash, seq, at)?;
        }
        apply.forget_reuser(&one)?;
        taken += 1;
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::db::testing::Scratch;
    use crate::domain::time::day_start;
    use crate::outside::store::ReuserState;
    use crate::outside::web::tests::fixture::{CODE, org, today};
    use crate::record::PublicRecord;

    #[test]
    fn what_was_sent_is_taken_in_once_and_what_came_meanwhile_is_kept() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            let waiting = Scratch::sqlite();
            let apply = ApplyStore::open(&waiting.url).unwrap();
            let at = day_start(today());
            let record = PublicRecord::restored(org("a1", "厦门海风贸易有限公司", CODE));
            store.release(at, "v", 1, &[record], &[]).unwrap();
            let new = |id| NewReuser {
                id,
                name: "虚构报社",
                website: "",
                token_hash: if id == "a" { "h1" } else { "h2" },
                contact: Some((b"envelope", b"sealed")),
                at,
            };
            assert!(apply.keep_registration(new("a"), 2).unwrap());
            assert!(apply.keep_registration(new("b"), 2).unwrap());
            assert!(!apply.keep_registration(new("c"), 2).unwrap(), "two wait");
            apply.keep_report("a", "h1", 1, at).unwrap();
            let seen = apply.kept_reusers().unwrap();
            assert_eq!(take_in(&apply, &store).unwrap(), 2);
            assert_eq!(take_in(&apply, &store).unwrap(), 0);
            let (all, _) = store.reusers(ReuserState::Pending).unwrap();
            let told: Vec<_> = all.iter().map(|r| (r.id.as_str(), r.deleted_to)).collect();
            assert_eq!(told, [("a", 1), ("b", 0)]);
            assert!(store.reuser_contact("b").unwrap().is_some());
            // a crash before what was taken is forgotten: the same again
            assert!(apply.keep_registration(new("a"), 2).unwrap());
            assert_eq!(take_in(&apply, &store).unwrap(), 1);
            assert_eq!(store.reusers_waiting().unwrap(), 2);
            // more was sent between reading and forgetting
            apply.keep_report("b", "h2", 1, at).unwrap();
            apply.forget_reuser(&seen[1]).unwrap();
            apply.keep_report("b", "h2", 1, at).unwrap();
            apply.forget_reuser(&seen[1]).unwrap();
            let kept = apply.kept_reuser("b").unwrap().unwrap();
            assert_eq!((kept.registration, kept.report), (None, Some((1, at))));
            // one who is taken out stays so, and a forged token says nothing
            apply.keep_report("a", "h2", 0, at).unwrap();
            assert!(store.set_reuser("b", ReuserState::Removed).unwrap());
            assert_eq!(take_in(&apply, &store).unwrap(), 2);
            assert_eq!(store.reuser("a").unwrap().unwrap().deleted_to, 1);
            assert_eq!(store.reuser("b").unwrap(), None);
            assert!(apply.kept_reusers().unwrap().is_empty());
        });
    }
}
