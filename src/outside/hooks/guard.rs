//! Where a hook may lead: a program that sends to addresses which others choose must not be led into the network that it
//! stands in. The address is looked at when it is added and again each time when its name was resolved, and the connection
//! goes to the very address that was looked at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

/// The longest address.
const LONGEST: usize = 500;

/// Why an address is no hook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It cannot be read, or is too long.
    #[error("not an address of 500 characters at most")]
    Form,
    /// It is not HTTPS.
    #[error("must begin with https://")]
    Scheme,
    /// A name and a password stand in it, or a fragment.
    #[error("must hold neither a user name, a password nor a fragment")]
    Parts,
    /// It leads into a network that is not public.
    #[error("leads to an address that is not public")]
    Local,
}

/// Whether local addresses and plain HTTP are let through: in tests and closed networks alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses by HTTPS.
    #[default]
    Public,
    /// Everything.
    Local,
}

/// The address that was typed, when it may be a hook's.
///
/// # Errors
/// Why it may not.
pub fn address(typed: &str, reach: Reach) -> Result<Url, Unfit> {
    if typed.len() > LONGEST {
        return Err(Unfit::Form);
    }
    let url = Url::parse(typed).map_err(|_| Unfit::Form)?;
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Local) => {}
        _ => return Err(Unfit::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Unfit::Parts);
    }
    let public = match url.host() {
        Some(Host::Ipv4(ip)) => is_public_v4(ip),
        Some(Host::Ipv6(ip)) => is_public_v6(ip),
        // a name without a dot is one of the network that this program stands in
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.contains('.') && !is_local_name(name)
        }
        None => return Err(Unfit::Form),
    };
    if public || reach == Reach::Local {
        Ok(url)
    } else {
        Err(Unfit::Local)
    }
}

fn is_local_name(name: &str) -> bool {
    [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "lan",
        "intranet",
    ]
    .iter()
    .any(|end| {
        let rest = name.strip_suffix(end);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether an address can be reached from everywhere (IANA, special-purpose address registries).
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        // this network; shared by carriers; protocol assignments; benchmarks; reserved
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // an address of the older kind inside one of this: mapped, translated, 6to4
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // Teredo, documentation, protocol assignments, ORCHID
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // what is given out to be reached from everywhere
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Resolves names, and lets no address through that is not public.
#[derive(Debug, Default)]
pub struct Guarded {
    reach: Reach,
    inner: DefaultResolver,
}

impl Guarded {
    /// For a reach.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            inner: DefaultResolver::default(),
        }
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if self.reach == Reach::Local {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|a| is_public(a.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(ureq::Error::HostNotFound);
        }
        Ok(public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_are_public_are_reached() {
        for (ip, expected) in [
            ("8.8.8.8", true),
            ("223.5.5.5", true),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("127.255.0.9", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.0.0.8", false),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("2400:3200::1", true),
            ("fc00::1", false),
            ("fd12::1", false),
            ("fe80::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), expected, "{ip}");
        }
    }

    #[test]
    fn an_address_is_https_and_leads_outside() {
        for (typed, expected) in [
            ("https://example.org/hook", Ok(())),
            ("https://example.org:8443/hook?x=1", Ok(())),
            ("http://example.org/hook", Err(Unfit::Scheme)),
            ("ftp://example.org/", Err(Unfit::Scheme)),
            ("file:///etc/passwd", Err(Unfit::Scheme)),
            ("https://user:pass@example.org/", Err(Unfit::Parts)),
            ("https://example.org/#x", Err(Unfit::Parts)),
            ("https://localhost/", Err(Unfit::Local)),
            ("https://a.localhost./", Err(Unfit::Local)),
            ("https://intranet/", Err(Unfit::Local)),
            ("https://db.internal/", Err(Unfit::Local)),
            ("https://127.1/", Err(Unfit::Local)),
            ("https://0x7f000001/", Err(Unfit::Local)),
            ("https://2130706433/", Err(Unfit::Local)),
            ("https://[::1]/", Err(Unfit::Local)),
            (
                "https://169.254.169.254/latest/meta-data",
                Err(Unfit::Local),
            ),
            ("nonsense", Err(Unfit::Form)),
        ] {
            let found = address(typed, Reach::Public).map(|_| ());
            assert_eq!(found, expected, "{typed}");
        }
        assert!(address("http://127.0.0.1:9/", Reach::Local).is_ok());
        assert!(
            address(
                &format!("https://example.org/{}", "x".repeat(600)),
                Reach::Public
            )
            .is_err()
        );
    }

    #[test]
    fn a_name_that_leads_inside_is_not_followed() {
        let agent = ureq::Agent::with_parts(
            ureq::Agent::config_builder().proxy(None).build(),
            ureq::unversioned::transport::DefaultConnector::default(),
            Guarded::new(Reach::Public),
        );
        // numbers are resolved like names
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            let answer = agent.get(format!("http://{host}:{port}/")).call();
            assert!(
                matches!(answer, Err(ureq::Error::HostNotFound | ureq::Error::Io(_))),
                "{host}"
            );
        }
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "nobody knocked");
    }
}
