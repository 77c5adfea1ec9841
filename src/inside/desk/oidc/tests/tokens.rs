//! ID tokens, each wrong in one thing.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{Signer, encoded};
use crate::domain::time::Moment;
use crate::inside::desk::oidc::jose::{Algorithm, KeySet};
use crate::inside::desk::oidc::token::{Expected, Said, TokenFault, check, half_hash, is_subject};

const ISSUER: &str = "https://id.example.cn";
const NOW: i64 = 1_795_572_000;

fn expected(access_token: Option<&str>) -> Expected<'_> {
    Expected {
        issuer: ISSUER,
        client_id: "desk",
        nonce: "N",
        access_token,
        subject_claim: "sub",
        now: Moment::from_timestamp(NOW, 0).unwrap(),
    }
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "desk", "sub": "zhang.san", "nonce": "N", "exp": NOW + 300, "iat": NOW })
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// The claims with some of them changed; `null` takes one away.
fn changed(changes: &Value) -> Value {
    let mut all = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all
}

#[test]
fn a_token_of_each_algorithm_is_taken() {
    for (signer, algorithms) in [
        (Signer::rsa(), vec!["RS256", "PS256"]),
        (Signer::es(), vec!["ES256"]),
        (Signer::ed(), vec!["EdDSA", "Ed25519"]),
    ] {
        let keys = set(&[signer.jwk("k")]);
        for algorithm in algorithms {
            let access = half_hash(Algorithm::named(algorithm).unwrap(), "A");
            let more = json!({ "at_hash": access, "acr": "high", "amr": ["pwd", "mfa"] });
            let token = signer.token(&json!({ "alg": algorithm, "kid": "k" }), &changed(&more));
            let said = check(&token, &keys, &expected(Some("A"))).unwrap();
            assert_eq!(
                said,
                Said {
                    subject: "zhang.san".to_owned(),
                    acr: Some("high".to_owned()),
                    amr: vec!["pwd".to_owned(), "mfa".to_owned()],
                },
                "{algorithm}"
            );
            // one bit of the claims, of the signature
            for at in [token.find('.').unwrap() + 5, token.len() - 10] {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                let forged = String::from_utf8(bytes).unwrap();
                let fault = check(&forged, &keys, &expected(Some("A"))).unwrap_err();
                assert_eq!(fault, TokenFault::Signature, "{algorithm}");
            }
        }
    }
}

/// The hash that goes with an access token, as the standard shows it (OpenID Connect Core 1.0, appendix A.3).
#[test]
fn the_hash_of_an_access_token_is_that_of_the_standard() {
    let hash = half_hash(
        Algorithm::Rs256,
        "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    );
    assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
}

#[test]
fn each_wrong_claim_is_refused() {
    use TokenFault as F;
    let signer = Signer::es();
    let keys = set(&[signer.jwk("k")]);
    for (changes, fault) in [
        (json!({ "iss": "https://id.example.com" }), F::Issuer),
        (json!({ "iss": "https://id.example.cn/" }), F::Issuer),
        (json!({ "iss": [ISSUER] }), F::Issuer),
        (json!({ "iss": null }), F::Issuer),
        (json!({ "aud": "other" }), F::Audience),
        (json!({ "aud": [] }), F::Audience),
        (json!({ "aud": ["other"] }), F::Audience),
        (json!({ "aud": null }), F::Audience),
        (json!({ "aud": 1 }), F::Audience),
        (json!({ "aud": ["desk", "other"] }), F::Party),
        (
            json!({ "aud": ["desk", "other"], "azp": "other" }),
            F::Party,
        ),
        (json!({ "azp": "other" }), F::Party),
        (json!({ "azp": ["desk"] }), F::Party),
        (json!({ "exp": NOW - 60 }), F::Expired),
        (json!({ "exp": NOW - 1_000_000 }), F::Expired),
        (json!({ "exp": null }), F::Expired),
        (json!({ "exp": "soon" }), F::Form),
        (json!({ "exp": 1e300 }), F::Form),
        (json!({ "iat": NOW + 61 }), F::Early),
        (json!({ "nbf": NOW + 61 }), F::Early),
        (json!({ "iat": NOW - 661 }), F::Old),
        (json!({ "iat": null }), F::Old),
        (json!({ "nonce": "M" }), F::Nonce),
        (json!({ "nonce": "" }), F::Nonce),
        (json!({ "nonce": null }), F::Nonce),
        (json!({ "nonce": ["N"] }), F::Nonce),
        (json!({ "at_hash": "x" }), F::AccessHash),
        (json!({ "at_hash": "" }), F::AccessHash),
        (json!({ "at_hash": 1 }), F::AccessHash),
        (json!({ "sub": null }), F::Subject),
        (json!({ "sub": "" }), F::Subject),
        (json!({ "sub": 7 }), F::Subject),
        (json!({ "sub": " zhang.san" }), F::Subject),
        (json!({ "sub": "x".repeat(256) }), F::Subject),
    ] {
        let token = signer.token(&json!({ "alg": "ES256", "kid": "k" }), &changed(&changes));
        let found = check(&token, &keys, &expected(Some("A")));
        assert_eq!(found.unwrap_err(), fault, "{changes}");
    }
    // and what is allowed: clocks that differ a little, parts of a second, several audiences that say which
    for changes in [
        json!({}),
        json!({ "exp": NOW - 59 }),
        json!({ "iat": NOW + 60, "exp": NOW + 400 }),
        json!({ "iat": NOW - 660 }),
        json!({ "exp": 1_795_572_300.75 }),
        json!({ "aud": ["desk"], "azp": "desk" }),
        json!({ "aud": ["other", "desk"], "azp": "desk" }),
        json!({ "amr": "none", "acr": 1 }),
    ] {
        let token = signer.token(&json!({ "alg": "ES256", "kid": "k" }), &changed(&changes));
        assert!(
            check(&token, &keys, &expected(Some("A"))).is_ok(),
            "{changes}"
        );
    }
    // a hash of an access token that never came
    let hash = json!({ "at_hash": half_hash(Algorithm::Es256, "A") });
    let token = signer.token(&json!({ "alg": "ES256", "kid": "k" }), &changed(&hash));
    assert_eq!(
        check(&token, &keys, &expected(None)).unwrap_err(),
        TokenFault::AccessHash
    );
}

#[test]
fn another_claim_may_name_the_person_beside_the_subject() {
    let signer = Signer::ed();
    let keys = set(&[signer.jwk("k")]);
    let of = |claims: &Value| {
        let token = signer.token(&json!({ "alg": "EdDSA", "kid": "k" }), claims);
        let asked = Expected {
            subject_claim: "employee",
            ..expected(None)
        };
        check(&token, &keys, &asked).map(|said| said.subject)
    };
    assert_eq!(
        of(&changed(&json!({ "employee": "工号 17" }))),
        Ok("工号 17".to_owned())
    );
    for wrong in [
        json!({}),
        json!({ "employee": 17 }),
        json!({ "employee": "" }),
        json!({ "employee": "17", "sub": null }),
    ] {
        assert_eq!(of(&changed(&wrong)), Err(TokenFault::Subject), "{wrong}");
    }
    assert!(!is_subject("a\nb") && !is_subject("a ") && is_subject("a b"));
}

#[test]
fn an_algorithm_that_is_not_taken_is_refused_whatever_signed() {
    let (rsa, es) = (Signer::rsa(), Signer::es());
    let keys = set(&[rsa.jwk("r"), es.jwk("e")]);
    let mac = |key: &[u8], message: &str| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
        encoded(ring::hmac::sign(&key, message.as_bytes()))
    };
    let message = |alg: &str, kid: &str| {
        let header = json!({ "alg": alg, "kid": kid });
        format!(
            "{}.{}",
            encoded(header.to_string()),
            encoded(claims().to_string())
        )
    };
    let public = rsa.jwk("r")["n"].as_str().unwrap().to_owned();
    let public = BASE64URL_NOPAD.decode(public.as_bytes()).unwrap();
    let none = message("none", "r");
    let hs = message("HS256", "r");
    for (token, fault) in [
        (format!("{none}."), TokenFault::Algorithm),
        (format!("{}.", message("None", "r")), TokenFault::Algorithm),
        (format!("{}.", message("", "r")), TokenFault::Algorithm),
        // a shared secret, and the public key taken for one
        (
            format!("{hs}.{}", mac(b"secret", &hs)),
            TokenFault::Algorithm,
        ),
        (format!("{hs}.{}", mac(&public, &hs)), TokenFault::Algorithm),
        (
            rsa.token(&json!({ "alg": "RS512", "kid": "r" }), &claims()),
            TokenFault::Algorithm,
        ),
        (
            rsa.token(&json!({ "alg": "RS1", "kid": "r" }), &claims()),
            TokenFault::Algorithm,
        ),
        // a key of another kind than the algorithm
        (
            es.token(&json!({ "alg": "ES256", "kid": "r" }), &claims()),
            TokenFault::UnknownKey,
        ),
        (
            rsa.token(&json!({ "alg": "RS256", "kid": "e" }), &claims()),
            TokenFault::UnknownKey,
        ),
        // one padding for the other
        (
            rsa.token(&json!({ "alg": "PS256", "kid": "r" }), &claims())
                .replacen(
                    &encoded(json!({ "alg": "PS256", "kid": "r" }).to_string()),
                    &encoded(json!({ "alg": "RS256", "kid": "r" }).to_string()),
                    1,
                ),
            TokenFault::Signature,
        ),
        // another key under the same id; a key that is not there
        (
            Signer::es().token(&json!({ "alg": "ES256", "kid": "e" }), &claims()),
            TokenFault::Signature,
        ),
        (
            es.token(&json!({ "alg": "ES256", "kid": "x" }), &claims()),
            TokenFault::UnknownKey,
        ),
        // a key that the token brings itself is not looked at
        (
            Signer::ed().token(
                &json!({ "alg": "EdDSA", "jwk": Signer::ed().jwk("z") }),
                &claims(),
            ),
            TokenFault::UnknownKey,
        ),
        (
            es.token(
                &json!({ "alg": "ES256", "kid": "e", "crit": ["exp"] }),
                &claims(),
            ),
            TokenFault::Form,
        ),
    ] {
        assert_eq!(
            check(&token, &keys, &expected(None)).unwrap_err(),
            fault,
            "{token}"
        );
    }
}

#[test]
fn without_a_named_key_there_is_one_or_the_token_is_refused() {
    let (one, other) = (Signer::es(), Signer::es());
    let token = one.token(&json!({ "alg": "ES256" }), &claims());
    let single = set(&[one.jwk("a"), Signer::rsa().jwk("b")]);
    assert!(
        check(&token, &single, &expected(None)).is_ok(),
        "one of its kind"
    );
    let both = set(&[one.jwk("a"), other.jwk("b")]);
    let fault = check(&token, &both, &expected(None)).unwrap_err();
    assert_eq!(fault, TokenFault::NoKeyNamed);
}

#[test]
fn a_key_is_for_what_it_says_it_is_for() {
    let signer = Signer::es();
    let token = signer.token(&json!({ "alg": "ES256", "kid": "k" }), &claims());
    let with = |name: &str, value: Value| {
        let mut jwk = signer.jwk("k");
        jwk[name] = value;
        check(&token, &set(&[jwk]), &expected(None)).is_ok()
    };
    assert!(with("alg", json!("ES256")) && with("key_ops", json!(["verify"])));
    for (name, value) in [
        ("alg", json!("RS256")),
        ("alg", json!("ECDH-ES")),
        ("use", json!("enc")),
        ("key_ops", json!(["encrypt"])),
        ("crv", json!("P-384")),
        ("kty", json!("OKP")),
        ("x", json!("AA")),
        ("x", json!(1)),
        ("y", json!(null)),
    ] {
        assert!(!with(name, value.clone()), "{name} {value}");
    }
    // an RSA key that is too short for anybody is for nobody here
    let small = json!({ "kty": "RSA", "kid": "k", "n": encoded([0xAB; 64]), "e": "AQAB" });
    let rsa = Signer::rsa().token(&json!({ "alg": "RS256", "kid": "k" }), &claims());
    let fault = check(&rsa, &set(&[small]), &expected(None)).unwrap_err();
    assert_eq!(fault, TokenFault::Signature);
}

#[test]
fn what_is_no_token_is_refused_and_no_set_is_none() {
    let keys = set(&[Signer::es().jwk("k")]);
    let long = "a".repeat(70_000);
    for token in [
        "", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "å.å.å", &long,
    ] {
        let fault = check(token, &keys, &expected(None)).unwrap_err();
        assert_eq!(fault, TokenFault::Form, "{token:.20}");
    }
    for body in ["", "[]", "{}", "{\"keys\": 1}", "nonsense"] {
        assert!(KeySet::read(body.as_bytes()).is_none(), "{body}");
    }
    let odd = json!({ "keys": [1, null, {}, { "kty": "oct", "k": "AA" }, Signer::ed().jwk("k")] });
    assert_eq!(KeySet::read(odd.to_string().as_bytes()).unwrap().len(), 1);
}
