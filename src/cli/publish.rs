//! `gongshi publish`: judge, mask, release, index.

use super::{Context, Outcome};
use crate::domain::time::{Moment, civil_date};
use crate::inside::publish::PublishSummary;
use crate::node::{Inside, Rooms};
use crate::outside::index::Followed;
use crate::outside::store::PublicStore;

pub(super) fn run(context: &Context) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let inside = rooms.inside()?;
    let store = rooms.store(true)?;
    let summary = one(context, &rooms, &inside, &store, now)?;
    tell(context, &summary)?;
    index(context, &rooms, &store, now)?;
    super::export::follow(context, &rooms, &store, now)?;
    context.out.value(&summary)?;
    Ok(Outcome::Done)
}

/// One publishing run with a sign of life.
pub(super) fn one(
    context: &Context,
    rooms: &Rooms<'_>,
    inside: &Inside,
    store: &PublicStore,
    now: Moment,
) -> anyhow::Result<PublishSummary> {
    let spinner = context.out.spinner("publish");
    let done = inside.publish(store, &rooms.publish_lock_path(), now, &|n| {
        spinner.set_position(n);
    });
    spinner.finish_and_clear();
    done
}

/// Tells people what a run did.
pub(super) fn tell(context: &Context, summary: &PublishSummary) -> anyhow::Result<()> {
    let out = context.out;
    out.line(format!(
        "judged {}: {} published, {} unchanged, {} taken back, {} held for review; sequence {}",
        summary.judged,
        summary.published,
        summary.unchanged,
        summary.taken_back,
        summary.held,
        summary.seq
    ))?;
    for (code, count) in &summary.withheld {
        out.line(format!("  not published: {count} × {code}"))?;
    }
    if summary.held > 0 {
        out.line("  held texts: gongshi review list")?;
    }
    Ok(())
}

/// Brings the index up, unless a running node keeps it.
pub(super) fn index(
    context: &Context,
    rooms: &Rooms<'_>,
    store: &PublicStore,
    now: Moment,
) -> anyhow::Result<()> {
    let Some(_lock) = rooms.index_lock_if_free()? else {
        return Ok(context.out.line("index: a running node keeps it")?);
    };
    let spinner = context.out.spinner("index");
    let followed = rooms.index_to_follow()?.follow(store, civil_date(now));
    spinner.finish_and_clear();
    Ok(context.out.line(match followed? {
        Followed::UpToDate => "index: up to date".to_owned(),
        Followed::CaughtUp(changes) => format!("index: took in {changes} changes"),
        Followed::Rebuilt(records) => format!("index: built anew from {records} records"),
    })?)
}
