/** A process for tests of the confinement: tries what it is told and answers with the error code, or 'allowed'. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

export type Probe =
  | { readonly attempt: 'read' | 'write' | 'link'; readonly path: string }
  | { readonly attempt: 'spawn' | 'worker' | 'addon' | 'environment'; readonly path?: undefined };

function attempt(probe: Probe): string {
  switch (probe.attempt) {
    case 'read':
      readFileSync(probe.path);
      return 'allowed';
    case 'write':
      writeFileSync(probe.path, 'x');
      return 'allowed';
    case 'link':
      symlinkSync('/etc/passwd', probe.path);
      return 'allowed';
    case 'spawn':
      execFileSync('/bin/true');
      return 'allowed';
    case 'worker':
      new Worker('', { eval: true }).unref();
      return 'allowed';
    case 'addon':
      process.dlopen({ exports: {} }, '/tmp/none.node');
      return 'allowed';
    case 'environment':
      return Object.keys(process.env).join(',');
  }
}

process.on('message', (probe: Probe) => {
  let answer: string;
  try {
    answer = attempt(probe);
  } catch (error) {
    answer = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  process.send?.(answer);
});
