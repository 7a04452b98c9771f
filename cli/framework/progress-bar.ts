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
  let state = { done: 0, total: 0, note: '' };
  let shown = false;
  const show = (): void => {
    bar.start(state.total, state.done, { note: state.note });
    shown = true;
  };
  // Shown by time, not by the next update, which may be long in coming.
  const timer = setTimeout(show, SHOW_AFTER_MS);
  timer.unref();
  return {
    update(done, total, note = '') {
      state = { done, total: Math.max(total, done), note };
      if (!shown) return;
      bar.setTotal(state.total);
      bar.update(done, { note });
    },
    stop() {
      clearTimeout(timer);
      if (shown) bar.stop();
      shown = false;
    },
  };
}
