//! Administrative divisions by their GB/T 2260 codes: names, levels, parents, children.
//!
//! The table is embedded (`index/regions/regions.csv`); it holds the country's provinces, cities and
//! counties. The country itself has the code 100000 here, as in the catalogue's jurisdictions.

use std::sync::LazyLock;

use super::kinds::vocabulary;
use super::subject::CreditCode;

/// The code that stands for the whole country.
pub const NATIONAL: &str = "100000";

static TABLE: LazyLock<Vec<Region>> =
    LazyLock::new(|| parse(include_str!("../../index/regions/regions.csv")));

vocabulary! {
    /// How high a region stands.
    Level {
        Country = "country", "国家", "country";
        Province = "province", "省级", "province";
        City = "city", "地级", "city";
        County = "county", "县级", "county";
    }
}

/// One division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    code: &'static str,
    name: &'static str,
    level: Level,
    parent: &'static str,
}

/// The lines of the embedded table, sorted by code. A line that cannot be read is left out; the test counts them.
fn parse(text: &'static str) -> Vec<Region> {
    let country = Region {
        code: NATIONAL,
        name: "全国",
        level: Level::Country,
        parent: "",
    };
    let mut table = vec![country];
    table.extend(text.lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let (code, name, level) = (fields.next()?, fields.next()?, fields.next()?);
        let parent = fields.nth(3)?;
        let level = Level::from_code(level)?;
        let parent = if level == Level::Province {
            NATIONAL
        } else {
            parent
        };
        is_code(code).then_some(Region {
            code,
            name,
            level,
            parent,
        })
    }));
    table.sort_unstable_by_key(|r| r.code);
    table
}

/// Whether a text has the form of a region code: six digits.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Every region, the country first, in order of code.
#[must_use]
pub fn all() -> &'static [Region] {
    &TABLE
}

/// The region of a six-digit code; `None` for a code that the table does not hold.
#[must_use]
pub fn find(code: &str) -> Option<&'static Region> {
    let at = TABLE.binary_search_by_key(&code, |r| r.code).ok()?;
    TABLE.get(at)
}

/// The region of a code, or the nearest one above it when the code itself is unknown: codes of
/// abolished counties live on in credit codes. `None` when not even the province is known.
#[must_use]
pub fn nearest(code: &str) -> Option<&'static Region> {
    if !is_code(code) {
        return None;
    }
    find(code)
        .or_else(|| find(&format!("{}00", &code[..4])))
        .or_else(|| find(&format!("{}0000", &code[..2])))
}

/// The region of the authority that registered a subject: characters 3 to 8 of its credit code (GB 32100),
/// or the nearest one above it that is known.
#[must_use]
pub fn of_credit_code(code: &CreditCode) -> Option<&'static Region> {
    nearest(code.region_code())
}

/// The regions whose own name or full name is `name`, in order of code. Several counties share a name.
#[must_use]
pub fn named(name: &str) -> Vec<&'static Region> {
    if name.is_empty() {
        return Vec::new();
    }
    TABLE
        .iter()
        .filter(|r| {
            r.name == name
                || (name.len() > r.name.len() && name.ends_with(r.name) && r.full_name() == name)
        })
        .collect()
}

/// The regions directly under one, in order of code; empty for an unknown code or a county.
#[must_use]
pub fn children(code: &str) -> Vec<&'static Region> {
    find(code).map(Region::children).unwrap_or_default()
}

impl Region {
    /// The six-digit code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Its own name, without those above it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How high it stands.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The region directly above; `None` for the country.
    #[must_use]
    pub fn parent(&self) -> Option<&'static Self> {
        find(self.parent)
    }

    /// The regions above it up to the province, the province first; empty for a province and the country.
    #[must_use]
    pub fn parents(&self) -> Vec<&'static Self> {
        let mut out = Vec::new();
        let mut above = self.parent();
        while let Some(region) = above.filter(|r| r.level != Level::Country) {
            out.push(region);
            above = region.parent();
        }
        out.reverse();
        out
    }

    /// The regions directly under it, in order of code.
    #[must_use]
    pub fn children(&self) -> Vec<&'static Self> {
        let prefix = self.prefix();
        let from = TABLE.partition_point(|r| r.code < self.code && !r.code.starts_with(prefix));
        TABLE[from..]
            .iter()
            .take_while(|r| r.code.starts_with(prefix))
            .filter(|r| r.parent == self.code)
            .collect()
    }

    /// The digits that all regions inside it begin with: none for the country, two for a province,
    /// four for a city, all six for a county.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        match self.level {
            Level::Country => "",
            Level::Province => &self.code[..2],
            Level::City => &self.code[..4],
            Level::County => self.code,
        }
    }

    /// Whether its code begins with `prefix`: the filter of a search by region.
    #[must_use]
    pub fn matches_prefix(&self, prefix: &str) -> bool {
        self.code.starts_with(prefix)
    }

    /// Whether a region code lies in this region or is its own.
    #[must_use]
    pub fn covers(&self, code: &str) -> bool {
        is_code(code) && code.starts_with(self.prefix())
    }

    /// Whether the name only fills a place in the table (市辖区, 县, 省直辖县级行政区划), so that no address says it.
    #[must_use]
    pub fn is_filler(&self) -> bool {
        self.level == Level::City
            && (matches!(self.name, "市辖区" | "县") || self.name.contains("直辖县级行政区划"))
    }

    /// The name with all those above it, as an address says it: 福建省厦门市思明区, 北京市东城区.
    #[must_use]
    pub fn full_name(&self) -> String {
        let mut out: String = self
            .parents()
            .iter()
            .filter(|r| !r.is_filler())
            .map(|r| r.name)
            .collect();
        out.push_str(self.name);
        out
    }

    /// The province, the city and the county it lies in, itself included, each where there is one: the path of a facet.
    #[must_use]
    pub fn path(&'static self) -> Vec<&'static Self> {
        let mut path = self.parents();
        if self.level != Level::Country {
            path.push(self);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_has_its_parent() {
        assert_eq!(all().len(), 3351 + 1);
        let count = |level| all().iter().filter(|r| r.level == level).count();
        assert_eq!(
            (
                count(Level::Province),
                count(Level::City),
                count(Level::County)
            ),
            (34, 342, 2975)
        );
        for region in all() {
            assert!(is_code(region.code));
            if region.level != Level::Country {
                let parent = region
                    .parent()
                    .unwrap_or_else(|| panic!("{} has no parent", region.code));
                assert!(
                    parent.covers(region.code),
                    "{} covers {}",
                    parent.code,
                    region.code
                );
                assert!(
                    parent.children().contains(&region),
                    "{} lists {}",
                    parent.code,
                    region.code
                );
            }
        }
        let children: usize = all().iter().map(|r| r.children().len()).sum();
        assert_eq!(children, 3351);
    }

    #[test]
    fn codes_have_names() {
        for (code, name, level) in [
            ("100000", "全国", Level::Country),
            ("350000", "福建省", Level::Province),
            ("350200", "福建省厦门市", Level::City),
            ("350203", "福建省厦门市思明区", Level::County),
            ("610902", "陕西省安康市汉滨区", Level::County),
            ("320106", "江苏省南京市鼓楼区", Level::County),
            ("110101", "北京市东城区", Level::County),
            ("110100", "北京市市辖区", Level::City),
            ("441900", "广东省东莞市", Level::City),
            ("810000", "香港特别行政区", Level::Province),
        ] {
            let region = find(code).unwrap();
            assert_eq!(
                (region.full_name().as_str(), region.level()),
                (name, level),
                "{code}"
            );
            assert_eq!(region.code(), code);
            assert!(named(name).contains(&region), "{name}");
        }
        assert_eq!(find("350299"), None);
        assert_eq!(find(""), None);
        assert!(named("鼓楼区").len() > 1);
        assert!(named("").is_empty());
    }

    #[test]
    fn an_unknown_code_has_the_nearest_known_region() {
        for (code, nearest_code) in [
            ("350203", Some("350203")),
            ("350204", Some("350200")),
            ("359999", Some("350000")),
            ("990000", None),
            ("35020", None),
            ("35020Z", None),
            ("厦门", None),
        ] {
            assert_eq!(nearest(code).map(Region::code), nearest_code, "{code}");
        }
    }

    #[test]
    fn filters_cover_what_lies_inside() {
        let fujian = find("350000").unwrap();
        assert!(fujian.covers("350203") && fujian.covers("350000") && !fujian.covers("360000"));
        assert!(find(NATIONAL).unwrap().covers("360000") && !fujian.covers(NATIONAL));
        assert!(find("350203").unwrap().matches_prefix("3502"));
        assert_eq!(children("350200").len(), 6);
        assert!(children("350203").is_empty());
        let path: Vec<_> = find("350203")
            .unwrap()
            .path()
            .iter()
            .map(|r| r.code)
            .collect();
        assert_eq!(path, ["350000", "350200", "350203"]);
        assert_eq!(children(NATIONAL).len(), 34);
    }

    #[test]
    fn the_credit_code_names_the_registrar_s_region() {
        let code = CreditCode::parse("91350203MA2EXA019B").unwrap();
        assert_eq!(
            of_credit_code(&code).unwrap().full_name(),
            "福建省厦门市思明区"
        );
    }
}
