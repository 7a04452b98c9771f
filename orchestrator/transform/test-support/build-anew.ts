/** A second root with the same deliveries, for a build from nothing. */
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
  const below = async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  for (const path of [...(await below(rootFolder)), ...(await below(join(project, '..')))]) {
    if (!project.startsWith(path)) await rm(path, { recursive: true });
  }
}

export interface BuiltAnew {
  readonly failures: readonly TransformFailure[];
  readonly warehouse: string;
}

export interface AnewBuilds {
  /** The warehouse stands until the next one. */
  build(rootFolder: string, specs: readonly SourceSpec[], more?: { readonly allTests?: boolean }): Promise<BuiltAnew>;
  close(): Promise<void>;
}

/** Builds from nothing one after the other, in one folder and by one dbt process, which parses the project once. */
export function openAnewBuilds(folder: string): AnewBuilds {
  const worker = createDbtWorker();
  return {
    async build(rootFolder, specs, more = {}) {
      await emptyRoot(folder);
      await copyDeliveries(rootFolder, folder);
      const { failures } = await transform({ rootFolder: folder, specs, ...more }, worker);
      return { failures, warehouse: warehousePath(folder) };
    },
    close: async () => await worker.close(),
  };
}
