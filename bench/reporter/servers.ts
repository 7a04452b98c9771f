/** The servers that are measured: reporters with their ledgers in a folder and in buckets, the regulator behind them, and a bare echo of the same HTTP library. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { residentBytes } from '../../core/engine/process/resident-memory.ts';
import { workFolder } from '../../cli/lane/work-folder.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer } from '../../test/servers/fake-gcs-server.ts';
import { writeReferenceWarehouse } from '../../test/support/reference-warehouse.ts';
import { withSettings } from '../../test/support/config-settings.ts';
import { startProgram, startRegulatorProgram, writeReporterConfig, type Program } from '../../test/support/reporter-process.ts';

const ECHO = fileURLToPath(new URL('../echo-process.ts', import.meta.url));
/** A machine that somebody else pauses for a while is no fault of what is measured. */
const HEARTBEAT_SECONDS = 60;

export interface MeasuredServers {
  readonly echoPort: number;
  readonly regulatorUrl: string;
  readonly folder: Program;
  /** null where fake-gcs-server cannot be had. */
  readonly buckets: Program | null;
  /** A reporter in the folder once more: start and end. */
  startAgain(): Promise<number>;
  end(): Promise<void>;
}

export async function startServers(scratch: string): Promise<MeasuredServers> {
  const ends: (() => unknown)[] = [];
  const regulator = await startRegulatorProgram();
  ends.push(async () => await regulator.end());
  const regulatorUrl = String(regulator.said['url']);
  const gcs = FAKE_GCS_SERVER.find() === undefined ? null : await startFakeGcsServer();
  ends.push(async () => await gcs?.stop());
  writeReporterConfig(join(scratch, 'config'), regulatorUrl, (yaml) => withSettings(yaml, settings(regulatorUrl, gcs?.endpoint ?? null)));
  const serve = async (root: string): Promise<Program> =>
    await startProgram(['--root', root, '--config', join(scratch, 'config'), 'reporter', 'serve'], 'reporter_listening');
  const root = join(scratch, 'root');
  await writeReferenceWarehouse(root);
  const folder = await serve(root);
  ends.push(async () => await folder.end());
  let buckets: Program | null = null;
  if (gcs !== null) {
    const url = `gs://bench-${randomBytes(6).toString('hex')}`;
    await gcs.createBuckets(bucketLayout(url).buckets);
    await writeReferenceWarehouse(workFolder(url));
    buckets = await serve(url);
    const started = buckets;
    ends.push(async () => {
      await started.end();
      rmSync(workFolder(url), { recursive: true, force: true });
    });
  }
  const echo = fork(ECHO);
  ends.push(() => echo.kill());
  const echoPort = await new Promise<number>((resolve) => echo.once('message', (port) => resolve(Number(port))));
  return {
    ...{ echoPort, regulatorUrl, folder, buckets },
    async startAgain() {
      const again = await serve(root);
      await again.end();
      return again.startMs;
    },
    async end() {
      for (const end of ends.toReversed()) await end();
    },
  };
}

function settings(url: string, gcs: string | null): Readonly<Record<string, unknown>> {
  const destination = { url, per_second: 10_000, burst: 10_000, concurrency: 64 };
  return {
    'reporter.regimes.on': ['rts_1'],
    'reporter.destinations': { arm: destination, apa: destination, trace: destination },
    'reporter.pipeline.queue_events_max': 100_000,
    'reporter.ledger.heartbeat_seconds': HEARTBEAT_SECONDS,
    ...(gcs !== null && { 'store.project': 'bench-project', 'store.api_endpoint': gcs }),
  };
}

export async function residentMegabytes({ child: { pid = 0 } }: Program): Promise<number> {
  const bytes = await residentBytes(pid);
  if (bytes === undefined) throw new Error('expected the reporter to run, found that it has ended');
  return Math.round(bytes / 1024 ** 2);
}
