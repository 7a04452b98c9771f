/** Which part of a shared run a process has: `--task` and `--tasks`, or what the platform that started many of them says. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { CommandContext } from '../framework/command.ts';

/** Cloud Run jobs and indexed Kubernetes jobs tell each of their processes its number, from 0 on. */
const INDEX_VARIABLES = ['CLOUD_RUN_TASK_INDEX', 'JOB_COMPLETION_INDEX'];
const TASKS_MAX = 1000;

export interface SharedTask {
  readonly task: number;
  readonly tasks: number;
}

/** null for a run that is not shared. CLI_USAGE for numbers that do not fit. */
export function sharedTask({ input, environment }: Pick<CommandContext, 'input' | 'environment'>): SharedTask | null {
  const tasks = input.integer('tasks', 1) ?? 1;
  const given = input.integer('task');
  const variable = INDEX_VARIABLES.map((name) => environment.variable(name)).find((text) => text !== undefined && text !== '');
  const task = given ?? (tasks > 1 ? Number(variable ?? 0) : 0);
  if (!Number.isInteger(task) || task < 0 || task >= tasks || tasks > TASKS_MAX) {
    throw new MarketsError('CLI_USAGE', 'There is no such task.', {
      expected: `--tasks of at most ${String(TASKS_MAX)}, and --task from 0 to one less than that`,
      found: `--task ${String(task)} --tasks ${String(tasks)}`,
    });
  }
  return tasks === 1 ? null : { task, tasks };
}
