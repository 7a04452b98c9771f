/** A second root with the same deliveries, for a build from nothing. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies events, staged and refused records, not the warehouse. */
export async function copyDeliveries(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const folder of ['control', 'staging', 'quarantine', 'failed']) {
    await cp(join(from, folder), join(to, folder), { recursive: true, force: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}
