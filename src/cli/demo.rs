//! `gongshi demo`: from nothing to a served portal with fictitious data of five authorities.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{Context, Outcome, import, init, publish};
use crate::base::crypto::Password;
use crate::demo::{self, Manifest, SampleOptions};
use crate::domain::time::{Moment, civil_date};
use crate::inside::desk::DEMO_PASSWORD;
use crate::inside::intake::{ImportOptions, ImportSummary};
use crate::inside::vault::NewOfficer;
use crate::node::Rooms;
use crate::outside::store::PublicStore;
use crate::record::PublicRecord;

/// Written last: a demonstration that was cut off is made again.
const DONE: &str = "demo.done";
/// Port tried first.
const PORT: u16 = 8080;
/// Ports tried after it.
const MORE_PORTS: u16 = 50;
/// Records looked at in one go to find examples.
const PAGE: usize = 4_000;
/// Pages looked at.
const PAGES: usize = 10;

/// What to make and where to serve it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Records to make.
    #[arg(long, value_name = "N", default_value_t = 26_000)]
    records: u64,
    /// Seed of the data.
    #[arg(long, value_name = "S", default_value_t = 7)]
    seed: u64,
    /// Make the data and end.
    #[arg(long)]
    no_serve: bool,
    /// Address and port [default: 127.0.0.1:8080, or the next free port].
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
}

impl Demo {
    /// The flags as settings: every page says that the data is fictitious.
    pub(super) fn flags(&self) -> Vec<(&'static str, String)> {
        let bind = self.bind.unwrap_or_else(free_address);
        vec![
            ("site.demo", "true".to_owned()),
            ("server.bind", bind.to_string()),
        ]
    }
}

/// 127.0.0.1:8080 or the next free port.
fn free_address() -> SocketAddr {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    (PORT..=PORT + MORE_PORTS)
        .map(at)
        .find(|a| TcpListener::bind(a).is_ok())
        .unwrap_or_else(|| at(0))
}

pub(super) fn run(context: &Context, demo: &Demo) -> anyhow::Result<Outcome> {
    let marker = context.data.root().join(DONE);
    if marker.is_file() {
        context.out.line(format!(
            "the demonstration is in {}",
            context.data.root().display()
        ))?;
    } else {
        make(context, demo)?;
        std::fs::write(&marker, b"")?;
    }
    let bind = context.settings.server.bind;
    if demo.bind.is_none() && bind.port() != PORT {
        context.out.line(format!("port {PORT} is taken"))?;
    }
    officers(context)?;
    if demo.no_serve {
        let rooms = Rooms::new(&context.data, &context.settings);
        guide(context, &rooms.store(true)?, &rooms, bind)?;
        return Ok(Outcome::Done);
    }
    super::serve::run_with(context, |address| {
        let rooms = Rooms::new(&context.data, &context.settings);
        guide(context, &rooms.store(true)?, &rooms, address)
    })
}

/// Makes the data directory, the files, imports and publishes them.
fn make(context: &Context, demo: &Demo) -> anyhow::Result<()> {
    let out = context.out;
    let data = &context.data;
    if !data.keys().exists() {
        init::make(context)?;
        mark(&data.config())?;
    }
    let rooms = Rooms::new(data, &context.settings);
    let now = rooms.clock()?.now();
    let options = SampleOptions {
        records: demo.records,
        seed: demo.seed,
        today: civil_date(now),
        bad_share: 0.0,
    };
    let samples = data.root().join("samples");
    let bar = out.bar(demo.records, "files");
    let manifest = demo::sample_with(&options, &samples, &mut |n| bar.set_position(n))?;
    bar.finish_and_clear();
    out.line(format!(
        "made {} fictitious records in {} files: {}",
        manifest.files.iter().map(|f| f.records).sum::<u64>(),
        manifest.files.len(),
        samples.display()
    ))?;
    let inside = rooms.inside()?;
    let store = rooms.store(true)?;
    for summary in imports(context, &manifest, &samples, now)? {
        out.line(format!(
            "  {:<40} {:<6} {:<8} → {:<24} {:>6} accepted, {} rejected",
            summary.file,
            summary.format,
            summary.encoding,
            summary.list,
            summary.accepted,
            summary.rejected
        ))?;
    }
    let published = publish::one(context, &rooms, &inside, &store, now)?;
    publish::tell(context, &published)?;
    publish::index(context, &rooms, &store, now)?;
    out.value(&json!({ "demo": data.root(), "published": published }))?;
    Ok(())
}

/// Makes the officers of the demonstration that are not there yet. They sign in only while the site says that its data are
/// fictitious.
fn officers(context: &Context) -> anyhow::Result<()> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let vault = rooms.inside()?.vault;
    let there: BTreeSet<String> = vault.officers()?.into_iter().map(|o| o.id).collect();
    // the password is public, so that one hash does for all
    let password = Password::new(DEMO_PASSWORD)?;
    for officer in demo::officers().iter().filter(|o| !there.contains(&o.id)) {
        let authority = officer.authority.as_ref();
        let new = NewOfficer {
            id: &officer.id,
            name: &officer.name,
            role: officer.role,
            authority: authority.map(|(code, _)| code.as_str()),
            authority_name: authority.map_or("", |(_, name)| name.as_str()),
            password: Some(&password),
            totp: None,
            oidc_subject: None,
            demo: true,
        };
        vault.add_officer(&new, "demo", now)?;
    }
    Ok(())
}

/// Writes into the configuration that the data is fictitious: every page says so, also when another command serves it.
fn mark(config: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(config)?;
    std::fs::write(config, text.replacen("#demo = false", "demo = true", 1))?;
    Ok(())
}

fn imports(
    context: &Context,
    manifest: &Manifest,
    samples: &Path,
    now: Moment,
) -> anyhow::Result<Vec<ImportSummary>> {
    let inside = Rooms::new(&context.data, &context.settings).inside()?;
    let mut summaries = Vec::new();
    for file in &manifest.files {
        // another catalogue than the built-in one may lack a list
        if inside.catalogue.list(&file.list).is_none() {
            context.out.line(format!(
                "  {}: left out, the catalogue has no list {}",
                file.file, file.list
            ))?;
            continue;
        }
        let options = ImportOptions {
            rejects_dir: Some(context.data.rejects()),
            ..ImportOptions::new(&file.list, now)
        };
        let path = samples.join(&file.file);
        summaries.push(import::one(context, &inside, &path, &options)?);
    }
    Ok(summaries)
}

/// An organisation, and a person whose list is ordered by law to show the full name.
fn examples(
    store: &PublicStore,
    today: NaiveDate,
) -> anyhow::Result<(Option<PublicRecord>, Option<PublicRecord>)> {
    let (mut company, mut person) = (None, None);
    let mut after = 0;
    for _ in 0..PAGES {
        let page = store.scan(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.num;
        for record in page.into_iter().map(|row| row.record) {
            let is_company = record.credit_code.is_some();
            let wanted = if is_company {
                &mut company
            } else {
                &mut person
            };
            if wanted.is_none() && record.displayed_on(today) && !record.name_masked {
                *wanted = Some(record);
            }
        }
        if company.is_some() && person.is_some() {
            break;
        }
    }
    Ok((company, person))
}

/// An address with its query percent-encoded, so that any client can open it.
fn query(base: &str, path: &str, pairs: &[(&str, &str)]) -> anyhow::Result<String> {
    let mut url = url::Url::parse(base)?.join(path)?;
    url.query_pairs_mut().extend_pairs(pairs);
    Ok(url.to_string())
}

/// Says what to open, with real addresses.
fn guide(
    context: &Context,
    store: &PublicStore,
    rooms: &Rooms<'_>,
    address: SocketAddr,
) -> anyhow::Result<()> {
    let today = civil_date(rooms.clock()?.now());
    let base = format!("http://{address}");
    let (company, person) = examples(store, today)?;
    let mut lines = vec![
        ("home 首页", format!("{base}/")),
        ("search 搜索", query(&base, "/search", &[("q", "食品")])?),
    ];
    if let Some(record) = &company {
        lines.push(("a record 一条记录", format!("{base}/records/{}", record.id)));
        if let Some(code) = &record.credit_code {
            lines.push(("a credit file 信用档案", format!("{base}/subjects/{code}")));
        }
        lines.push(("a list 名单", format!("{base}/lists/{}", record.list)));
    }
    if let Some(record) = &person {
        lines.push((
            "a person, by full name 自然人(须输全名)",
            format!(
                "{base}/search?q={}&list={}",
                record.subject_name, record.list
            ),
        ));
    }
    lines.push(("JSON", query(&base, "/api/v1/search", &[("q", "食品")])?));
    lines.push(("the officers' desk 工作平台", format!("{base}/desk")));
    context.out.line("open:")?;
    for (what, url) in &lines {
        context.out.line(format!("  {url}   {what}"))?;
    }
    context.out.line(format!(
        "sign in at the desk as dalian.handler, dalian.approver, dalian.clerk, dalian.secrecy, operator, leading or auditor\n\
         (likewise jiangsu, ankang, xiamen, mianyang) with the password {DEMO_PASSWORD} and no code: a public password, for\n\
         this demonstration alone; these officers sign in on no other site"
    ))?;
    let urls: Vec<&String> = lines.iter().map(|(_, url)| url).collect();
    context.out.value(&json!({ "open": urls }))?;
    Ok(())
}
