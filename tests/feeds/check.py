"""Reads every feed that a portal offers with feedparser, as feed readers do: check.py http://HOST:PORT

A feed must be well formed, name its entries by ids that do not repeat, link to pages that answer, and come back as 304.
"""

import re
import sys
import urllib.error
import urllib.request

import feedparser

base = sys.argv[1].rstrip("/")


def fetch(path, **headers):
    request = urllib.request.Request(base + path, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers


def fail(path, what):
    sys.exit(f"{path}: {what}")


page = fetch("/feeds", Accept="text/html")[0].decode()
paths = sorted(set(re.findall(r'href="(/feeds/[^"]+\.atom)"', page)))
if len(paths) < 20:
    fail("/feeds", f"only {len(paths)} feeds")
entries, linked = 0, set()
for path in paths:
    body, headers = fetch(path)
    feed = feedparser.parse(body, response_headers=dict(headers))
    if feed.bozo:
        fail(path, feed.bozo_exception)
    if feed.version != "atom10":
        fail(path, f"read as {feed.version}")
    for key in ("id", "title", "updated_parsed", "subtitle"):
        if not feed.feed.get(key):
            fail(path, f"no {key}")
    if base + path not in [link.href for link in feed.feed.links if link.rel == "self"]:
        fail(path, "no link to itself")
    ids = [entry.id for entry in feed.entries]
    if len(ids) != len(set(ids)):
        fail(path, "ids repeat")
    moments = [entry.updated_parsed for entry in feed.entries]
    if moments != sorted(moments, reverse=True):
        fail(path, "not newest first")
    for entry in feed.entries:
        if not (entry.title and entry.summary and entry.tags):
            fail(path, f"entry {entry.id} is not whole")
        if entry.get("link"):
            linked.add(entry.link)
        elif "exits" not in path and "withdrawals" not in path:
            fail(path, f"entry {entry.id} links nowhere")
    entries += len(ids)
    try:
        fetch(path, **{"If-None-Match": headers["ETag"]})
        fail(path, "sent again although nothing changed")
    except urllib.error.HTTPError as error:
        if error.code != 304:
            raise
for link in sorted(linked)[:20]:
    fetch(link.removeprefix(base), Accept="text/html")
if not entries:
    fail("/feeds", "no feed has an entry")
print(f"feedparser {feedparser.__version__}: {len(paths)} feeds, {entries} entries")
