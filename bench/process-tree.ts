/** Resident memory of this process and of everything it started, from /proc; what `top` would show, sampled. */
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 25;
const PAGE_BYTES = 4096;

interface ProcessMemory {
  readonly id: number;
  readonly parent: number;
  readonly bytes: number;
}

function processes(): ProcessMemory[] {
  const found: ProcessMemory[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command name stands in parentheses and may hold blanks: fields are counted from behind it.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      found.push({ id: Number(name), parent: Number(fields[1]), bytes: Number(fields[21]) * PAGE_BYTES });
    } catch {
      // The process ended between the listing and the reading: it needs no memory any more.
    }
  }
  return found;
}

function treeBytes(root: number): number {
  const all = processes();
  const members = new Set([root]);
  for (let size = 0; size !== members.size;) {
    size = members.size;
    for (const { id, parent } of all) if (members.has(parent)) members.add(id);
  }
  return all.filter(({ id }) => members.has(id)).reduce((sum, { bytes }) => sum + bytes, 0);
}

export interface MemorySampler {
  /** Peak bytes since the last call. */
  take(): number;
  stop(): void;
}

export function sampleMemory(): MemorySampler {
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(peak, treeBytes(process.pid));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    take: () => {
      sample();
      const taken = peak;
      peak = 0;
      return taken;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
