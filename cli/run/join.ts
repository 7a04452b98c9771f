/** The command `run` of a task that takes its share of another process's run. */
import type { JoinResult } from '../../orchestrator/index.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { openLane } from '../lane/open-lane.ts';
import type { SharedTask } from './shared-task.ts';

const EXIT_CODE = { ok: 0, attention: 1, failed: 2 } as const;

export async function join(context: CommandContext, share: SharedTask): Promise<CommandResult> {
  const opened = await openLane(context);
  const progress = context.progress('files');
  try {
    const result = await opened.lane.joinRun({ ...share, onFile: (done, total, object) => progress.update(done, total, object) });
    return { exitCode: EXIT_CODE[result.status], data: result, errors: [...result.errors], render: () => renderJoined(result) };
  } finally {
    progress.stop();
    await opened.close();
  }
}

function renderJoined({ run_id: runId, task, status, files, errors }: JoinResult): string {
  if (runId === null) return `Task ${String(task)}: no run offered its files.`;
  const lines = files.map(({ object, outcome }) => `${outcome.padEnd(11)} ${object}`);
  const problems = errors.map(({ code, object, message }) => `error ${code} of ${object ?? 'the task'}: ${message}`);
  return [`Task ${String(task)} of run ${runId}: ${status}, ${String(files.length)} files`, ...lines, ...problems].join('\n');
}
