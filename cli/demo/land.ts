/** Puts the deliveries of a cycle into landing/ of a local root, as a partner's upload would. */
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DemoCycle } from './week.ts';

/** How long before its cycle a file arrived: long enough to be taken for complete at once. */
const ARRIVED_BEFORE_MS = 30 * 60_000;

/** Writes the files of one cycle; a file that is there already is replaced. Idempotent. */
export async function land(root: string, cycle: DemoCycle): Promise<void> {
  const arrived = new Date(Date.parse(cycle.now) - ARRIVED_BEFORE_MS);
  for (const delivery of cycle.deliveries) {
    const path = join(root, 'landing', ...delivery.object.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.upload.tmp`, delivery.bytes);
    await utimes(`${path}.upload.tmp`, arrived, arrived);
    await rename(`${path}.upload.tmp`, path);
    // The upload that broke off is done again under its real name.
    await rm(`${path}.part`, { force: true });
  }
}
