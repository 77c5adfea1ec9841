//! `gongshi serve`.

use std::net::SocketAddr;

use clap::Args;
use serde_json::json;

use super::{Context, Outcome};
use crate::config::Role;
use crate::node::{Node, Rooms};

/// How to serve.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
    /// What this node does, and so what it opens.
    #[arg(long, value_enum)]
    role: Option<Role>,
}

impl Serve {
    /// The flags as settings.
    pub(super) fn flags(&self) -> Vec<(&'static str, String)> {
        let bind = self.bind.map(|b| ("server.bind", b.to_string()));
        let role = self.role.map(|r| ("server.role", r.name().to_owned()));
        bind.into_iter().chain(role).collect()
    }
}

pub(super) fn run(context: &Context) -> anyhow::Result<Outcome> {
    run_with(context, |_| Ok(()))
}

/// Serves until it is told to stop; `say` is called with the address when it listens.
pub(super) fn run_with(
    context: &Context,
    say: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let role = context.settings.server.role;
    let mut node = Node::open(&rooms, role)?;
    let server = node.listen(&rooms, context.settings.server.bind)?;
    node.start(&rooms)?;
    let address = server.address();
    let out = context.out;
    out.line(format!(
        "listening on http://{address}/ (role {}); stop with Ctrl-C",
        role.name()
    ))?;
    out.value(&json!({ "listening": format!("http://{address}"), "role": role.name() }))?;
    say(address)?;
    server.run()?;
    node.stop();
    Ok(Outcome::Done)
}
