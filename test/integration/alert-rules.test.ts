/** The alert rules of the streams and of the reporter as Prometheus reads them: they parse, each fires on what it is for, and the dashboard's queries parse too. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { PROMTOOL } from '../servers/promtool.ts';
import { programOf, serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';

const MONITORED = [
  { lane: 'streaming', threshold: ['> 120', '> 1200'] },
  { lane: 'reporter', threshold: ['> 16000', '> 160000'] },
] as const;

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

serverOrSkip(PROMTOOL, 'the alert rules of the streams and of the reporter', () => {
  const promtool = (...words: readonly string[]): { readonly status: number | null; readonly output: string } => {
    const { status, stdout, stderr } = spawnSync(programOf(PROMTOOL), words, { cwd: HOME, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };

  test.each(MONITORED)('$lane: each rule fires on what it is for, and not on its neighbour', ({ lane }) => {
    const folder = join(HOME, lane, 'monitoring');
    const { status, output } = promtool('test', 'rules', join(folder, 'rules.test.yaml'));
    expect(status, output).toBe(0);
    const rules = [...readFileSync(join(folder, 'rules.yaml'), 'utf8').matchAll(/- alert: (\w+)/g)].map((match) => match[1]);
    const tested = readFileSync(join(folder, 'rules.test.yaml'), 'utf8');
    expect(rules.filter((rule) => !tested.includes(`alertname: ${rule}`))).toEqual([]);
  });

  test.each(MONITORED)('$lane: a rule whose threshold moves fails its test', ({ lane, threshold: [from, to] }) => {
    const folder = join(HOME, lane, 'monitoring');
    const scratch = mkdtempSync(join(tmpdir(), 'markets-rules-'));
    try {
      writeFileSync(join(scratch, 'rules.yaml'), readFileSync(join(folder, 'rules.yaml'), 'utf8').replace(from, to));
      writeFileSync(join(scratch, 'rules.test.yaml'), readFileSync(join(folder, 'rules.test.yaml')));
      expect(promtool('test', 'rules', join(scratch, 'rules.test.yaml')).status).not.toBe(0);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  test.each(MONITORED)('$lane: every query of the dashboard parses', ({ lane }) => {
    const folder = join(HOME, lane, 'monitoring');
    const { panels } = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8')) as Dashboard;
    const queries = panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => expr.replace('$source', '.*')));
    expect(queries.length).toBeGreaterThan(15);
    const scratch = mkdtempSync(join(tmpdir(), 'markets-dashboard-'));
    try {
      const rules = queries.map((expr, index) => ({ record: `dashboard:query_${String(index)}`, expr }));
      writeFileSync(join(scratch, 'queries.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }));
      const { status, output } = promtool('check', 'rules', join(scratch, 'queries.yaml'));
      expect(status, output).toBe(0);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
