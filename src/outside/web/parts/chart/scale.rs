//! Round numbers for axes and steps, and numbers in short.

use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::count;

/// The round number (1, 2 or 5 and zeros) at or above.
fn round_up(number: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for step in [1, 2, 5] {
            let round = power.saturating_mul(step);
            if round >= number || round == u64::MAX {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Ticks of an axis from zero to at least `most`: two to four steps of round size.
pub(super) fn ticks(most: u64) -> Vec<u64> {
    let step = round_up(most.max(1).div_ceil(4));
    let steps = most.max(1).div_ceil(step);
    (0..=steps).map(|n| n.saturating_mul(step)).collect()
}

/// The nearest number with one digit that is not zero.
fn round(number: u64) -> u64 {
    let power = 10_u64.pow(number.checked_ilog10().unwrap_or(0));
    // half a step up, then down: no sum can overflow
    let (whole, rest) = (number / power, number % power);
    whole
        .saturating_add(u64::from(rest >= power.div_ceil(2) && power > 1))
        .saturating_mul(power)
}

/// Lower bounds of at most four classes of positive numbers up to `most`: they widen by squares, because a few regions
/// have most of everything.
pub(super) fn classes(most: u64) -> Vec<u64> {
    let mut bounds = vec![1];
    for quarter in 1..4_u64 {
        let bound = round(
            u64::try_from(u128::from(most) * u128::from(quarter * quarter) / 16).unwrap_or(most),
        );
        if bounds.last().is_some_and(|last| bound > *last) && bound <= most {
            bounds.push(bound);
        }
    }
    bounds
}

/// A number in short: 1.2万, 12k.
#[must_use]
pub fn short(lang: Lang, number: u64) -> String {
    let tenths = |unit: u64, name: &str| {
        let all = number / (unit / 10);
        let (whole, tenth) = (all / 10, all % 10);
        if tenth == 0 || whole >= 100 {
            format!("{}{name}", count(whole))
        } else {
            format!("{whole}.{tenth}{name}")
        }
    };
    match (lang.is_chinese(), number) {
        (true, 100_000_000..) => tenths(100_000_000, lang.say("亿", "")),
        (true, 10_000..) => tenths(10_000, lang.say("万", "")),
        (false, 1_000_000..) => tenths(1_000_000, "M"),
        (false, 10_000..) => tenths(1_000, "k"),
        _ => count(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_round_and_hold_the_largest() {
        for (most, all) in [
            (0, vec![0, 1]),
            (1, vec![0, 1]),
            (3, vec![0, 1, 2, 3]),
            (97, vec![0, 50, 100]),
            (811, vec![0, 500, 1000]),
            (4_000, vec![0, 1000, 2000, 3000, 4000]),
        ] {
            assert_eq!(ticks(most), all, "{most}");
        }
        assert!(ticks(u64::MAX).len() <= 5);
    }

    #[test]
    fn classes_grow_and_none_is_empty() {
        for (most, bounds) in [
            (0, vec![1]),
            (1, vec![1]),
            (4, vec![1, 2]),
            (100, vec![1, 6, 30, 60]),
            (858, vec![1, 50, 200, 500]),
            (50_000, vec![1, 3_000, 10_000, 30_000]),
        ] {
            assert_eq!(classes(most), bounds, "{most}");
        }
        assert_eq!(classes(u64::MAX).len(), 4);
    }

    #[test]
    fn short_numbers_follow_the_language() {
        for (number, zh, hant, en) in [
            (9_999, "9,999", "9,999", "9,999"),
            (12_345, "1.2万", "1.2萬", "12.3k"),
            (120_000, "12万", "12萬", "120k"),
            (10_340_000, "1,034万", "1,034萬", "10.3M"),
            (250_000_000, "2.5亿", "2.5億", "250M"),
        ] {
            assert_eq!(short(Lang::Hans, number), zh);
            assert_eq!(short(Lang::Hant, number), hant);
            assert_eq!(short(Lang::En, number), en);
        }
    }
}
