//! A map of tiles: each province one square of the same size, about where it lies, shaded by its number.

use maud::{Markup, html};

use super::Named;
use super::scale::{classes, short};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::count;

/// A province on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Province {
    /// Region code.
    pub code: &'static str,
    /// Column, from the west.
    pub column: u8,
    /// Row, from the north.
    pub row: u8,
    /// Short name.
    pub zh: &'static str,
    /// Code of ISO 3166-2:CN, which has room in a tile.
    pub iso: &'static str,
    /// English name.
    pub en: &'static str,
}

const fn province(
    code: &'static str,
    (column, row): (u8, u8),
    zh: &'static str,
    iso: &'static str,
    en: &'static str,
) -> Province {
    Province {
        code,
        column,
        row,
        zh,
        iso,
        en,
    }
}

/// Columns and rows of the map.
const SIDE: u8 = 8;
/// Side of a tile in the units of the picture, of which its place takes ten.
const TILE: &str = "9.4";

/// All of them in order of code, each in its place.
pub const PROVINCES: [Province; 34] = [
    province("110000", (5, 1), "北京", "BJ", "Beijing"),
    province("120000", (5, 2), "天津", "TJ", "Tianjin"),
    province("130000", (4, 2), "河北", "HE", "Hebei"),
    province("140000", (3, 2), "山西", "SX", "Shanxi"),
    province("150000", (4, 1), "内蒙古", "NM", "Inner Mongolia"),
    province("210000", (6, 1), "辽宁", "LN", "Liaoning"),
    province("220000", (7, 1), "吉林", "JL", "Jilin"),
    province("230000", (7, 0), "黑龙江", "HL", "Heilongjiang"),
    province("310000", (6, 4), "上海", "SH", "Shanghai"),
    province("320000", (5, 4), "江苏", "JS", "Jiangsu"),
    province("330000", (5, 5), "浙江", "ZJ", "Zhejiang"),
    province("340000", (4, 4), "安徽", "AH", "Anhui"),
    province("350000", (4, 6), "福建", "FJ", "Fujian"),
    province("360000", (4, 5), "江西", "JX", "Jiangxi"),
    province("370000", (4, 3), "山东", "SD", "Shandong"),
    province("410000", (3, 3), "河南", "HA", "Henan"),
    province("420000", (3, 4), "湖北", "HB", "Hubei"),
    province("430000", (3, 5), "湖南", "HN", "Hunan"),
    province("440000", (3, 6), "广东", "GD", "Guangdong"),
    province("450000", (2, 6), "广西", "GX", "Guangxi"),
    province("460000", (2, 7), "海南", "HI", "Hainan"),
    province("500000", (2, 4), "重庆", "CQ", "Chongqing"),
    province("510000", (1, 4), "四川", "SC", "Sichuan"),
    province("520000", (2, 5), "贵州", "GZ", "Guizhou"),
    province("530000", (1, 5), "云南", "YN", "Yunnan"),
    province("540000", (0, 3), "西藏", "XZ", "Tibet"),
    province("610000", (2, 3), "陕西", "SN", "Shaanxi"),
    province("620000", (1, 2), "甘肃", "GS", "Gansu"),
    province("630000", (1, 3), "青海", "QH", "Qinghai"),
    province("640000", (2, 2), "宁夏", "NX", "Ningxia"),
    province("650000", (0, 2), "新疆", "XJ", "Xinjiang"),
    province("710000", (6, 6), "台湾", "TW", "Taiwan"),
    province("810000", (4, 7), "香港", "HK", "Hong Kong"),
    province("820000", (3, 7), "澳门", "MO", "Macao"),
];

impl Province {
    /// The province of a region code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        PROVINCES.iter().find(|p| p.code == code)
    }
}

/// A tile: a province and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which.
    pub province: &'static Province,
    /// Its number, as far as it may be drawn.
    pub amount: u64,
    /// Whether there is more that may not be told.
    pub more: bool,
}

/// The class of a number: none, or one of up to four.
fn class(bounds: &[u64], amount: u64) -> usize {
    bounds.iter().filter(|bound| amount >= **bound).count()
}

/// The picture, with the legend of its shades.
#[must_use]
pub fn tiles(lang: Lang, named: Named<'_>, all: &[Tile]) -> Markup {
    let most = all.iter().map(|t| t.amount).max().unwrap_or(0);
    let bounds = classes(most);
    html! {
        div.chart-map {
            svg.chart-tiles viewBox={ "0 0 " (SIDE) "0 " (SIDE) "0" } role="img" aria-labelledby=(named.by) aria-describedby=(named.about) focusable="false" {
                @for tile in all {
                    @let (p, shade) = (tile.province, class(&bounds, tile.amount));
                    @let unknown = tile.amount == 0 && tile.more;
                    g.{ "shade-" (shade) } {
                        title { (lang.say(p.zh, p.en)) " " @if unknown { (lang.say("少于5", "fewer than 5")) } @else { (count(tile.amount)) } }
                        rect x={ (p.column) "0" } y={ (p.row) "0" } width=(TILE) height=(TILE) rx=".8" {}
                        text.tile-name x={ (p.column) "4.7" } y={ (p.row) "4.4" } text-anchor="middle" { (lang.say(p.zh, p.iso)) }
                        text.tile-number x={ (p.column) "4.7" } y={ (p.row) "7.6" } text-anchor="middle" {
                            @if unknown { "<5" } @else { (short(lang, tile.amount)) }
                        }
                    }
                }
            }
            ul.chart-legend.shades {
                li { (swatch(0)) " 0" }
                @for (i, bound) in bounds.iter().enumerate() {
                    @if *bound <= most {
                        li { (swatch(i + 1)) " " (short(lang, *bound))
                            @match bounds.get(i + 1) { Some(next) if *next > bound + 1 => { "–" (short(lang, next - 1)) } Some(_) => {} None => { @if most > *bound { "–" (short(lang, most)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn swatch(shade: usize) -> Markup {
    html! {
        svg.swatch.{ "shade-" (shade) } width="1em" height="1em" aria-hidden="true" focusable="false" { rect width="100%" height="100%" {} }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::regions;

    #[test]
    fn every_province_has_one_tile_of_its_own() {
        let places: BTreeSet<(u8, u8)> = PROVINCES.iter().map(|p| (p.column, p.row)).collect();
        assert_eq!(places.len(), PROVINCES.len());
        assert!(places.iter().all(|(c, r)| *c < SIDE && *r < SIDE));
        let provinces: Vec<_> = regions::all()
            .iter()
            .filter(|r| r.level() == regions::Level::Province)
            .collect();
        assert_eq!(provinces.len(), PROVINCES.len());
        for (region, province) in provinces.iter().zip(&PROVINCES) {
            assert_eq!(region.code(), province.code);
            assert!(region.name().starts_with(province.zh));
        }
    }

    #[test]
    fn shades_follow_the_numbers_and_a_held_back_number_is_not_drawn() {
        let tile = |at: usize, amount, more| Tile {
            province: &PROVINCES[at],
            amount,
            more,
        };
        let all = [tile(0, 0, true), tile(1, 0, false), tile(2, 50_000, false)];
        let named = Named {
            by: "x",
            about: "y",
        };
        let drawn = tiles(Lang::En, named, &all).into_string();
        assert!(drawn.contains("Beijing fewer than 5") && drawn.contains("&lt;5"));
        assert!(
            drawn.contains(r#"<g class="shade-4"><title>Hebei 50,000"#),
            "{drawn}"
        );
        assert!(drawn.contains(r#"<g class="shade-0"><title>Tianjin 0"#));
    }
}
