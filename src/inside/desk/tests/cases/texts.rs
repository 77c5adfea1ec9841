//! Texts to begin replies with: one's own, filled in, and nobody else's to change.

use super::*;
use crate::inside::cases::tests::repair;

#[actix_web::test]
async fn texts_are_kept_for_each_authority_filled_in_and_added_to_what_was_typed() {
    let world = World::demo();
    let record = world.displayed(7);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.must(&id, "forward", &[]).await;
    let mut ours = Browser::of(&world, "a.handler").await;
    let text = [
        ("about", "repair/refuse"),
        ("title", "我局模板"),
        ("body", "{文号}于{提交日期}收到，〔说明〕"),
    ];
    for wrong in [
        [("about", "repair/forward"), text[1], text[2]],
        [text[0], ("title", ""), text[2]],
        [text[0], text[1], ("body", "短")],
    ] {
        let seen = sound(ours.act("/desk/replies/new", &wrong).await);
        assert!(seen.is(422) && seen.body.contains("error-summary"));
    }
    assert!(ours.act("/desk/replies/new", &text).await.is(303));
    let platform = [text[0], ("title", "平台模板"), ("body", "平台统一的文字")];
    assert!(operator.act("/desk/replies/new", &platform).await.is(303));
    let list = sound(ours.get("/desk/replies").await);
    assert!(list.body.contains("我局模板") && list.body.contains("平台模板"));
    let kept = world
        .vault
        .reply_templates(super::super::fixture::OURS)
        .unwrap();
    let own = &kept.iter().find(|t| t.title == "我局模板").unwrap().id;
    let of_all = &kept.iter().find(|t| t.title == "平台模板").unwrap().id;
    // others do not see it, and nobody changes what is not theirs
    let mut theirs = Browser::of(&world, "b.handler").await;
    let list = sound(theirs.get("/desk/replies").await);
    assert!(!list.body.contains("我局模板") && list.body.contains("平台模板"));
    for (browser, id) in [(&mut theirs, own), (&mut ours, of_all)] {
        let at = format!("/desk/replies/{id}");
        assert!(browser.get(&at).await.is(404));
        assert!(browser.act(&at, &text).await.is(404));
        assert!(browser.act(&format!("{at}/drop"), &[]).await.is(404));
    }
    // chosen, filled in, added; what is left to the officer stops it
    ours.look(&id).await;
    let at = act_at(&id, "refuse");
    let form = sound(ours.get(&at).await);
    assert!(
        form.body.contains("本单位：我局模板")
            && form.body.contains("平台：平台模板")
            && form.body.contains("通用：")
    );
    let version = hidden(&form.body, "version");
    let fields = [
        ("version", &*version),
        ("step", "fill"),
        ("text", own),
        ("reasons", "先写的理由"),
    ];
    let filled = sound(ours.act(&at, &fields).await);
    assert!(filled.is(200));
    let expected = "先写的理由\n厦示罚〔2026〕7号于2026年11月25日收到，〔说明〕";
    assert!(filled.body.contains(expected), "{}", filled.body);
    let fields = [
        ("version", &*version),
        ("step", "check"),
        ("reasons", expected),
    ];
    let seen = sound(ours.act(&at, &fields).await);
    assert!(seen.is(422) && seen.body.contains("请填写模板中"));
    // a text of another authority is not chosen by its id
    let foreign = [
        ("about", "repair/refuse"),
        ("title", "乙局模板"),
        ("body", "乙局自己的文字"),
    ];
    assert!(theirs.act("/desk/replies/new", &foreign).await.is(303));
    let kept = world
        .vault
        .reply_templates(super::super::fixture::THEIRS)
        .unwrap();
    let foreign = &kept.iter().find(|t| t.title == "乙局模板").unwrap().id;
    let fields = [
        ("version", &*version),
        ("step", "fill"),
        ("text", foreign),
        ("reasons", "原样"),
    ];
    assert!(!ours.act(&at, &fields).await.body.contains("乙局自己的文字"));
    // changed and taken away by who made it
    let changed = [text[0], ("title", "改过的名称"), text[2]];
    assert!(
        ours.act(&format!("/desk/replies/{own}"), &changed)
            .await
            .is(303)
    );
    assert!(
        sound(ours.get(&format!("/desk/replies/{own}")).await)
            .body
            .contains("改过的名称")
    );
    assert!(
        ours.act(&format!("/desk/replies/{own}/drop"), &[])
            .await
            .is(303)
    );
    assert!(!ours.get("/desk/replies").await.body.contains("改过的名称"));
    assert_eq!(world.logged(&format!("a.handler template.drop {own}")), 1);
}
