# A server that speaks the REST API of BigQuery, on DuckDB. Its known gaps: docs/bigquery.md.
# needs: python3
# inputs: scripts/servers/bqemulator-requirements.lock
python3 -m venv "$TARGET/venv"
"$TARGET/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r scripts/servers/bqemulator-requirements.lock
# The extension lies in its package; DuckDB looks for it below HOME, which test/servers/bigquery.ts sets to this folder.
HOME="$TARGET/home" "$TARGET/venv/bin/python" -c "import os; os.makedirs(os.environ['HOME'], exist_ok=True); from duckdb_extensions import import_extension; import_extension('spatial')"
