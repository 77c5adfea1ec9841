//! Tables of the public store; `migrations/public` makes them.

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    records (num) {
        num -> BigInt,
        id -> Text,
        seq -> BigInt,
        list -> Text,
        subject_kind -> Text,
        subject_name -> Text,
        credit_code -> Nullable<Text>,
        document_number -> Text,
        authority_code -> Text,
        region -> Text,
        decided_on -> Date,
        displayed_from -> Date,
        displayed_until -> Nullable<Date>,
        digest -> Text,
        body -> Text,
    }
}

diesel::table! {
    tombstones (id) {
        id -> Text,
        num -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        why -> Text,
    }
}

diesel::table! {
    releases (number) {
        number -> BigInt,
        seq_to -> BigInt,
        at -> Timestamp,
        upserts -> BigInt,
        tombstones -> BigInt,
        catalogue -> Text,
        masking -> BigInt,
    }
}

diesel::table! {
    list_days (list, day) {
        list -> Text,
        day -> Date,
        begins -> BigInt,
        ends -> BigInt,
        decided -> BigInt,
        person_begins -> BigInt,
        person_ends -> BigInt,
    }
}

diesel::table! {
    list_changes (list) {
        list -> Text,
        seq -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        name -> Text,
        hash -> Text,
        made_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notices (id) {
        id -> Text,
        kind -> Text,
        list -> Text,
        open_from -> Date,
        open_until -> Date,
        digest -> Text,
        body -> Text,
    }
}

diesel::table! {
    hooks (id) {
        id -> Text,
        url -> Text,
        topic -> Text,
        state -> Text,
        made_at -> Timestamp,
        proved_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        told_to -> BigInt,
        sending_to -> Nullable<BigInt>,
        failures -> BigInt,
        failing_since -> Nullable<Timestamp>,
        next_at -> Timestamp,
        last_answer -> Text,
    }
}

diesel::table! {
    notice_tombstones (id) {
        id -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    reusers (id) {
        id -> Text,
        name -> Text,
        website -> Text,
        token_hash -> Text,
        state -> Text,
        made_at -> Timestamp,
        deleted_to -> BigInt,
        reported_at -> Nullable<Timestamp>,
        envelope -> Nullable<Binary>,
        contact -> Nullable<Binary>,
    }
}

diesel::table! {
    case_figures (kind, authority_code, what) {
        kind -> Text,
        authority_code -> Text,
        what -> Text,
        authority_name -> Text,
        orgs -> BigInt,
        persons -> Nullable<BigInt>,
        as_of -> Date,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    records,
    tombstones,
    releases,
    list_days,
    list_changes
);
