/** A process for tests of the confinement: tries what it is told and answers with the error code, or 'allowed'. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

export type Probe =
  | { readonly attempt: 'read' | 'write' | 'link' | 'thread'; readonly path: string }
  | { readonly attempt: 'spawn' | 'addon' | 'environment'; readonly path?: undefined };

/** A thread of the process tries to read. */
const THREAD = `const { parentPort, workerData } = require('node:worker_threads');
try { require('node:fs').readFileSync(workerData); parentPort.postMessage('allowed'); } catch (error) { parentPort.postMessage(error.code); }`;

function attempt(probe: Probe): string | Promise<string> {
  switch (probe.attempt) {
    case 'read':
      readFileSync(probe.path);
      return 'allowed';
    case 'write':
      writeFileSync(probe.path, 'x');
      return 'allowed';
    case 'thread':
      return new Promise((resolve) => {
        new Worker(THREAD, { eval: true, workerData: probe.path }).once('message', resolve);
      });
    case 'link':
      symlinkSync('/etc/passwd', probe.path);
      return 'allowed';
    case 'spawn':
      execFileSync('/bin/true');
      return 'allowed';
    case 'addon':
      process.dlopen({ exports: {} }, '/tmp/none.node');
      return 'allowed';
    case 'environment':
      return Object.keys(process.env).join(',');
  }
}

process.on('message', (probe: Probe) => {
  const answer = (text: string): void => {
    process.send?.(text);
  };
  try {
    void Promise.resolve(attempt(probe)).then(answer);
  } catch (error) {
    answer(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
});
