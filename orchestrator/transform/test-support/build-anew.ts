/** A second root with the same deliveries, for a build from nothing. */
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareWarehouses } from '../../../core/adapters/duckdb/compare-warehouses.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { createDbtWorker } from '../dbt-process.ts';
import { projectFolder } from '../project/assemble-project.ts';
import { warehousePath } from '../snapshot.ts';
import { transform, type TransformFailure } from '../transform.ts';

/** Copies events, staged and refused records, not the warehouse. */
export async function copyDeliveries(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const folder of ['control', 'staging', 'quarantine', 'failed']) {
    await cp(join(from, folder), join(to, folder), { recursive: true, force: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

/** Takes everything out of a root but dbt's project: as nothing, to a build, and parsing the project takes longer than building what tests deliver. */
export async function emptyRoot(rootFolder: string): Promise<void> {
  const project = projectFolder(rootFolder);
  const around = dirname(project);
  await mkdir(around, { recursive: true });
  for (const folder of [rootFolder, around]) {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (path !== around && path !== project) await rm(path, { recursive: true });
    }
  }
}

export interface ComparedAnew {
  readonly failures: readonly TransformFailure[];
  /** Of the root's warehouse from the one that was built from nothing. */
  readonly differences: Awaited<ReturnType<typeof compareWarehouses>>;
}

export const EQUAL: ComparedAnew = { failures: [], differences: [] };

export interface AnewBuilds {
  compare(rootFolder: string, specs: readonly SourceSpec[], more?: { readonly allTests?: boolean }): Promise<ComparedAnew>;
  close(): Promise<void>;
}

/** Builds from nothing one after the other, in one folder and by one dbt process, which parses the project once. */
export function openAnewBuilds(folder: string): AnewBuilds {
  const worker = createDbtWorker();
  return {
    async compare(rootFolder, specs, more = {}) {
      await emptyRoot(folder);
      await copyDeliveries(rootFolder, folder);
      const { failures } = await transform({ rootFolder: folder, specs, ...more }, worker);
      return { failures, differences: await compareWarehouses(warehousePath(rootFolder), warehousePath(folder)) };
    },
    close: async () => await worker.close(),
  };
}
