//! The samples of the views: rendered in every language, and looked through for what pages owe.

use maud::Markup;

use crate::domain::cases::Role;
use crate::inside::desk::pages::frame::{DeskCtx, Place, Who, frame};
use crate::inside::desk::pages::{home, refusal, setup, sign_in};
use crate::inside::desk::{Refused, rights};
use crate::outside::web::parts::lang::Lang;

fn ctx(lang: Lang, role: Option<Role>) -> DeskCtx {
    DeskCtx {
        lang,
        large: false,
        here: "/desk".to_owned(),
        demo: true,
        who: role.map(|role| Who {
            name: "龘".repeat(60),
            role,
            authority: Some("局".repeat(100)),
        }),
        token: "TOKEN".to_owned(),
    }
}

/// Every sample: its name and the page.
fn samples(ctx: &DeskCtx) -> Vec<(&'static str, Markup)> {
    let waiting = home::Waiting {
        address: "/desk",
        zh: "待审核文本",
        en: "texts to be reviewed",
        count: 12_345,
        late: true,
    };
    vec![
        ("home empty", home::page(ctx, &home::HomeView::default())),
        (
            "home",
            home::page(
                ctx,
                &home::HomeView {
                    waiting: vec![waiting; 5],
                },
            ),
        ),
        (
            "sign in",
            sign_in::page(ctx, &sign_in::SignInView::default()),
        ),
        (
            "sign in refused",
            sign_in::page(
                ctx,
                &sign_in::SignInView {
                    refused: true,
                    id: "\"><script>".to_owned(),
                    next: "/desk/audit".to_owned(),
                    demo: vec![("a.handler".to_owned(), Role::Handler, "测试局".to_owned())],
                },
            ),
        ),
        (
            "setup",
            setup::page(
                ctx,
                &setup::SetupView {
                    uri: "otpauth://totp/x".to_owned(),
                    letters: "GEZDGNBVGY3TQOJQ".to_owned(),
                    wrong: vec![("password", "密码过短"), ("code", "验证码不正确")],
                },
            ),
        ),
        ("refused", refusal::page(ctx, &Refused::TooMany(30), "id")),
        (
            "refused wrong",
            refusal::page(ctx, &Refused::wrong("<b>", "<b>"), ""),
        ),
    ]
}

#[test]
fn every_page_is_sound_in_every_language_and_role() {
    for lang in Lang::ALL {
        for role in rights::ALL {
            let ctx = ctx(lang, Some(*role));
            for (name, main) in samples(&ctx) {
                let page = frame(&ctx, "题", Place::Home, &main).into_string();
                let at = format!("{name} {} {role:?}", lang.tag());
                assert_eq!(page.matches("<h1").count(), 1, "{at}");
                assert_eq!(page.matches("<main").count(), 1, "{at}");
                assert!(
                    !page.contains("style=\"") && !page.contains("onclick"),
                    "{at}"
                );
                assert_eq!(page.matches("<script").count(), 1, "{at}");
                assert!(
                    !page.contains("黑名单") && !page.to_lowercase().contains("blacklist"),
                    "{at}"
                );
                // a form that changes something carries the token of the session, but for the sign-in, which has none
                for form in page.split("<form").skip(1) {
                    let form = form.split("</form>").next().unwrap();
                    let open = form.contains("/desk/sign-in") || form.contains("method=\"get\"");
                    assert!(open || form.contains("name=\"token\""), "{at}: {form}");
                }
                labelled(&page, &at);
            }
        }
    }
}

/// Every field has a label, and no id stands twice.
fn labelled(page: &str, at: &str) {
    let mut ids = std::collections::BTreeSet::new();
    for part in page.split(" id=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(ids.insert(id), "{at}: id {id} twice");
    }
    for tag in ["<input", "<select", "<textarea"] {
        for field in page.split(tag).skip(1) {
            let field = field.split('>').next().unwrap();
            if field.contains("type=\"hidden\"") {
                continue;
            }
            let id = field
                .split(" id=\"")
                .nth(1)
                .and_then(|f| f.split('"').next());
            let labelled = field.contains("aria-label")
                || id.is_some_and(|id| page.contains(&format!("for=\"{id}\"")));
            assert!(labelled, "{at}: {tag}{field}");
        }
    }
}
