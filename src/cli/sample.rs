//! `gongshi sample`: fictitious import files of any size.

use std::path::PathBuf;

use clap::Args;

use super::{Context, Outcome, Usage};
use crate::demo::{self, SampleOptions};
use crate::domain::time::civil_date;
use crate::node::Rooms;

/// What to make.
#[derive(Debug, Args)]
pub(super) struct Sample {
    /// Records over all files.
    #[arg(long, value_name = "N", default_value_t = 24_000)]
    records: u64,
    /// Seed: the same seed, date and size give the same files, byte for byte.
    #[arg(long, value_name = "S", default_value_t = 7)]
    seed: u64,
    /// Directory for the files and their manifest.json.
    #[arg(long, value_name = "DIR", default_value = "samples")]
    out: PathBuf,
    /// Share of rows that an import must reject, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    bad_share: f64,
}

pub(super) fn run(context: &Context, sample: &Sample) -> anyhow::Result<Outcome> {
    if !(0.0..=1.0).contains(&sample.bad_share) {
        return Err(Usage("--bad-share must be from 0 to 1".to_owned()).into());
    }
    let now = Rooms::new(&context.data, &context.settings).clock()?.now();
    let options = SampleOptions {
        records: sample.records,
        seed: sample.seed,
        today: civil_date(now),
        bad_share: sample.bad_share,
    };
    let bar = context.out.bar(sample.records, "sample");
    let manifest = demo::sample_with(&options, &sample.out, &mut |n| bar.set_position(n))?;
    bar.finish_and_clear();
    for file in &manifest.files {
        context.out.line(format!(
            "{:>8}  --list {:<28} {}",
            file.records,
            file.list,
            sample.out.join(&file.file).display()
        ))?;
    }
    context.out.value(&manifest)?;
    Ok(Outcome::Done)
}
