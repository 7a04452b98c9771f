#!/usr/bin/env bash
# Runs the test projects named on the command line and leaves their counts in .tools/reports/ for scripts/summary.ts.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.tools/node/bin:$PWD/node_modules/.bin:$PATH"
name=$(IFS=-; echo "$*")
mkdir -p .tools/reports
report=.tools/reports/$name.json
rm -f "$report"
status=0
vitest run "${@/#/--project=}" --reporter=default --reporter=json --outputFile.json="$report" || status=$?
node scripts/summary.ts "$report"
exit "$status"
