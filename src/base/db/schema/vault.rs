//! Tables of the vault; `migrations/vault` makes them.

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    batches (id) {
        id -> Text,
        list -> Text,
        provider_code -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        mode -> Text,
        state -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        rows_read -> BigInt,
        added -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        rejected -> BigInt,
        withdrawn -> BigInt,
    }
}

diesel::table! {
    raw_records (num) {
        num -> BigInt,
        id -> Text,
        list -> Text,
        provider_code -> Text,
        authority_code -> Text,
        decided_on -> Date,
        content_hash -> Text,
        version -> BigInt,
        state -> Text,
        batch -> Text,
        imported_at -> Timestamp,
        change_seq -> BigInt,
        payload -> Binary,
    }
}

diesel::table! {
    verdicts (num) {
        num -> BigInt,
        verdict -> Text,
        displayed_from -> Nullable<Date>,
        next_due -> Nullable<Date>,
    }
}

diesel::table! {
    reviews (record_id, field) {
        record_id -> Text,
        field -> Text,
        text_hash -> Text,
        state -> Text,
        proposal -> Binary,
        doubts -> Text,
        opened_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
    }
}

diesel::table! {
    decisions (id) {
        id -> Text,
        record_id -> Text,
        kind -> Text,
        effective_on -> Date,
        at -> Timestamp,
        actor -> Text,
        reference -> Text,
        detail -> Text,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        object -> Text,
        detail -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::joinable!(verdicts -> raw_records (num));
diesel::allow_tables_to_appear_in_same_query!(
    meta,
    batches,
    raw_records,
    verdicts,
    reviews,
    decisions,
    audit
);
