"""One warm dbt process: reads requests as JSON lines from its standard input, answers as JSON lines on its standard output.

dbt and everything it loads may print; their output goes to standard error, so that an answer is never mixed with it.
A request is {"id", "folder", "arguments", "digest"}: dbt's arguments, run in the folder of an assembled project. The digest names
the project's content: as long as it stays the same the parsed project is used again. The answer is {"id", "success",
"exception", "results", "duration_ms"}. A request {"id", "database", "sql"} reads the warehouse instead: its rows are the results;
{"id", "bigquery", "sql"} the same on BigQuery, with its project, location, limit of bytes, labels and endpoint.
"""

import json
import os
import signal
import sys
import time


def own_pipes():
    """Takes the two pipes away from everything that prints or reads."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return requests, answers


# A terminal's Ctrl-C goes to every process of the program. Whether what was begun is finished is the parent's decision: a build that
# dies of it would look like one that failed.
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)

REQUESTS, ANSWERS = own_pipes()

# Imported once the pipes are safe: this takes seconds.
import duckdb  # noqa: E402
from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402


def answer(message):
    ANSWERS.write(json.dumps(message, separators=(",", ":")) + "\n")
    ANSWERS.flush()


def results_of(outcome):
    """What is kept of dbt's results; nothing where the command has none."""
    results = getattr(outcome.result, "results", None)
    if results is None:
        return []
    kept = []
    for result in results:
        node = getattr(result, "node", None)
        response = getattr(result, "adapter_response", None) or {}
        kept.append(
            {
                "name": getattr(node, "name", ""),
                "kind": str(getattr(node, "resource_type", "")),
                "status": str(getattr(result, "status", "")),
                "duration_ms": round(1000 * (getattr(result, "execution_time", 0) or 0)),
                "rows_affected": response.get("rows_affected"),
                "bytes_processed": response.get("bytes_processed"),
                "bytes_billed": response.get("bytes_billed"),
                "failures": getattr(result, "failures", None),
                "message": getattr(result, "message", None),
            }
        )
    return kept


class Projects:
    """The parsed project, kept while its digest stays the same."""

    def __init__(self):
        self.key = None
        self.manifest = None

    def runner(self, folder, digest):
        key = (folder, digest)
        if self.key != key:
            self.key = None
            outcome = dbtRunner().invoke(["parse", "--quiet", "--profiles-dir", ".", "--project-dir", "."])
            if not outcome.success:
                raise outcome.exception or RuntimeError("the project does not parse")
            self.manifest = outcome.result
            self.key = key
        return dbtRunner(manifest=self.manifest)


def release_database():
    """Closes the database file, which dbt-duckdb keeps open between the models of a command (closing it between them costs more
    than the models do), so that between two requests nobody holds its lock."""
    environment = DuckDBConnectionManager._ENV
    DuckDBConnectionManager.close_all_connections()
    if environment is not None:
        environment.close()


def rows_asked(request):
    if "bigquery" in request:
        return rows_of_bigquery(request["bigquery"], request["sql"])
    return rows_of(request["database"], request["sql"])


def build(projects, request):
    os.chdir(request["folder"])
    runner = projects.runner(request["folder"], request["digest"])
    try:
        outcome = runner.invoke(request["arguments"])
    finally:
        release_database()
    exception = None if outcome.exception is None else str(outcome.exception)
    return {"success": bool(outcome.success), "exception": exception, "results": results_of(outcome)}


def rows_of(database, sql):
    connection = duckdb.connect(database, read_only=True)
    try:
        return [list(row) for row in connection.execute(sql).fetchall()]
    finally:
        connection.close()


BIGQUERY_TIMEOUT_SECONDS = 300


def rows_of_bigquery(warehouse, sql):
    from google.api_core.client_options import ClientOptions
    from google.cloud import bigquery
    from google.oauth2.credentials import Credentials

    endpoint = warehouse.get("api_endpoint")
    client = bigquery.Client(
        project=warehouse["project"],
        location=warehouse["location"],
        # An emulator takes any token; else the library finds the credentials of the machine.
        credentials=Credentials("emulator") if endpoint else None,
        client_options=ClientOptions(api_endpoint=endpoint) if endpoint else None,
    )
    config = bigquery.QueryJobConfig(labels={**(warehouse.get("labels") or {}), "dbt_node": "none"})
    if warehouse.get("maximum_bytes_billed"):
        config.maximum_bytes_billed = int(warehouse["maximum_bytes_billed"])
    try:
        job = client.query(sql, job_config=config, timeout=BIGQUERY_TIMEOUT_SECONDS, job_retry=None)
        return [list(row.values()) for row in job.result(timeout=BIGQUERY_TIMEOUT_SECONDS, job_retry=None)]
    finally:
        client.close()


def serve():
    projects = Projects()
    answer({"id": 0, "success": True, "exception": None, "results": [], "duration_ms": 0})
    for line in REQUESTS:
        request = json.loads(line)
        started = time.monotonic()
        try:
            if "sql" in request:
                outcome = {"success": True, "exception": None, "results": rows_asked(request)}
            else:
                outcome = build(projects, request)
            answer({"id": request["id"], **outcome, "duration_ms": round(1000 * (time.monotonic() - started))})
        except BaseException as error:  # noqa: BLE001  (whatever it is, the parent decides)
            answer(
                {
                    "id": request["id"],
                    "success": False,
                    "exception": f"{type(error).__name__}: {error}",
                    "results": [],
                    "duration_ms": round(1000 * (time.monotonic() - started)),
                }
            )


if __name__ == "__main__":
    serve()
