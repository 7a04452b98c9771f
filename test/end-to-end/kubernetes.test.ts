/** The manifests as kubectl renders them: what a run may do, what it is told, and that both environments keep to it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands/index.ts';
import { buildProgram } from '../../cli/framework/program.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { KUBECTL, manifestsOf, OVERLAYS, renderOverlay } from '../servers/kubectl.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';
import { bytesOf, jobsOf, type Manifest } from '../support/deployment/manifest.ts';

/** dbt, the command itself, and what the kernel counts for files. */
const BESIDE_VALIDATION_BYTES = 1.5 * 2 ** 30;
const VERSION = (JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { readonly version: string }).version;

const COMPONENTS = readdirSync(join(HOME, 'orchestrator/k8s/components'));

serverOrSkip(KUBECTL, 'the manifests of Kubernetes', () => {
  const rendered = OVERLAYS.map((overlay) => ({ overlay, manifests: manifestsOf(renderOverlay(overlay)) }));
  const whole = OVERLAYS.map((overlay) => ({ overlay, manifests: manifestsOf(renderOverlay(overlay, COMPONENTS)) }));
  const jobs = whole.flatMap(({ overlay, manifests }) => jobsOf(manifests).map((job) => ({ overlay, manifests, ...job })));
  const pods = jobs.map(({ overlay, name, job }) => ({ overlay, name, pod: job.template.spec }));

  test('each environment runs the lane every hour, and never twice at once', () => {
    for (const overlay of OVERLAYS) {
      const cron = jobs.find((job) => job.overlay === overlay && job.name === 'markets-run')?.cron;
      expect(cron?.spec, overlay).toMatchObject({ schedule: '0 * * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
      for (const limit of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) {
        expect(cron?.spec?.[limit], limit).toBeGreaterThan(0);
      }
    }
  });

  test('a job has an end, is tried again a few times at most, and not at all where that changes nothing', () => {
    for (const { name, job } of jobs) {
      expect(job['activeDeadlineSeconds'], name).toBeLessThan(3600);
      expect(job['ttlSecondsAfterFinished'], name).toBeGreaterThan(0);
      expect(job['backoffLimit'], name).toBeLessThanOrEqual(4);
      const policy = job['podFailurePolicy'] as { readonly rules: readonly { action: string; onExitCodes?: { values: number[] } }[] };
      expect(policy.rules.find(({ action }) => action === 'FailJob')?.onExitCodes?.values, name).toEqual([64, 70]);
      expect(job.template.spec['restartPolicy'], name).toBe('Never');
    }
  });

  test('no container is root, gains a right, or can write but to its scratch folders', () => {
    for (const { name, pod } of pods) {
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container.securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          privileged: false,
          capabilities: { drop: ['ALL'] },
        });
        const writable = (container.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true);
        const volumes = writable.map((mount) => pod.volumes?.find((volume) => volume.name === mount.name));
        expect(
          volumes.every((volume) => volume !== undefined && 'emptyDir' in volume),
          name,
        ).toBe(true);
        expect(writable.map(({ mountPath }) => mountPath).sort(), name).toEqual(['/tmp', '/tmp/home']);
      }
      for (const word of ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace']) expect(pod[word], name).toBeUndefined();
      expect(JSON.stringify(pod.volumes), name).not.toContain('hostPath');
    }
  });

  test('no key lies in a pod: its identity is that of the account its annotation names', () => {
    for (const { overlay, manifests } of rendered) {
      const account = manifests.find(({ kind }) => kind === 'ServiceAccount');
      expect(account?.metadata.annotations?.['iam.gke.io/gcp-service-account']).toBe(
        `markets-orchestrator@markets-${overlay}.iam.gserviceaccount.com`,
      );
      expect(account?.automountServiceAccountToken).toBe(false);
      expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    }
    for (const { pod } of pods) {
      expect(pod.serviceAccountName).toBe('markets-orchestrator');
      expect(pod['automountServiceAccountToken']).toBe(false);
      expect(JSON.stringify(pod)).not.toMatch(/secretKeyRef|GOOGLE_APPLICATION_CREDENTIALS/);
    }
  });

  test('processor, memory and disk are limited, and suffice for what the configuration lets happen at once', async () => {
    for (const { overlay, name, pod } of pods) {
      const { lane, validation } = await loadLaneConfig(join(HOME, 'config'), overlay);
      const needed = lane.files_at_once * validation.memory_mb * 2 ** 20 + BESIDE_VALIDATION_BYTES;
      for (const { resources } of pod.containers) {
        for (const kind of ['cpu', 'memory', 'ephemeral-storage']) {
          expect(resources?.requests?.[kind], `${name} ${kind}`).toBeDefined();
          expect(resources?.limits?.[kind], `${name} ${kind}`).toBeDefined();
        }
        expect(bytesOf(resources?.limits?.['memory'] ?? ''), name).toBeGreaterThanOrEqual(needed);
      }
    }
  });

  test('nothing comes in, and what goes out are names, the identity of the pod and the interfaces of Google', () => {
    for (const { overlay, manifests } of rendered) {
      const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
      expect(policies, overlay).toHaveLength(1);
      expect(policies[0]?.spec, overlay).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [] });
      const ways = (policies[0]?.spec?.egress ?? []).flatMap(({ to, ports }) =>
        (to ?? [{}]).flatMap((peer) => (ports ?? []).map(({ port }) => `${peer.ipBlock?.cidr ?? JSON.stringify(peer)} ${String(port)}`)),
      );
      const dns = ways.filter((way) => way.endsWith(' 53'));
      expect(dns).toHaveLength(4);
      expect(dns.every((way) => /kube-dns|^169\.254\.20\.10\/32/.test(way))).toBe(true);
      expect(ways.filter((way) => !way.endsWith(' 53'))).toEqual([
        '169.254.169.254/32 80',
        '169.254.169.252/32 988',
        '199.36.153.8/30 443',
      ]);
      expect(manifests.find(({ kind }) => kind === 'Namespace')?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
    }
  });

  test("the partner's server is one address and one port, where an environment asks for it", () => {
    const policy = manifestsOf(renderOverlay('prod', ['partner-sftp'])).find(({ metadata }) => metadata.name === 'markets-partner-sftp');
    expect(policy?.metadata.namespace).toBe('markets');
    expect(policy?.spec?.egress).toEqual([{ to: [{ ipBlock: { cidr: '192.0.2.10/32' } }], ports: [{ protocol: 'TCP', port: 22 }] }]);
  });

  test('both environments run the image of this version, by its exact tag and from one place', () => {
    for (const { pod } of pods) {
      for (const { image } of pod.containers) expect(image).toBe(`europe-west1-docker.pkg.dev/markets-int/markets/lane:${VERSION}`);
    }
  });

  test('each run is told its environment, finds its root, and its configuration comes from the ConfigMap', () => {
    for (const { overlay, manifests, job } of jobs) {
      const [container] = job.template.spec.containers;
      expect(container?.args.slice(0, 4)).toEqual(['run', '--env', '$(MARKETS_ENVIRONMENT)', '--attention-ok']);
      expect(environmentOf(manifests)).toMatchObject({ MARKETS_ENVIRONMENT: overlay, MARKETS_ROOT: `gs://markets-${overlay}` });
      const mount = container?.volumeMounts?.find(({ mountPath }) => mountPath === `/app/config/${overlay}.yaml`);
      const volume = job.template.spec.volumes?.find(({ name }) => name === mount?.name) as { configMap?: { name: string } } | undefined;
      const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume?.configMap?.name);
      expect(map?.data?.[mount?.subPath ?? '']).toBe(readFileSync(join(HOME, 'config', `${overlay}.yaml`), 'utf8'));
    }
  });

  test('the command line takes what each run is told', async () => {
    for (const { overlay, manifests } of [...rendered, ...whole]) {
      for (const { job } of jobsOf(manifests)) {
        const environment = environmentOf(manifests);
        const words = (job.template.spec.containers[0]?.args ?? []).map((word) =>
          word.replace(/\$\((\w+)\)/, (_, name: string) => environment[name] ?? '0'),
        );
        const invoked: string[] = [];
        const program = await buildProgram(words, COMMANDS, async (name) => {
          await Promise.resolve();
          invoked.push(name);
        });
        await program.parseAsync([...words], { from: 'user' });
        expect([invoked, program.opts()]).toMatchObject([['run'], { env: overlay, attentionOk: true, logLevel: 'info' }]);
      }
    }
  });

  test('the processes of a shared run are as many as each is told', () => {
    const shared = manifestsOf(renderOverlay('prod', ['shared-run']));
    const [run, ...others] = jobsOf(shared);
    expect(others).toEqual([]);
    expect(run?.job).toMatchObject({ completionMode: 'Indexed', completions: 4, parallelism: 4 });
    expect(run?.job.template.spec.containers[0]?.args.slice(-2)).toEqual(['--tasks', String(run?.job['completions'])]);
    // Each has its number from Kubernetes itself.
    expect(JSON.stringify(run)).not.toContain('--task"');
  });
});

function environmentOf(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  return manifests.find(({ metadata }) => metadata.name.startsWith('markets-environment-'))?.data ?? {};
}
