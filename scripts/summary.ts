/**
 * Prints what the named vitest reports hold, skipped tests by name, and ends with `N passed, N failed, N skipped`.
 * A report that is missing or holds no test counts as one failure: a runner that never ran must not look green.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';

interface Assertion {
  readonly fullName: string;
  readonly status: string;
}
interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly Assertion[];
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

const MISSING: Counts = { passed: 0, failed: 1, skipped: [] };

function countReport(path: string): Counts {
  let files: readonly FileResult[];
  try {
    files = (JSON.parse(readFileSync(path, 'utf8')) as { testResults: readonly FileResult[] }).testResults;
  } catch (error) {
    process.stderr.write(`summary: expected a test report at ${path}, found none (${String(error)})\n`);
    return MISSING;
  }
  const tests = files.flatMap((file) => file.assertionResults);
  // A file that fails before its first test has no assertion of its own.
  const brokenFiles = files.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  if (tests.length === 0) return MISSING;
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + brokenFiles.length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
  };
}

const counts = process.argv.slice(2).map(countReport);
for (const name of counts.flatMap((count) => count.skipped)) process.stdout.write(`skipped: ${name}\n`);
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
const skipped = counts.reduce((sum, count) => sum + count.skipped.length, 0);
process.stdout.write(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped\n`);
