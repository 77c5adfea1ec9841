use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn forward_vectors_of_domain_5() {
    let calendar = WorkDays::embedded();
    for (trigger, n, due) in [
        ("2024-02-08", 2, "2024-02-18"),
        ("2024-09-12", 7, "2024-09-24"),
        ("2025-01-24", 10, "2025-02-13"),
        ("2025-09-26", 7, "2025-10-13"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-02-13", 10, "2026-03-05"),
        ("2026-09-18", 7, "2026-09-29"),
        ("2026-09-24", 10, "2026-10-15"),
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-09-10", 20, "2026-10-14"),
        ("2026-11-23", 20, "2026-12-21"),
    ] {
        let expected = Due {
            date: day(due),
            provisional: false,
        };
        assert_eq!(
            calendar.add(day(trigger), n),
            Ok(expected),
            "{trigger} + {n}"
        );
        assert_eq!(
            calendar.count(day(trigger), day(due)),
            Ok(Count {
                days: n,
                provisional: false
            })
        );
    }
}

#[test]
fn backward_and_provisional_vectors_of_domain_5() {
    let calendar = WorkDays::embedded();
    for (end, n, due) in [
        ("2026-10-12", 7, "2026-09-24"),
        ("2026-02-24", 7, "2026-02-06"),
    ] {
        assert_eq!(
            calendar.subtract(day(end), n),
            Ok(Due {
                date: day(due),
                provisional: false
            }),
            "{end} - {n}"
        );
    }
    assert_eq!(
        calendar.add(day("2026-12-25"), 7),
        Ok(Due {
            date: day("2027-01-06"),
            provisional: true
        })
    );
    assert_eq!(
        calendar.add(day("2026-12-25"), 4),
        Ok(Due {
            date: day("2026-12-31"),
            provisional: false
        })
    );
    assert_eq!(
        calendar.subtract(day("2027-01-05"), 1),
        Ok(Due {
            date: day("2027-01-04"),
            provisional: true
        })
    );
}

#[test]
fn days_per_year_of_domain_5() {
    let calendar = WorkDays::embedded();
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        let after_first = calendar.count(first, last).unwrap().days;
        assert_eq!(
            after_first + u32::from(calendar.is_workday(first).unwrap()),
            days,
            "{year}"
        );
    }
    let count = |workday| {
        calendar
            .special_days()
            .filter(|(d, w, _)| d.year() < 2027 && *w == workday)
            .count()
    };
    assert_eq!((count(false), count(true)), (89, 19));
}

#[test]
fn single_days() {
    let calendar = WorkDays::embedded();
    for (date, workday) in [
        ("2024-02-09", true), // 除夕 of 2024 was worked
        ("2024-02-10", false),
        ("2026-09-20", true), // a Sunday
        ("2026-10-10", true), // a Saturday
        ("2026-10-07", false),
        ("2026-11-22", false),
        ("2026-11-23", true),
    ] {
        assert_eq!(
            calendar.day(day(date)),
            Ok(DayStatus {
                workday,
                provisional: false
            }),
            "{date}"
        );
    }
    assert_eq!(
        calendar.on_or_after(day("2026-10-01")),
        Ok(Due {
            date: day("2026-10-08"),
            provisional: false
        })
    );
    assert_eq!(
        calendar.on_or_after(day("2026-10-08")),
        Ok(Due {
            date: day("2026-10-08"),
            provisional: false
        })
    );
    assert_eq!(
        calendar.on_or_after(day("2027-01-01")),
        Ok(Due {
            date: day("2027-01-04"),
            provisional: true
        })
    );
}

#[test]
fn an_unknown_year_is_refused_and_never_guessed() {
    let calendar = WorkDays::embedded();
    let years: Vec<_> = calendar.years().collect();
    assert_eq!(years.first(), Some(&(2024, Standing::Final)));
    assert_eq!(years.last(), Some(&(2027, Standing::Provisional)));
    let refused = |year| NotCovered {
        year,
        first: Some(2024),
        last: Some(2027),
    };
    assert_eq!(calendar.add(day("2027-12-30"), 2), Err(refused(2028)));
    assert_eq!(calendar.subtract(day("2024-01-03"), 2), Err(refused(2023)));
    assert_eq!(calendar.day(day("2030-05-01")), Err(refused(2030)));
    assert_eq!(
        calendar.count(day("2020-05-01"), day("2024-05-01")),
        Err(refused(2020))
    );
    assert_eq!(
        calendar.count(day("2024-05-01"), day("2020-05-01")),
        Ok(Count {
            days: 0,
            provisional: false
        })
    );
    assert_eq!(
        calendar.add(day("2024-05-06"), u32::MAX),
        Err(refused(2028))
    );
    assert!(
        WorkDays::default()
            .add(day("2026-05-06"), 1)
            .unwrap_err()
            .to_string()
            .contains("no year")
    );
    assert_eq!(
        refused(2028).to_string(),
        "the working-day calendar does not cover 2028: it covers 2024 to 2027; load the notice for that year"
    );
}

#[test]
fn a_notice_replaces_the_provisional_year() {
    let notice = "date,kind,name\n2027-01-01,holiday,元旦\n2027-01-02,workday,元旦\n2027-05-01,holiday,劳动节\n2027-10-01,holiday,国庆节\n";
    let calendar = WorkDays::from_sources(&[
        Source {
            name: "p",
            text: PROVISIONAL,
            standing: Standing::Provisional,
        },
        Source {
            name: "n",
            text: notice,
            standing: Standing::Final,
        },
    ])
    .unwrap();
    assert_eq!(
        calendar.day(day("2027-01-02")),
        Ok(DayStatus {
            workday: true,
            provisional: false
        })
    );
    // the provisional feast of the file that was overtaken is gone
    assert_eq!(calendar.is_workday(day("2027-02-08")), Ok(true));
    assert_eq!(calendar, WorkDays::from_text("n", notice).unwrap());
}

#[test]
fn a_faulty_file_is_refused_with_every_line_and_field() {
    let text = "date,kind\n2027-13-01,holiday,元旦\n2027-01-01,feast,元旦\n2027-01-04,workday,元旦\n2027-05-01,holiday,劳动节\n2027-05-01,holiday,劳动节\n2027-10-01,holiday\n";
    let errors = WorkDays::from_text("mine.csv", text).unwrap_err();
    let told: Vec<_> = errors.0.iter().map(|e| (e.line, e.field)).collect();
    assert_eq!(
        told,
        [
            (1, "header"),
            (2, "date"),
            (3, "kind"),
            (4, "kind"),
            (6, "date"),
            (7, "name")
        ]
    );
    assert!(
        errors
            .to_string()
            .contains("mine.csv, line 2, date: \"2027-13-01\" is no date of the form 2026-10-01")
    );

    let cut = "date,kind,name\r\n2028-01-01,holiday,元旦\r\n2028-05-01,holiday,劳动节\r\n";
    let errors = WorkDays::from_text("cut.csv", cut).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "cut.csv, line 3, date: year 2028 lacks the holiday of 10-01, so its list is not complete"
    );
    assert!(WorkDays::from_text("empty.csv", "").is_err());
    assert!(
        WorkDays::from_text("header only.csv", "\u{FEFF}date,kind,name\n")
            .unwrap()
            .years()
            .next()
            .is_none()
    );
}

prop_compose! {
    fn some_day()(days in 0_i64..1050) -> NaiveDate { day("2024-02-01") + TimeDelta::days(days) }
}

proptest! {
    #[test]
    fn subtract_undoes_add(date in some_day(), n in 0_u32..200) {
        let calendar = WorkDays::embedded();
        let date = calendar.on_or_after(date).unwrap().date;
        if let Ok(due) = calendar.add(date, n) {
            prop_assert_eq!(calendar.subtract(due.date, n).unwrap().date, date);
            prop_assert_eq!(calendar.count(date, due.date).unwrap().days, n);
            prop_assert!(calendar.is_workday(due.date).unwrap());
        }
        if let Ok(due) = calendar.subtract(date, n) {
            prop_assert_eq!(calendar.add(due.date, n).unwrap().date, date);
        }
    }

    #[test]
    fn terms_add_up(date in some_day(), a in 1_u32..60, b in 1_u32..60) {
        let calendar = WorkDays::embedded();
        if let Ok(whole) = calendar.add(date, a + b) {
            let half = calendar.add(date, a).unwrap();
            prop_assert_eq!(calendar.add(half.date, b).unwrap().date, whole.date);
            prop_assert!(half.date < whole.date);
            prop_assert_eq!(whole.provisional, whole.date.year() >= 2027);
        }
    }

    #[test]
    fn no_text_panics(text in "(date,kind,name\n)?.{0,80}") {
        let _ = WorkDays::from_text("x", &text).map_err(|e| e.to_string());
    }
}

#[test]
fn single_days_are_set_otherwise_and_the_others_stay() {
    let calendar = WorkDays::embedded();
    let text = "date,kind,name\n2026-11-26,holiday,防汛\n2026-11-28,workday,\n2026-10-01,plain,\n";
    let amended = calendar.amended("calendar.csv", text).unwrap();
    for (day, before, after) in [
        ("2026-11-25", true, true),
        ("2026-11-26", true, false),
        ("2026-11-28", false, true),
        ("2026-10-01", false, true),
        ("2026-10-02", false, false),
    ] {
        let day: NaiveDate = day.parse().unwrap();
        assert_eq!(calendar.is_workday(day), Ok(before), "{day}");
        assert_eq!(amended.is_workday(day), Ok(after), "{day}");
    }
    let years = |c: &WorkDays| c.years().collect::<Vec<_>>();
    assert_eq!(years(&calendar), years(&amended));
    for (bad, field) in [
        ("h\n2026-13-01,holiday,", "date"),
        ("h\n2026-11-26,feast,", "kind"),
        ("h\nx", "line"),
    ] {
        let error = calendar.amended("calendar.csv", bad).unwrap_err();
        assert_eq!((error.line, error.field), (2, field), "{bad}");
    }
}

#[test]
fn a_provisional_year_is_called_final_and_what_is_not_covered_stays_so() {
    let calendar = WorkDays::embedded();
    let text = "date,kind,name\n2027-02-11,holiday,春节\n2027,final,\n2031,final,\n";
    let amended = calendar.amended("calendar.csv", text).unwrap();
    assert_eq!(calendar.standing(2027), Some(Standing::Provisional));
    assert_eq!(amended.standing(2027), Some(Standing::Final));
    assert_eq!(amended.standing(2031), None);
    let years = |c: &WorkDays| c.years().map(|(year, _)| year).collect::<Vec<_>>();
    assert_eq!(years(&calendar), years(&amended));
    // 31 December is the last working day of 2026, 4 January the first of 2027
    let due = |c: &WorkDays| c.add(day("2026-12-31"), 1).unwrap();
    assert_eq!(due(&calendar).date, due(&amended).date);
    assert!(due(&calendar).provisional && !due(&amended).provisional);
    let error = calendar.amended("c", "h\nlater,final,").unwrap_err();
    assert_eq!((error.line, error.field), (2, "date"));
    assert!(error.to_string().contains("\"later\" is no year"));
}

#[test]
fn a_list_without_what_every_year_has_is_known_to_be_cut_off() {
    let calendar = WorkDays::embedded();
    assert_eq!(calendar.lacks(2027), None);
    let cut = calendar
        .amended("c", "h\n2027-05-01,plain,\n2027-10-01,plain,\n")
        .unwrap();
    assert_eq!(cut.lacks(2027), Some(day("2027-05-01")));
    assert_eq!(cut.lacks(2028), Some(day("2028-01-01")));
}
