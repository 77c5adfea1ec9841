//! The verification code of a page: a picture for a telephone, the code for those who type, and what it is good for.

use maud::{Markup, html};

use super::lang::Lang;
use crate::outside::report::claim::grouped;
use crate::outside::report::qr::Qr;
use crate::outside::web::link;

/// A code, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The code without spaces.
    pub code: String,
    /// Where it is checked, on this site.
    pub link: String,
    /// Where it is checked, in full; the bare path when the site's own address is not known.
    pub address: String,
    /// The picture: the full address, or the code alone when the site's own address is not known.
    pub qr: Option<Qr>,
}

impl Seal {
    /// The seal of a code on a site.
    #[must_use]
    pub fn new(code: String, base_url: &str) -> Self {
        let link = link::verify(&code);
        let qr = if base_url.is_empty() {
            Qr::new(&code)
        } else {
            Qr::new(&format!("{base_url}{link}"))
        };
        Self {
            address: format!("{base_url}/verify"),
            code,
            link,
            qr,
        }
    }

    /// The code in groups, as it stands on paper.
    #[must_use]
    pub fn grouped(&self) -> String {
        grouped(&self.code)
    }

    /// The same in two lines of seven groups.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let groups = self.grouped();
        let groups: Vec<&str> = groups.split(' ').collect();
        groups.chunks(7).map(|line| line.join(" ")).collect()
    }

    /// Where it is checked, in words.
    #[must_use]
    pub fn place(&self, lang: Lang) -> String {
        if self.address.starts_with('/') {
            let ours = lang.say("本网站的报告核验页 ", "the page of this site ");
            return format!("{ours}{}", self.address);
        }
        self.address.clone()
    }
}

/// What the picture shows, in words.
#[must_use]
pub fn alt(lang: Lang) -> &'static str {
    lang.say(
        "二维码：本报告的核验地址",
        "QR code: where this report is verified",
    )
}

/// The section of a page.
#[must_use]
pub fn seal(lang: Lang, seal: &Seal) -> Markup {
    html! {
        section.seal aria-labelledby="seal-h" {
            h2 #seal-h { (lang.say("核验码", "Verification code")) }
            div.seal-body {
                @if let Some(qr) = &seal.qr {
                    svg.qr viewBox={ "0 0 " (qr.whole()) " " (qr.whole()) } role="img" aria-label=(alt(lang)) shape-rendering="crispEdges" {
                        rect width=(qr.whole()) height=(qr.whole()) fill="#fff" {}
                        path d=(qr.path()) stroke="#000" {}
                    }
                }
                div {
                    p.seal-code { code { (seal.grouped()) } }
                    p {
                        (lang.say("本页打印或者转交后，收到的人可以在 ", "Whoever receives a printout of this page can see at "))
                        a href=(seal.link) { (seal.place(lang)) }
                        (lang.say(" 核验：内容是否由本平台出具，现在是否仍在公示、有无变化。", " whether this portal made it, and whether it is still published and unchanged."))
                    }
                }
            }
        }
    }
}
