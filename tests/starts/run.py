"""Runs the examples as they stand on the pages of open data and of the interface: run.py http://HOST:PORT

Each block of code names how it is run (data-run). It must end well, and what it prints must agree with index.json.
"""

import html
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

import duckdb

base = sys.argv[1].rstrip("/")


def fetch(path):
    request = urllib.request.Request(base + path, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def blocks_of(path, least):
    found = re.findall(r'<h3[^>]*>([^<]*)</h3>(?:(?!<h3).)*?<code data-run="(\w+)">([^<]*)</code>', fetch(path), re.S)
    if len(found) < least:
        sys.exit(f"only {len(found)} blocks on {path}")
    return found


blocks = blocks_of("/data", 6) + blocks_of("/api/docs", 20)
sets = json.loads(fetch("/data/index.json"))["data_sets"]
rows = next(s["rows"] for s in sets if s["name"] == "all")
lists = {s["name"].removeprefix("list-"): s["rows"] for s in sets if s["name"].startswith("list-") and s["rows"]}
if rows < 100 or sum(lists.values()) != rows:
    sys.exit(f"index.json: {rows} rows in all, {lists} by list")

how = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"], "r": ["Rscript", "-e"]}
for tool, run, code in blocks:
    code = html.unescape(code)
    with tempfile.TemporaryDirectory() as here:
        if run == "duckdb":
            os.makedirs(f"{here}/all")
            for name in ("records.csv.gz", "records.parquet"):
                urllib.request.urlretrieve(f"{base}/data/all/{name}", f"{here}/all/{name}")
            code = code.replace("'all/", f"'{here}/all/")
            found = {str(name): int(n) for name, n in duckdb.sql(code).fetchall()}
            if found != lists:
                sys.exit(f"{tool}: {found}, and not {lists}")
            said = f"{found}"
        else:
            for time in (1, 2):  # what is copied is run more than once
                done = subprocess.run([*how[run], code], cwd=here, capture_output=True, text=True, timeout=120)
                if done.returncode or not (done.stdout or "assert " in code or "withdrawals" in code or os.listdir(here)):
                    sys.exit(f"{tool}, run {time}: status {done.returncode}\n{code}\n{done.stdout}{done.stderr}")
            said = done.stdout
            if "value_counts" in code or "table(" in code:
                missing = [f"{n}: {c}" for n, c in lists.items() if n not in said or not re.search(rf"\b{c}\b", said)]
                if missing:
                    sys.exit(f"{tool}: {missing} not in\n{said}")
    print(f"{tool}: ran as it stands, {len(said.splitlines())} lines")
