"""Caching, ranges and conditional requests, judged by redbot and httplint.

    check.py http://127.0.0.1:PORT

redbot asks each address several times over (negotiation, conditions, ranges) and notes what it finds; httplint reads the
single answers that redbot does not ask for: to HEAD, POST, a preflight, a condition, a range, and refusals.
"""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from httplint import HttpRequestLinter, HttpResponseLinter
from httplint.note import levels

BASE = sys.argv[1]
REDBOT = Path(sys.executable).parent / "redbot"

# notes of level WARN and BAD that are as they should be, and why
MEANT = {
    "VARY_COMPLEX": "a page is made for a language, what its reader chose (cookie), a form and a coding",
    "STORE_PUBLIC_UNNECESSARY": "needed where a request bears Authorization with a key of the API",
}
faults = []


def fault(where, note, level, summary):
    if level in ("WARN", "BAD") and note not in MEANT:
        faults.append(f"{where}: {level} {note}: {summary}")


def flat(messages):
    for message in messages:
        yield message
        yield from flat(message.get("subnotes", []))


def redbot(path, wanted):
    """Asks as redbot does; `wanted` are notes that must be there."""
    run = subprocess.run([REDBOT, "-o", "har", BASE + path], capture_output=True, timeout=90, check=True)
    first = json.loads(run.stdout)["log"]["entries"][0]
    assert first["response"]["status"] == 200, (path, first["response"]["status"])
    notes = {m["note_id"]: m for m in flat(first["_red_messages"])}
    for note, message in notes.items():
        fault(path, note, message["level"], message["summary"])
    for note in wanted:
        if note not in notes:
            faults.append(f"{path}: {note} is missing among {sorted(notes)}")
    return notes


def linted(method, path, expected, headers=None, body=None):
    """Asks once, and lets httplint read the answer."""
    at = urlsplit(BASE)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    content = answer.read()
    where = f"{method} {path} ({answer.status})"
    if answer.status != expected:
        faults.append(f"{where}: {expected} was expected")
    asked = HttpRequestLinter(start_time=time.time())
    asked.process_request_topline(method.encode(), (BASE + path).encode(), b"HTTP/1.1")
    sent = {"Host": at.netloc, **(headers or {})}
    asked.process_headers([(n.encode(), v.encode()) for n, v in sent.items()])
    asked.finish_content(True)
    linter = HttpResponseLinter(start_time=time.time())
    linter.request = asked
    linter.is_head_response = method == "HEAD"
    linter.process_response_topline(b"HTTP/1.1", str(answer.status).encode(), answer.reason.encode())
    linter.process_headers([(n.encode("latin-1"), v.encode("latin-1")) for n, v in answer.getheaders()])
    linter.feed_content(content)
    linter.finish_content(True)
    for note in linter.notes:
        for one in [note, *note.subnotes]:
            # a refusal that was expected is no fault
            if not type(one).__name__.startswith("STATUS_"):
                fault(where, type(one).__name__, one.level.name, one.summary)
    connection.close()
    return answer, content


search = json.loads(linted("GET", "/api/v1/search?limit=1", 200)[1])
item = search["items"][0]
record, code = item["id"], item["subject"]["credit_code"]
index = json.loads(linted("GET", "/data/index.json", 200)[1])
file = "/data/" + index["data_sets"][0]["files"][0]["path"]

# redbot: a page, answers of the API, files of /data and a feed
conditional = ["INM_304"]
for path, wanted in [
    ("/", conditional + ["CONNEG_GZIP_GOOD", "FRESHNESS_FRESH"]),
    (f"/records/{record}", conditional + ["CONNEG_GZIP_GOOD"]),
    (f"/api/v1/records/{record}", conditional),
    ("/api/v1/lists", conditional + ["CONNEG_GZIP_GOOD"]),
    ("/reconcile", conditional),
    ("/data/index.json", conditional + ["IMS_304", "RANGE_CORRECT"]),
    ("/data/history/index.json", conditional + ["IMS_304", "RANGE_CORRECT"]),
    (file, conditional + ["IMS_304", "RANGE_CORRECT"]),
    ("/feeds/penalty.atom", conditional + ["CONNEG_GZIP_GOOD"]),
]:
    redbot(path, wanted)

# httplint: what redbot does not ask for
for path in ["/", "/api/v1/lists", file, "/feeds/penalty.atom", f"/records/{record}"]:
    head, nothing = linted("HEAD", path, 200)
    whole, content = linted("GET", path, 200)
    assert nothing == b"", path
    assert head.getheader("etag") == whole.getheader("etag") and head.getheader("etag"), path
    assert int(head.getheader("content-length")) == len(content), path
    same = {"If-None-Match": whole.getheader("etag")}
    again, nothing = linted("GET", path, 304, same)
    assert nothing == b"" and again.getheader("etag") == whole.getheader("etag"), path
    linted("GET", path, 200, {"If-None-Match": '"another"'})
part, content = linted("GET", file, 206, {"Range": "bytes=10-19"})
assert len(content) == 10 and part.getheader("content-range").startswith("bytes 10-19/"), part.getheaders()
linted("GET", file, 416, {"Range": "bytes=999999999999-"})
tag = part.getheader("etag")
linted("GET", file, 206, {"Range": "bytes=0-0", "If-Range": tag})
linted("GET", file, 200, {"Range": "bytes=0-0", "If-Range": '"another"'})
linted("GET", file, 304, {"If-Modified-Since": part.getheader("last-modified")})
for path in ["/data/history/", "/data/reusers", "/data/hooks", "/api/v1/reusers"]:
    linted("GET", path, 200)
linted("GET", "/data/history/2000-01-01/records.csv.gz", 404)
linted("DELETE", "/api/v1/reusers", 405)
linted("GET", "/records/00000000000000000000", 404)
linted("GET", "/api/v1/search?colour=red", 400)
linted("DELETE", "/api/v1/lists", 405)
linted("GET", "/api/v1/lists", 401, {"X-API-Key": "gsk_unknown"})
linted("OPTIONS", "/reconcile", 204, {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"})
form = {"Content-Type": "application/x-www-form-urlencoded"}
linted("POST", "/reconcile", 200, form, "queries=" + quote('{"q0": {"query": "' + item["subject"]["name"] + '"}}'))
linted("POST", "/reconcile", 415, {"Content-Type": "application/json"}, "{}")
linted("POST", "/api/v1/check", 200, {"Content-Type": "application/json"}, json.dumps({"queries": [code]}))

for line in faults:
    print(line, file=sys.stderr)
print(f"http: 9 addresses by redbot, {len(faults)} faults; meant: {', '.join(MEANT)}")
sys.exit(1 if faults else 0)
