/** The manifests of lane 2 as kubectl renders them, and that what they, the alert rules and the dashboard look at is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestsOf, KUBECTL, OVERLAYS, renderOverlay } from '../servers/kubectl.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';
import type { Manifest, Pod } from '../support/deployment/manifest.ts';

const MONITORING = join(HOME, 'streaming/monitoring');
const PROGRAMS = ['bridge', 'candles'];
/** What Prometheus makes of a histogram. */
const SUFFIXES = /_(bucket|sum|count)$/;

function podOf(manifest: Manifest): Pod {
  return (manifest.spec as unknown as { readonly template: { readonly spec: Pod } }).template.spec;
}

serverOrSkip(KUBECTL, 'the manifests of the streams', () => {
  const rendered = OVERLAYS.map((overlay) => ({ overlay, manifests: manifestsOf(renderOverlay(overlay, [], 'streaming')) }));

  test('each program is a deployment that grows with its lag and never loses more than one pod at a time', () => {
    for (const { overlay, manifests } of rendered) {
      for (const program of PROGRAMS) {
        const named = (kind: string): Manifest | undefined =>
          manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === `markets-${program}`);
        const deployment = named('Deployment');
        expect(deployment, `${overlay} ${program}`).toBeDefined();
        expect(named('PodDisruptionBudget')?.spec?.['maxUnavailable']).toBe(1);
        const scaler = named('HorizontalPodAutoscaler')?.spec;
        expect(scaler?.['minReplicas']).toBe(2);
        expect(JSON.stringify(scaler?.['metrics'])).toMatch(/prometheus\.googleapis\.com\|markets_(stream|candles)_lag_messages\|gauge/);
        expect(podOf(deployment as Manifest).containers[0]?.args[0]).toBe(program);
      }
    }
  });

  test('no container is root, gains a right, or can write but to its scratch folder', () => {
    for (const { manifests } of rendered) {
      for (const pod of manifests.filter(({ kind }) => kind === 'Deployment').map(podOf)) {
        expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
        expect(pod['automountServiceAccountToken']).toBe(false);
        expect(pod['terminationGracePeriodSeconds']).toBe(60);
        for (const container of pod.containers) {
          expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            privileged: false,
            capabilities: { drop: ['ALL'] },
          });
          expect(container.resources?.limits?.['memory']).toBeDefined();
        }
      }
    }
  });

  test('the policy is for the pods of the streams, and lets in collectors of metrics alone', () => {
    for (const { manifests } of rendered) {
      const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy');
      expect(policy?.spec?.['podSelector']).toEqual({ matchLabels: { 'app.kubernetes.io/component': 'streaming' } });
      expect(policy?.spec?.ingress).toHaveLength(1);
      expect(policy?.spec?.egress).toHaveLength(5);
    }
  });
});

/** Names in the texts that no program of the folders has. */
function unknownMetrics(
  texts: readonly string[],
  folders: readonly string[],
): { readonly unknown: readonly string[]; readonly count: number } {
  const used = new Set([...texts.join('\n').matchAll(/\bmarkets_[a-z_]+/g)].map(([name]) => name.replace(SUFFIXES, '')));
  const sources = folders.flatMap((folder) =>
    readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(HOME, folder, file), 'utf8')),
  );
  const registered = new Set(sources.flatMap((text) => [...text.matchAll(/'(markets_[a-z_]+)'/g)].map((match) => match[1])));
  return { unknown: [...used].filter((name) => !registered.has(name)), count: used.size };
}

test('every metric of the alert rules, the dashboard and the autoscalers is one that a program has', () => {
  const { unknown, count } = unknownMetrics(
    [
      ...['rules.yaml', 'dashboard.json'].map((file) => readFileSync(join(MONITORING, file), 'utf8')),
      ...PROGRAMS.map((program) => readFileSync(join(HOME, 'streaming/k8s/base', `${program}.yaml`), 'utf8')),
    ],
    ['streaming', 'orchestrator/metrics', 'core/telemetry'],
  );
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(12);
});

test('every metric of the rules and the dashboard of the reporter, and of its objective in Terraform, is one that its service has', () => {
  const files = ['reporter/monitoring/rules.yaml', 'reporter/monitoring/dashboard.json', 'terraform/modules/monitoring/main.tf'];
  const { unknown, count } = unknownMetrics(
    files.map((file) => readFileSync(join(HOME, file), 'utf8')),
    ['reporter/service/figures'],
  );
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(15);
});

test('the runbook of the reporter has a section for every alert, and no rule points elsewhere', () => {
  const rules = readFileSync(join(HOME, 'reporter/monitoring/rules.yaml'), 'utf8');
  const runbook = readFileSync(join(HOME, 'docs/reporting-operations.md'), 'utf8');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map((match) => match[1] ?? '');
  expect(alerts.length).toBeGreaterThan(15);
  expect(alerts.filter((alert) => !new RegExp(`^### ${alert}$`, 'm').test(runbook))).toEqual([]);
  const targets = [...rules.matchAll(/runbook: docs\/reporting-operations\.md#(\w+)/g)].map((match) => match[1]);
  expect(targets).toEqual(alerts.map((alert) => alert.toLowerCase()));
});
