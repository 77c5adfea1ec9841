"""The reconciliation service as its clients see it: every answer against a schema, and the client `reconciler`.

    check.py http://127.0.0.1:PORT

The schemas in tests/reconcile/schemas.json say what version 0.2 of the Reconciliation Service API (W3C Entity
Reconciliation Community Group) asks of each answer, in words of our own and stricter: nothing may stand in an answer
that the specification does not name. The group's own schemas bear no licence that would let us keep a copy; where a
directory with them is at hand (the `0.2/schemas` of its repository `specs`), GONGSHI_RECONCILE_SCHEMAS names it, and
every answer is held against them as well.
"""

import json
import os
import sys
from pathlib import Path

import pandas as pd
import requests
from jsonschema import Draft7Validator, Draft202012Validator
from reconciler import reconcile
from referencing import Registry
from referencing.jsonschema import DRAFT7

BASE = sys.argv[1]
OWN = json.loads((Path(__file__).parent / "schemas.json").read_text("utf-8"))
THEIRS = os.environ.get("GONGSHI_RECONCILE_SCHEMAS")
seen = 0


def fits(name, answer):
    """Holds an answer against the schema of that name, and against the group's own where it is at hand."""
    global seen
    seen += 1
    schema = {"$defs": OWN["$defs"], "$ref": f"#/$defs/{name}"}
    Draft202012Validator.check_schema(schema)
    errors = [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(answer)]
    if THEIRS and (path := Path(THEIRS) / f"{name}.json").is_file():
        theirs = json.loads(path.read_text("utf-8"))
        files = [json.loads(f.read_text("utf-8")) for f in Path(THEIRS).glob("*.json")]
        # they name no draft, and are written as draft 7 has it
        for file in [theirs, *files]:
            file["$schema"] = "http://json-schema.org/draft-07/schema#"
        held = Registry().with_resources((f["$id"].rstrip("#"), DRAFT7.create_resource(f)) for f in files)
        errors += [f"{e.json_path}: {e.message}" for e in Draft7Validator(theirs, registry=held).iter_errors(answer)]
    assert not errors, (name, errors[:5])
    return answer


def get(path, **params):
    answer = requests.get(BASE + path, params=params, timeout=30)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    return answer.json()


def post(name, value):
    answer = requests.post(BASE + "/reconcile", data={name: json.dumps(value)}, timeout=60)
    assert answer.status_code == 200, (name, answer.status_code, answer.text[:300])
    return answer.json()


def must_fail(name, answer):
    """The schemas are no sieve with large holes: an answer that was spoiled is refused."""
    try:
        fits(name, answer)
    except AssertionError:
        return
    raise SystemExit(f"{name}: a spoiled answer passed")


# organisations to ask for
found = requests.get(BASE + "/api/v1/search", params={"kind": "legal_person", "limit": 100}, timeout=30).json()
subjects = {i["subject"]["credit_code"]: i["subject"]["name"] for i in found["items"]}
subjects = dict(list(subjects.items())[:50])
assert len(subjects) >= 20, len(subjects)
names = list(subjects.values())
codes = list(subjects)

# the manifest, and each service that it names, at the address that it names
manifest = fits("manifest", get("/reconcile"))
must_fail("manifest", {**manifest, "versions": ["0.1"]})
for what, prefix, some in [("entity", names[0][:4], codes[0]), ("property", "code", "credit_code"), ("type", "Org", "Organization")]:
    service = manifest["suggest"][what]
    schema = {"entity": "suggest-entities-response", "property": "suggest-properties-response", "type": "suggest-types-response"}[what]
    answer = requests.get(service["service_url"] + service["service_path"], params={"prefix": prefix}, timeout=30).json()
    assert fits(schema, answer)["result"], what
    flyout = service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", some)
    assert fits("flyout", requests.get(flyout, timeout=30).json())["id"] == some
proposed = manifest["extend"]["propose_properties"]
proposed = requests.get(proposed["service_url"] + proposed["service_path"], params={"type": "Organization"}, timeout=30)
properties = [p["id"] for p in fits("data-extension-property-proposal", proposed.json())["properties"]]
for template in [manifest["preview"]["url"], manifest["view"]["url"]]:
    page = requests.get(template.replace("{{id}}", codes[0]), timeout=30)
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html"), template
    assert subjects[codes[0]] in page.text

# a batch of 50, by form and by address
batch = {f"q{i}": {"query": name, "limit": 3} for i, name in enumerate((names * 50)[:50])}
answers = fits("reconciliation-result-batch", post("queries", batch))
assert answers.keys() == batch.keys()
assert get("/reconcile", queries=json.dumps(batch)) == answers
for key, question in batch.items():
    best = answers[key]["result"][0]
    assert best["name"] == question["query"] and best["score"] == 100, (question, best)
must_fail("reconciliation-result-batch", {"q0": {"result": [{"id": "x", "name": "y", "score": "100"}]}})
typed = {
    "code": {"query": codes[0]},
    "typed": {"query": names[0], "type": "LegalPerson", "type_strict": "all"},
    "known": {"query": names[0], "properties": [{"pid": "credit_code", "v": codes[0]}, {"pid": "region", "v": codes[0][2:8]}]},
    "alone": {"properties": [{"pid": "credit_code", "v": [codes[0]]}]},
    "near": {"query": names[0][:-1]},
    "other": {"query": names[0], "type": "Q5"},
    "nobody": {"query": "没有这样的公司名称"},
}
answers = fits("reconciliation-result-batch", post("queries", typed))
for key in ["code", "typed", "known", "alone", "near"]:
    assert answers[key]["result"][0]["id"] == codes[0] or key in ("typed", "near"), (key, answers[key])
for key in ["code", "known", "alone"]:
    assert answers[key]["result"][0]["match"] is True, (key, answers[key])
assert answers["other"] == answers["nobody"] == {"result": []}

# values of every property of 50 organisations
asked = {"ids": codes + ["nothing"], "properties": [{"id": p} for p in properties]}
values = fits("data-extension-response", post("extend", asked))
assert [m["id"] for m in values["meta"]] == properties
assert values["rows"].keys() == set(asked["ids"])
for code in codes:
    row = values["rows"][code]
    assert row["credit_code"] == [{"str": code}]
    total = requests.get(BASE + f"/api/v1/subjects/{code}", timeout=30).json()
    if not total["next"]:
        assert row["records"] == [{"int": len(total["items"])}], code
must_fail("data-extension-response", {"meta": [], "rows": {"a": {"b": [{"str": 1}]}}})

# a refusal is a problem document, and says where
refused = requests.post(BASE + "/reconcile", data={"queries": '{"q0": {"query": 3}}'}, timeout=30)
assert refused.status_code == 400 and refused.headers["content-type"] == "application/problem+json"
assert refused.json()["errors"][0]["pointer"] == "query:queries/q0/query", refused.json()

# the client of others
column = pd.Series(names + [names[0], "没有这样的公司名称"])
table = reconcile(column, type_id="Organization", reconciliation_endpoint=BASE + "/reconcile")
certain = table[table["match"] == True]  # noqa: E712
assert len(table) == len(set(names)) + 1, len(table)
assert certain["id"].isin(codes).sum() == len(certain) > len(set(names)) // 2, len(certain)
assert (certain["name"] == certain["input_value"]).all()
assert certain["type_id"].eq("Organization").all()
known = reconcile(
    pd.Series(names[:10]),
    type_id="Organization",
    property_mapping={"credit_code": pd.Series(codes[:10])},
    reconciliation_endpoint=BASE + "/reconcile",
)
assert list(known["id"]) == codes[:10] and known["match"].all(), known

theirs = "and the group's own schemas" if THEIRS else "(the group's own schemas are not at hand)"
print(f"reconcile: {seen} answers fit their schemas {theirs}; reconciler found {len(certain)} of {len(set(names))} for certain")
