/** Alert policies count log lines by their names: each name that Terraform counts is one that the lane writes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOME } from '../support/command-line.ts';

function sources(): string {
  return ['orchestrator', 'cli/reporter']
    .flatMap((folder) =>
      readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => readFileSync(join(HOME, folder, file), 'utf8')),
    )
    .join('\n');
}

test('every log line that an alert policy counts is written by the lane or the reporter, with the field that it is counted by', () => {
  const terraform = readFileSync(join(HOME, 'terraform', 'modules', 'monitoring', 'main.tf'), 'utf8');
  const counted = [...terraform.matchAll(/jsonPayload\.message=\\"(\w+)\\"", label = "(\w+)"/g)].map(
    (match) => [match[1] ?? '', match[2] ?? ''] as const,
  );
  expect(counted.length).toBeGreaterThanOrEqual(9);
  const text = sources();
  const missing = counted.filter(
    ([event, label]) => !new RegExp(`log\\('(info|warn|error)', '${event}', \\{[^}]*\\b${label}\\b`).test(text),
  );
  expect(missing).toEqual([]);
});
