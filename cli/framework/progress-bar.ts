/**
 * Progress of long work, on stderr. Nothing is shown where stderr is no terminal, with --json, or in the first second,
 * so that quick commands and logs stay clean.
 */
import { SingleBar } from 'cli-progress';
import type { Progress } from './progress.ts';

/** Work shorter than this shows no bar. */
const SHOW_AFTER_MS = 1000;

export function progressBar(label: string, colour: boolean): Progress {
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} {bar} {value}/{total} {note}`,
    barCompleteChar: '=',
    barIncompleteChar: colour ? '·' : '.',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
  });
  const startedMs = Date.now();
  let shown = false;
  return {
    update(done, total, note = '') {
      if (Date.now() - startedMs < SHOW_AFTER_MS) return;
      if (!shown) bar.start(total, done, { note });
      shown = true;
      bar.setTotal(Math.max(total, done));
      bar.update(done, { note });
    },
    stop() {
      if (shown) bar.stop();
      shown = false;
    },
  };
}
