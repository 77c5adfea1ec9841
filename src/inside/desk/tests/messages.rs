//! Messages that did not arrive: who sees them, and who lets them be tried again.

use super::fixture::{Browser, World, start};
use crate::inside::vault::VaultError;
use crate::inside::vault::outbox::{Attempt, Content, Kind, NewMessage, Standing};

#[actix_web::test]
async fn the_operator_sees_what_was_given_up_and_sends_it_again() {
    let world = World::demo();
    let new = NewMessage {
        id: "XF-7K3M-9Q2H-4TWX-1/3/mail".into(),
        kind: Kind::Mail,
        target: String::new(),
        case_id: Some("XF-7K3M-9Q2H-4TWX-1".into()),
        application: Some("XF-7K3M-9Q2H-4TWX".into()),
        due_at: start(),
        content: Content::Changed {
            to: "canary@example.cn".into(),
            lang: "zh".into(),
            number: "XF-7K3M-9Q2H-4TWX".into(),
        },
    };
    let queued: Result<bool, VaultError> = world.vault.transact(|tx| tx.enqueue(&new, start()));
    assert!(queued.unwrap());
    let mut operator = Browser::of(&world, "operator").await;
    let empty = operator.get("/desk/messages").await;
    assert!(
        empty.is(200) && !empty.body.contains("XF-7K3M"),
        "it still waits"
    );
    let answer = "550".to_owned();
    let refused = Attempt::Refused { answer };
    world
        .vault
        .settle_message(&new.id, &refused, start())
        .unwrap();
    let page = operator.get("/desk/messages").await;
    assert!(page.is(200) && page.body.contains("XF-7K3M-9Q2H-4TWX-1") && page.body.contains("550"));
    assert!(
        !page.body.contains("canary"),
        "the address is nobody's business here"
    );
    let fields = [("id", new.id.as_str())];
    for id in ["a.handler", "auditor"] {
        let mut other = Browser::of(&world, id).await;
        assert!(other.act("/desk/messages", &fields).await.is(403));
    }
    let mut handler = Browser::of(&world, "a.handler").await;
    assert!(handler.get("/desk/messages").await.is(403));
    assert!(operator.act("/desk/messages", &fields).await.is(303));
    let all = world.vault.messages(None, false, 9).unwrap();
    assert_eq!(all[0].standing, Standing::Waiting);
    assert!(
        world
            .log()
            .contains(&format!("operator notify.retry {}", new.id))
    );
    // it waits already: there is nothing to be sent again
    assert!(operator.act("/desk/messages", &fields).await.is(404));
}
