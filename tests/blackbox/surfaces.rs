//! Every place at which a record can be seen.

use serde_json::{Value, json};

use crate::harness::{Answer, Server};

/// What to look for.
pub struct Seen<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub code: &'a str,
    pub list: &'a str,
}

/// An address of the reconciliation service that asks by `queries` or `extend`.
pub fn reconcile(ask: &str, value: &Value) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(ask, &value.to_string());
    format!("/reconcile?{}", query.finish())
}

impl Server {
    /// All changes since the beginning.
    pub fn changes(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut since = 0;
        loop {
            let page = self.api(&format!("/api/v1/changes?since={since}"));
            let items = page["items"].as_array().unwrap().clone();
            if items.is_empty() {
                return all;
            }
            since = page["next_since"].as_i64().unwrap();
            all.extend(items);
        }
    }

    /// The ids that a search finds, and the total it tells.
    pub fn search(&self, query: &str) -> (Vec<String>, i64) {
        let answer = self.api(&format!("/api/v1/search?q={query}"));
        let ids = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, answer["total"].as_i64().unwrap())
    }

    /// Where the record is seen at present, by surface.
    pub fn surfaces(&self, record: &Seen<'_>) -> Vec<&'static str> {
        let Seen {
            id,
            name,
            code,
            list,
        } = record;
        let holds = |answer: &Answer| answer.body.contains(id) || answer.body.contains(name);
        let mut out = Vec::new();
        let mut see = |surface, seen: bool| {
            if seen {
                out.push(surface);
            }
        };
        let page = self.get(&format!("/records/{id}"));
        see("record", page.status == 200 || page.body.contains(name));
        let twin = self.get_as(&format!("/api/v1/records/{id}"), "application/json");
        see("api record", twin.status == 200 || twin.body.contains(name));
        // a search page repeats the query: only the record's id tells that it was found
        let found = self.get(&format!("/search?q={name}"));
        see("search page", found.body.contains(id));
        // the names of the others are near misses
        let finds = |query: &str| self.search(query).0.iter().any(|found| found == id);
        see("api search by name", finds(name));
        see("api search by code", finds(code));
        let file = self.get(&format!("/subjects/{code}"));
        see("subject", holds(&file));
        let twin = self.get_as(&format!("/api/v1/subjects/{code}"), "application/json");
        see("api subject", holds(&twin));
        let told = self.get(&format!("/reconcile/preview?id={code}"));
        see("reconcile preview", told.body.contains(name));
        let found = self.get(&reconcile("queries", &json!({ "q": { "query": name } })));
        see("reconcile", found.body.contains(name));
        see("list", holds(&self.get(&format!("/lists/{list}"))));
        let twin = self.get_as(&format!("/api/v1/lists/{list}"), "application/json");
        see("api list", holds(&twin));
        let changes = self.changes();
        let shown = changes
            .iter()
            .any(|c| c["id"] == *id && c["op"] == "upsert" || c.to_string().contains(name));
        see("api changes", shown);
        see("feed", holds(&self.get("/feeds/new.atom")));
        see(
            "list feed",
            holds(&self.get(&format!("/feeds/{list}.atom"))),
        );
        see("home", holds(&self.get("/")));
        let whole = self.get("/data/all/records.jsonl");
        see("open data", holds(&whole));
        let cells = self.get(&format!("/data/list-{list}/records.excel.csv"));
        see("open data of the list", holds(&cells));
        out
    }

    /// The tombstone of a record, when the change feed has one.
    pub fn tombstone(&self, id: &str) -> Option<Value> {
        self.changes()
            .into_iter()
            .find(|c| c["id"] == id && c["op"] == "tombstone")
    }
}
