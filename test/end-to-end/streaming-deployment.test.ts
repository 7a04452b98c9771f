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

test('every metric of the alert rules, the dashboard and the autoscalers is one that a program has', () => {
  const texts = [
    ...['rules.yaml', 'dashboard.json'].map((file) => readFileSync(join(MONITORING, file), 'utf8')),
    ...PROGRAMS.map((program) => readFileSync(join(HOME, 'streaming/k8s/base', `${program}.yaml`), 'utf8')),
  ].join('\n');
  const used = new Set([...texts.matchAll(/\bmarkets_[a-z_]+/g)].map(([name]) => name.replace(SUFFIXES, '')));
  const sources = ['streaming', 'orchestrator/metrics', 'core/telemetry'].flatMap((folder) =>
    readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(HOME, folder, file), 'utf8')),
  );
  const registered = new Set(sources.flatMap((text) => [...text.matchAll(/'(markets_[a-z_]+)'/g)].map((match) => match[1])));
  expect([...used].filter((name) => !registered.has(name))).toEqual([]);
  expect(used.size).toBeGreaterThan(12);
});
