//! Small numbers of natural persons: which may be told, so that none follows from the others.
//!
//! Natural persons are not displayed but where a law says so, and are found by their full name inside one list
//! (domain.md 0.4 and 4.3, R-005). A number of one to four of them, on a list or in a county, says of those who know one
//! more than they are to learn. So every surface that tells a number in which persons are counted takes it from here, and
//! from the same parts: pages and interfaces then hold back the same numbers, and nothing follows by comparing them.
//! Organisations, individual businesses among them, are always told.
//!
//! Persons of a list that the catalogue lets be browsed are seen one by one: their number is no secret, and does not help
//! to hide another.

/// The smallest number of natural persons that is told.
pub const SMALLEST: u64 = 5;

/// Records by what is known of their subjects anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// About organisations, individual businesses among them.
    pub orgs: u64,
    /// About natural persons who are found by their full name only.
    pub persons: u64,
    /// About natural persons whose list may be browsed.
    pub open: u64,
}

impl Counts {
    /// Adds other records.
    pub const fn add(&mut self, other: Self) {
        self.orgs += other.orgs;
        self.persons += other.persons;
        self.open += other.open;
    }
}

/// A number of records about natural persons, as far as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persons {
    /// The number: none, or enough of them.
    Told(u64),
    /// At least one and fewer than five.
    Few,
    /// Held back because a smaller number beside it would follow from it.
    Withheld,
}

impl Persons {
    /// What may be drawn and added up.
    #[must_use]
    pub const fn told(self) -> u64 {
        match self {
            Self::Told(n) => n,
            Self::Few | Self::Withheld => 0,
        }
    }

    /// Whether it is held back.
    #[must_use]
    pub const fn is_held(self) -> bool {
        !matches!(self, Self::Told(_))
    }
}

/// A number of records, as far as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// About organisations, individual businesses among them.
    pub orgs: u64,
    /// About natural persons.
    pub persons: Persons,
}

impl Shown {
    /// None at all.
    pub const NONE: Self = Self {
        orgs: 0,
        persons: Persons::Told(0),
    };

    /// The number that is told: persons who are held back are left out of it, and whoever shows it says so.
    #[must_use]
    pub const fn told(self) -> u64 {
        self.orgs + self.persons.told()
    }

    /// Whether there is nothing, held back or not.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.told() == 0 && !self.persons.is_held()
    }
}

fn shown(counts: Counts, hidden: Option<Persons>) -> Shown {
    let persons = match hidden {
        None => Persons::Told(counts.persons + counts.open),
        // beside persons who are seen, the number of all is not "fewer than five"
        Some(_) if counts.open > 0 => Persons::Withheld,
        Some(held) => held,
    };
    Shown {
        orgs: counts.orgs,
        persons,
    }
}

const fn few(counts: Counts) -> Option<Persons> {
    if counts.persons > 0 && counts.persons < SMALLEST {
        Some(Persons::Few)
    } else {
        None
    }
}

/// A number that is not part of a table whose sum is told.
#[must_use]
pub fn alone(counts: Counts) -> Shown {
    shown(counts, few(counts))
}

/// The parts of one whole, whose sum may be known: numbers of persons under five are held back, and as many more (the
/// smallest first, equal ones by key) as it takes that no hidden one follows by subtraction. When all together are too
/// few for that, persons are told of no part.
#[must_use]
pub fn protect<K: Ord>(parts: &[(K, Counts)]) -> Vec<Shown> {
    let mut held: Vec<Option<Persons>> = parts.iter().map(|(_, counts)| few(*counts)).collect();
    let whole: u64 = parts.iter().map(|(_, counts)| counts.persons).sum();
    // a whole under five is held back as well, and then nothing can be subtracted
    while whole >= SMALLEST && follows(parts, &held) {
        let next = parts
            .iter()
            .enumerate()
            .filter(|(i, (_, counts))| {
                counts.persons > 0 && held.get(*i).is_some_and(Option::is_none)
            })
            .min_by_key(|(_, (key, counts))| (counts.persons, key))
            .map(|(i, _)| i);
        match next.and_then(|i| held.get_mut(i)) {
            Some(verdict) => *verdict = Some(Persons::Withheld),
            None => held.fill(Some(Persons::Withheld)),
        }
        if next.is_none() {
            break;
        }
    }
    parts
        .iter()
        .zip(held)
        .map(|((_, counts), held)| shown(*counts, held))
        .collect()
}

/// Whether a hidden number follows from the sum of the hidden ones, given that "few" are one to four and that the others
/// are five or more: when it is the only one, and when the sum is the least or the most that they can be.
fn follows<K>(parts: &[(K, Counts)], held: &[Option<Persons>]) -> bool {
    let of = |which: Persons| held.iter().filter(|h| **h == Some(which)).count() as u64;
    let (few, others) = (of(Persons::Few), of(Persons::Withheld));
    let sum: u64 = parts
        .iter()
        .zip(held)
        .filter(|(_, held)| held.is_some())
        .map(|((_, counts), _)| counts.persons)
        .sum();
    match few + others {
        0 => false,
        1 => true,
        _ => sum == few + SMALLEST * others || (others == 0 && sum == (SMALLEST - 1) * few),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Persons::{Few, Told, Withheld};

    fn persons(numbers: &[u64]) -> Vec<(usize, Counts)> {
        numbers
            .iter()
            .map(|n| Counts {
                persons: *n,
                ..Counts::default()
            })
            .enumerate()
            .collect()
    }

    fn told(parts: &[(usize, Counts)]) -> Vec<Persons> {
        protect(parts).into_iter().map(|s| s.persons).collect()
    }

    #[test]
    fn no_small_number_of_persons_follows_from_the_others() {
        for (numbers, expected) in [
            (&[][..], vec![]),
            (&[0, 0], vec![Told(0), Told(0)]),
            (&[7, 5, 0], vec![Told(7), Told(5), Told(0)]),
            // the sum is held back too
            (&[3, 0], vec![Few, Told(0)]),
            // one alone would follow from the sum
            (&[3, 50, 9, 0], vec![Few, Told(50), Withheld, Told(0)]),
            // of equal ones the first by key, whatever else is asked
            (&[3, 9, 9], vec![Few, Withheld, Told(9)]),
            // so would two that both are four, or five ones
            (&[4, 4, 30], vec![Few, Few, Withheld]),
            (&[1, 1, 1, 1, 1, 6], vec![Few, Few, Few, Few, Few, Withheld]),
            (&[2, 4, 30], vec![Few, Few, Told(30)]),
            // one and five: who knows that the second is five or more knows both
            (&[1, 5, 30], vec![Few, Withheld, Withheld]),
            // nothing is left to hide them behind
            (&[1, 5, 0], vec![Withheld; 3]),
            (&[1, 1, 1, 1, 1], vec![Withheld; 5]),
        ] {
            assert_eq!(told(&persons(numbers)), expected, "{numbers:?}");
        }
    }

    /// What somebody can work out who knows the rule and the sum: every hidden number must have two values that fit.
    #[test]
    fn every_hidden_number_has_two_values_that_fit() {
        const MOST: u64 = 11;
        let ways = |hidden: &[Persons], sum: u64| -> Vec<Vec<u64>> {
            let mut all: Vec<Vec<u64>> = vec![vec![]];
            for held in hidden {
                let range = match held {
                    Few => 1..=SMALLEST - 1,
                    _ => SMALLEST..=sum,
                };
                all = all
                    .iter()
                    .flat_map(|way| {
                        range.clone().map(|n| {
                            let mut way = way.clone();
                            way.push(n);
                            way
                        })
                    })
                    .filter(|way| way.iter().sum::<u64>() <= sum)
                    .collect();
            }
            all.retain(|way| way.iter().sum::<u64>() == sum);
            all
        };
        for a in 0..MOST {
            for b in 0..MOST {
                for c in 0..MOST {
                    let numbers = [a, b, c];
                    let out = told(&persons(&numbers));
                    let whole: u64 = numbers.iter().sum();
                    assert!(
                        numbers
                            .iter()
                            .zip(&out)
                            .all(|(n, told)| *told != Told(*n) || *n == 0 || *n >= SMALLEST),
                        "{numbers:?}"
                    );
                    let all_held = out.iter().all(|t| *t == Withheld);
                    if whole < SMALLEST || all_held {
                        continue;
                    }
                    let hidden: Vec<Persons> =
                        out.iter().copied().filter(|t| t.is_held()).collect();
                    let rest = whole - out.iter().map(|t| t.told()).sum::<u64>();
                    let ways = ways(&hidden, rest);
                    for i in 0..hidden.len() {
                        let first = ways[0][i];
                        assert!(ways.iter().any(|w| w[i] != first), "{numbers:?} {out:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn persons_who_may_be_browsed_hide_nobody_and_are_told() {
        let count = |persons, open| Counts {
            orgs: 2,
            persons,
            open,
        };
        let parts = [
            ("a", count(0, 3)),
            ("b", count(2, 0)),
            ("c", count(6, 0)),
            ("d", count(2, 4)),
        ];
        let out: Vec<Persons> = protect(&parts).into_iter().map(|s| s.persons).collect();
        assert_eq!(out, [Told(3), Few, Told(6), Withheld]);
        assert_eq!(alone(count(2, 1)).persons, Withheld);
        assert_eq!(
            (alone(count(2, 0)).told(), alone(count(7, 1)).told()),
            (2, 10)
        );
        assert!(
            Shown::NONE.is_none()
                && !alone(Counts {
                    orgs: 0,
                    ..count(1, 0)
                })
                .is_none()
        );
    }
}
