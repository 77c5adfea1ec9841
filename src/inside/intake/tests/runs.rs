//! Whole runs: doubles, repeats, dry runs, complete lists, samples, the shipped catalogue.

use super::*;

#[test]
fn a_double_row_is_rejected_and_names_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(
        dir.path(),
        "a.csv",
        &[
            row(&[]),
            row(&[("行政处罚决定书文号", "厦演罚〔2026〕2号")]),
            row(&[("违法事实", "又一次")]),
        ],
    );
    let mut options = options("penalty");
    options.rejects_dir = Some(dir.path().to_owned());
    let summary = import_into(&Memory::default(), &path, &options).unwrap();
    assert_eq!((summary.accepted, summary.rejected), (2, 1));
    let text = fs::read_to_string(summary.rejects_file.unwrap()).unwrap();
    assert!(text.contains("与第2行是同一记录"), "{text}");
}

/// Rows that differ by the number of their document.
fn numbered(rows: usize) -> Vec<String> {
    (0..rows)
        .map(|i| {
            row(&[(
                "行政处罚决定书文号",
                format!("厦演罚〔2026〕{i}号").as_str(),
            )])
        })
        .collect()
}

#[test]
fn importing_the_same_file_again_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "a.csv", &numbered(700));
    let memory = Memory::default();
    let first = import_into(&memory, &path, &options("penalty")).unwrap();
    let before = memory.contents();
    let second = import_into(&memory, &path, &options("penalty")).unwrap();
    assert_eq!((first.added, first.unchanged), (700, 0));
    assert_eq!(
        (second.added, second.changed, second.unchanged),
        (0, 0, 700)
    );
    assert_eq!(memory.contents(), before);
}

/// A keeper that refuses what it is to write.
#[derive(Default)]
struct Refusing(Memory);

impl Keeper for Refusing {
    type Ready = <Memory as Keeper>::Ready;
    type Batch = <Memory as Keeper>::Batch;

    fn begin(&self, info: &BatchInfo) -> Result<String, ImportError> {
        self.0.begin(info)
    }

    fn id(&self, batch: &String) -> String {
        self.0.id(batch)
    }

    fn prepare(&self, record: RawRecord) -> Result<Self::Ready, ImportError> {
        self.0.prepare(record)
    }

    fn put(
        &self,
        _: &String,
        _: &mut dyn FnMut() -> Option<Vec<Self::Ready>>,
    ) -> Result<Vec<Put>, ImportError> {
        Err(ImportError::Vault("the disk is full".to_owned()))
    }

    fn withdraw_missing(&self, _: &String, _: &str, _: &str) -> Result<u64, ImportError> {
        Ok(0)
    }

    fn finish(&self, _: &String, _: &ImportSummary) -> Result<(), ImportError> {
        Ok(())
    }
}

#[test]
fn a_keeper_that_refuses_stops_the_run_with_its_own_word() {
    let dir = tempfile::tempdir().unwrap();
    // more than all the channels between the threads hold
    let path = file(dir.path(), "a.csv", &numbered(20_000));
    let stopped = import_into(&Refusing::default(), &path, &options("penalty")).unwrap_err();
    assert_eq!(stopped.to_string(), "the vault refused: the disk is full");
}

#[test]
fn a_dry_run_writes_nothing_and_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "a.csv", &[row(&[]), row(&[("违法事实", "")])]);
    let mut options = options("penalty");
    options.dry_run = true;
    let summary = import_into(&Nowhere, &path, &options).unwrap();
    assert_eq!(
        (summary.accepted, summary.rejected, summary.batch),
        (1, 1, None)
    );
}

#[test]
fn a_complete_list_withdraws_what_it_lacks_but_never_by_accident() {
    let dir = tempfile::tempdir().unwrap();
    let numbered = |i: usize| {
        row(&[(
            "行政处罚决定书文号",
            format!("厦演罚〔2026〕{i}号").as_str(),
        )])
    };
    let all = file(
        dir.path(),
        "all.csv",
        &(0..5).map(numbered).collect::<Vec<_>>(),
    );
    let fewer = file(
        dir.path(),
        "fewer.csv",
        &(0..3).map(numbered).collect::<Vec<_>>(),
    );
    let damaged = file(
        dir.path(),
        "damaged.csv",
        &[numbered(0), row(&[("违法事实", "")])],
    );
    let empty = file(dir.path(), "empty.csv", &[]);
    let memory = Memory::default();
    import_into(&memory, &all, &options("penalty")).unwrap();
    let mut replace = options("penalty");
    replace.replace = true;

    let summary = import_into(&memory, &damaged, &replace).unwrap();
    assert_eq!((summary.withdrawn, summary.exit_status()), (0, 3));
    assert!(summary.not_replaced.is_some());
    assert!(matches!(
        import_into(&memory, &empty, &replace),
        Err(ImportError::EmptyReplacement { .. })
    ));
    assert_eq!(memory.contents().len(), 5);

    let summary = import_into(&memory, &fewer, &replace).unwrap();
    assert_eq!(
        (summary.unchanged, summary.withdrawn, summary.exit_status()),
        (3, 2, 0)
    );
    assert_eq!(memory.contents().len(), 3);

    replace.force = true;
    let summary = import_into(&memory, &damaged, &replace).unwrap();
    assert_eq!((summary.withdrawn, summary.rejected), (2, 1));
}

#[test]
fn a_file_without_mandatory_columns_is_refused_with_what_was_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    fs::write(
        &path,
        "行政相对人名称,统一社会信用代码,处罚内容,神秘列\n甲,乙,丙,丁\n",
    )
    .unwrap();
    let error = import_into(&Memory::default(), &path, &options("penalty")).unwrap_err();
    let ImportError::MissingColumns { refused, .. } = &error else {
        panic!("{error}");
    };
    assert!(refused.missing.contains(&"违法事实".to_owned()));
    assert_eq!(
        refused.found,
        ["行政相对人名称", "统一社会信用代码", "处罚内容"]
    );
    assert_eq!(refused.unknown, ["神秘列"]);
    fs::write(&path, "a,b\n1,2\n").unwrap();
    let error = import_into(&Memory::default(), &path, &options("penalty")).unwrap_err();
    assert!(matches!(error, ImportError::NoHeader { .. }), "{error}");
    assert!(matches!(
        import_into(&Memory::default(), &path, &options("nothing")),
        Err(ImportError::UnknownList { .. })
    ));
}

#[test]
fn an_unknown_column_is_told_once_and_kept_private() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    fs::write(
        &path,
        format!(
            "{HEADER},神秘列\n{},甲\n{},乙\n",
            row(&[]),
            row(&[("行政处罚决定书文号", "2号")])
        ),
    )
    .unwrap();
    let memory = Memory::default();
    let summary = import_into(&memory, &path, &options("penalty")).unwrap();
    assert_eq!(summary.unknown_columns, ["神秘列"]);
    assert_eq!(summary.findings["unknown_column"], 1);
    let held = memory.contents();
    assert!(held.values().all(|c| c.contains_key("x_神秘列")));
}

#[test]
fn records_that_the_rules_block_are_taken_in_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let header = format!("{HEADER},处罚程序,是否未成年人");
    let path = dir.path().join("a.csv");
    let second = row(&[("行政处罚决定书文号", "2号")]);
    fs::write(
        &path,
        format!("{header}\n{},简易程序,否\n{second},普通程序,是\n", row(&[])),
    )
    .unwrap();
    let summary = import_into(&Memory::default(), &path, &options("penalty")).unwrap();
    assert_eq!(summary.accepted, 2);
    assert_eq!(
        summary.withheld["SUMMARY_PROCEDURE"], 1,
        "{:?}",
        summary.withheld
    );
    assert_eq!(summary.withheld["MINOR"], 1, "{:?}", summary.withheld);
}

/// Every form and column set of the sample, and both orders: distinct records give the same holdings.
#[test]
fn samples_import_without_rejects_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = demo::sample(3000, 7, dir.path(), today()).unwrap();
    assert_eq!(manifest.files.iter().map(|f| f.records).sum::<u64>(), 3000);
    let (forward, backward) = (Memory::default(), Memory::default());
    for file in &manifest.files {
        let mut options = options(&file.list);
        options.rejects_dir = Some(dir.path().join("rejects"));
        let summary = import_into(&forward, &dir.path().join(&file.file), &options).unwrap();
        let report = summary
            .rejects_file
            .as_ref()
            .map(|p| fs::read_to_string(p).unwrap())
            .unwrap_or_default();
        assert_eq!(summary.rejected, 0, "{}\n{report}", file.file);
        assert_eq!(summary.accepted, file.records, "{}", file.file);
        assert_eq!(
            summary.unknown_columns,
            Vec::<String>::new(),
            "{}",
            file.file
        );
    }
    for file in manifest.files.iter().rev() {
        import_into(
            &backward,
            &dir.path().join(&file.file),
            &options(&file.list),
        )
        .unwrap();
    }
    let held = forward.contents();
    assert_eq!(held.len(), 3000);
    assert!(held == backward.contents());
    for kind in SubjectKind::ALL {
        assert!(held.values().any(|c| c["/kind"] == kind.code()), "{kind:?}");
    }
}

#[test]
fn bad_rows_of_a_sample_are_all_found_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let options_ = demo::SampleOptions {
        records: 2000,
        seed: 11,
        today: today(),
        bad_share: 0.1,
    };
    let manifest = demo::sample_with(&options_, dir.path(), &mut |_| ()).unwrap();
    for file in &manifest.files {
        let summary = import_into(
            &Memory::default(),
            &dir.path().join(&file.file),
            &options(&file.list),
        )
        .unwrap();
        assert_eq!(summary.rejected, file.bad_rows, "{}", file.file);
    }
    assert!(manifest.files.iter().map(|f| f.bad_rows).sum::<u64>() > 150);
}

#[test]
fn samples_are_the_same_for_the_same_seed() {
    let made = |seed| {
        let dir = tempfile::tempdir().unwrap();
        let manifest = demo::sample(400, seed, dir.path(), today()).unwrap();
        let files: Vec<Vec<u8>> = manifest
            .files
            .iter()
            .map(|f| fs::read(dir.path().join(&f.file)).unwrap())
            .collect();
        files
    };
    assert!(made(1) == made(1));
    assert!(made(1) != made(2));
    let tomorrow = today().checked_add_days(Days::new(1)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        demo::sample(1, 1, dir.path(), tomorrow)
            .unwrap()
            .files
            .len(),
        1
    );
}

/// The real vault: what a crash leaves is completed by importing again, and a second import changes nothing.
#[test]
fn a_sample_goes_into_the_vault_once() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = demo::sample(600, 3, dir.path(), today()).unwrap();
    let keys = {
        let ring_dir = tempfile::tempdir().unwrap();
        KeyRing::create(ring_dir.path()).unwrap();
        let ring = KeyRing::load(ring_dir.path(), KeyScope::Inside).unwrap();
        ring.into_inside().unwrap().0
    };
    let vault = Vault::open(&DbUrl::sqlite(dir.path().join("vault.db")), keys).unwrap();
    let all = |expected: fn(&ImportSummary) -> u64| {
        let mut sum = 0;
        for file in &manifest.files {
            let mut seen = Progress::default();
            let summary = super::super::import(
                &vault,
                &catalogue(),
                &dir.path().join(&file.file),
                &options(&file.list),
                &mut |p| seen = p,
            )
            .unwrap();
            assert_eq!(seen.rows, summary.rows_read);
            assert_eq!(summary.accepted, file.records);
            assert!(summary.batch.is_some());
            sum += expected(&summary);
        }
        sum
    };
    assert_eq!(all(|s| s.added), 600);
    let seq = vault.change_seq().unwrap();
    assert_eq!(all(|s| s.unchanged), 600);
    assert_eq!(vault.change_seq().unwrap(), seq);
    assert!(vault.verify_audit().is_ok());
    let dry = ImportOptions {
        dry_run: true,
        ..options("penalty")
    };
    let path = file(dir.path(), "new.csv", &[row(&[])]);
    let summary = super::super::import(&vault, &catalogue(), &path, &dry, &mut |_| ()).unwrap();
    assert_eq!((summary.accepted, summary.batch), (1, None));
    assert_eq!(vault.change_seq().unwrap(), seq);
}

/// The catalogue's fields can all arrive: each has a column in its template (or is made by intake).
#[test]
fn the_templates_carry_every_field_of_the_catalogue() {
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let templates = super::super::template::Templates::embedded().unwrap();
    let mut missing = Vec::new();
    for (code, entry) in &catalogue.lists {
        let template = templates.template(&entry.template).unwrap();
        for field in &entry.fields {
            if template.column(&field.key).is_none() {
                missing.push(format!("{code}.{}", field.key));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    for list in demo::lists() {
        assert!(catalogue.lists.contains_key(list), "{list}");
    }
}

/// The sample under the real catalogue: nothing is rejected, and what must be withheld is counted.
#[test]
fn a_sample_under_the_real_catalogue_is_accepted_and_partly_withheld() {
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let manifest = demo::sample(3000, 5, dir.path(), today()).unwrap();
    let mut withheld: BTreeMap<String, u64> = BTreeMap::new();
    for file in &manifest.files {
        let path = dir.path().join(&file.file);
        let summary = run(
            &Nowhere,
            &catalogue,
            &path,
            &options(&file.list),
            &mut |_| (),
        )
        .unwrap();
        assert_eq!(summary.accepted, file.records, "{}", file.file);
        for (code, count) in summary.withheld {
            *withheld.entry(code).or_default() += count;
        }
    }
    for code in [
        "SUMMARY_PROCEDURE",
        "WARNING_ONLY",
        "NATURAL_PERSON_NO_BASIS",
    ] {
        assert!(withheld.contains_key(code), "{code}: {withheld:?}");
    }
    let sum: u64 = withheld.values().sum();
    assert!(sum < 900, "most of a sample can be shown: {withheld:?}");
}

#[test]
fn a_list_that_knows_no_designation_basis_does_not_ask_for_one() {
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    fs::write(
        &path,
        "企业名称,统一社会信用代码,事由,文书号,认定日期,认定单位,认定单位统一社会信用代码\n\
         厦门某演示食品有限公司,91350203MA2EXA019B,设立登记,登记1号,2026/07/01,厦门演示局,11350200004123454P\n",
    )
    .unwrap();
    let go = |list| run(&Nowhere, &catalogue, &path, &options(list), &mut |_| ());
    assert_eq!(go("registration").unwrap().accepted, 1);
    assert!(matches!(
        go("list_serious"),
        Err(ImportError::MissingColumns { .. })
    ));
}
