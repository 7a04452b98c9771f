/** Resident memory of another process, from its operating system. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The page size of every platform this runs on is this or larger; statm counts in pages. */
const PAGE_BYTES = process.platform === 'linux' && process.arch !== 'arm64' ? 4096 : undefined;
const KIBIBYTE = 1024;

/** In bytes; undefined when the process is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    if (process.platform !== 'linux') return await residentByPs(pid);
    if (PAGE_BYTES === undefined) return await residentByStatus(pid);
    const pages = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch {
    // The process ended between two looks: its exit is told by its own event.
    return undefined;
  }
}

async function residentByStatus(pid: number): Promise<number | undefined> {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'));
  return found === null ? undefined : Number(found[1]) * KIBIBYTE;
}

async function residentByPs(pid: number): Promise<number | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * KIBIBYTE;
}
