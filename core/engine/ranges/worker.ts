/** The entry of a worker thread: judges one range after another. It may touch what its process may touch. */
import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { RangeJudge, type JudgeMemory } from './range-judge.ts';
import type { RangeResult } from './range.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts';

let judge: RangeJudge | null = null;
/** Of the last file; null after an error, which may have left rows in the buffers. */
let memory: JudgeMemory | null = null;

function answer(request: WorkerRequest): void {
  switch (request.kind) {
    case 'open':
      judge = new RangeJudge(request.context, memory);
      memory = judge.memory();
      return;
    case 'close':
      judge = null;
      return;
    case 'range': {
      if (judge === null) throw new RangeError('no file is open');
      const result = judge.judgeRange(request.range);
      send({ kind: 'result', result }, buffersOf(result));
    }
  }
}

function send(reply: WorkerReply, buffers: ArrayBuffer[]): void {
  parentPort?.postMessage(reply, buffers);
}

/** They are handed over instead of copied. */
function buffersOf({ records, digests, fileRules }: RangeResult): ArrayBuffer[] {
  const { group, frames, spans, follows } = records;
  const deltas = group?.chunks.flatMap((chunk) => ('deltas' in chunk ? [chunk.deltas.buffer] : [])) ?? [];
  const pages = group === null ? [] : [group.pages.buffer];
  const distinct = fileRules.aggregates.map((partial) => partial.digests.buffer);
  return [...pages, ...deltas, ...distinct, frames.held.buffer, ...spans.map(([, bytes]) => bytes.buffer), follows.buffer, digests.buffer];
}

parentPort?.on('message', (request: WorkerRequest) => {
  try {
    answer(request);
  } catch (error) {
    memory = null;
    send({ kind: 'error', error }, []);
  }
});
if ((workerData as WorkerStart).keepsCompiled) flushCompileCache();
send({ kind: 'loaded' }, []);
