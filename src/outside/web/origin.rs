//! Who asks: the client's address, seen through trusted proxies, and cut to what one client usually has.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use actix_web::HttpRequest;

/// A range of addresses whose `X-Forwarded-For` is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A text that is no address or range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no address or range such as 10.0.0.0/8 or fd00::/8")]
pub struct BadNetwork(String);

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(most), |p| p.trim().parse::<u8>().map_err(|_| bad()))?;
        if prefix > most {
            return Err(bad());
        }
        Ok(Self { address, prefix })
    }
}

impl Network {
    /// Whether an address lies in the range.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let bits = |a: IpAddr| match a {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let ((mine, width), (other, other_width)) =
            (bits(self.address), bits(address.to_canonical()));
        let mask = if self.prefix == 0 {
            0
        } else {
            u128::MAX << (128 - u32::from(self.prefix))
        };
        width == other_width && mine & mask == other & mask
    }
}

/// The address of the site as a request names it, for whole links where the operator has set none: only a plain host
/// name or address with its port, and `https` only on the word of a trusted proxy.
#[must_use]
pub fn site(req: &HttpRequest, trusted: &[Network]) -> Option<String> {
    const LONGEST: usize = 120;
    let host = req.headers().get("host")?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    if host.is_empty() || host.len() > LONGEST || !host.bytes().all(plain) {
        return None;
    }
    let peer = req.peer_addr().map(|a| a.ip());
    let behind = peer.is_some_and(|p| trusted.iter().any(|n| n.holds(p)));
    let https = req
        .headers()
        .get("x-forwarded-proto")
        .is_some_and(|v| v.as_bytes() == b"https");
    let scheme = if behind && https { "https" } else { "http" };
    Some(format!("{scheme}://{host}"))
}

/// The client of a request: the address of the connection, or behind trusted proxies the last address of
/// `X-Forwarded-For` that is not one of theirs. What a client writes there itself stands further left and is not believed.
#[must_use]
pub fn client(req: &HttpRequest, trusted: &[Network]) -> IpAddr {
    let peer = req
        .peer_addr()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |a| a.ip());
    if !trusted.iter().any(|n| n.holds(peer)) {
        return peer;
    }
    let mut client = peer;
    let named: Vec<&str> = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for part in named.into_iter().rev() {
        let Ok(address) = part.trim().parse::<IpAddr>() else {
            break;
        };
        client = address;
        if !trusted.iter().any(|n| n.holds(address)) {
            break;
        }
    }
    client
}

/// The key under which a client's requests are counted: an IPv4 address, or the /64 that one IPv6 client has.
#[must_use]
pub fn key(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) | 0xFFFF_0000_0000,
        IpAddr::V6(v6) => v6.to_bits() & !u128::from(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.9.8.7", "11.0.0.1"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
        ] {
            let network: Network = range.parse().unwrap();
            assert!(network.holds(inside.parse().unwrap()), "{range} {inside}");
            assert!(
                !network.holds(outside.parse().unwrap()),
                "{range} {outside}"
            );
        }
        for bad in ["", "10.0.0.0/33", "x/8", "::/129", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        let trusted: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, client_is) in [
            ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            (
                "10.0.0.1",
                "192.0.2.66, 198.51.100.1, 10.0.0.2",
                "198.51.100.1",
            ),
            ("10.0.0.1", "rubbish", "10.0.0.1"),
            ("10.0.0.1", "rubbish, 198.51.100.1", "198.51.100.1"),
        ] {
            let req = TestRequest::default()
                .peer_addr(format!("{peer}:9").parse().unwrap())
                .insert_header(("x-forwarded-for", forwarded))
                .to_http_request();
            assert_eq!(
                client(&req, &trusted),
                client_is.parse::<IpAddr>().unwrap(),
                "{peer} {forwarded}"
            );
        }
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let key = |a: &str| key(a.parse().unwrap());
        assert_eq!(key("2001:db8:0:1::1"), key("2001:db8:0:1:ffff::9"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8:0:2::1"));
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
