/**
 * A job of BigQuery, sent and waited for. Its id can be used once in a project and location: where an answer is lost and the job is sent again,
 * BigQuery answers 409 and the job that is there is looked at. So a job runs at most once, however often it is sent.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ApiFault } from './api-fault.ts';
import type { BigqueryConnection } from './connection.ts';
import { member, text } from './wire-json.ts';

export interface FinishedJob {
  readonly jobId: string;
  /** Why the job failed; null where it did not. */
  readonly error: { readonly reason: string; readonly message: string } | null;
  readonly statistics: unknown;
}

const POLL_MS = 100;
const POLL_MS_MAX = 5_000;
/** BigQuery's limit for ids of jobs. */
const ID = /^[A-Za-z0-9_-]{1,1024}$/;

/** Sends the job and waits for its end; where a job of this id is there already, waits for that one. Throws ApiFault. */
export async function runJob(connection: BigqueryConnection, jobId: string, configuration: object): Promise<FinishedJob> {
  if (!ID.test(jobId)) throw new ApiFault(400, 'invalid', 'an id of a job that BigQuery cannot have');
  const { project, location, labels } = connection.options;
  const body = { jobReference: { projectId: project, jobId, location }, configuration: { labels, ...configuration } };
  let job: unknown;
  try {
    job = await connection.call({ method: 'POST', path: 'jobs', body });
  } catch (error) {
    if (!(error instanceof ApiFault) || error.status !== 409) throw error;
    job = await getJob(connection, jobId);
  }
  return await untilDone(connection, jobId, job);
}

/** The job as it ended, waited for; null where there is none of this id. Throws ApiFault. */
export async function findJob(connection: BigqueryConnection, jobId: string): Promise<FinishedJob | null> {
  try {
    return await untilDone(connection, jobId, await getJob(connection, jobId));
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return null;
    throw error;
  }
}

async function getJob(connection: BigqueryConnection, jobId: string): Promise<unknown> {
  return await connection.call({ method: 'GET', path: `jobs/${jobId}`, query: { location: connection.options.location } });
}

async function untilDone(connection: BigqueryConnection, jobId: string, first: unknown): Promise<FinishedJob> {
  const untilMs = performance.now() + connection.limits.jobMs;
  let job = first;
  for (let pollMs = POLL_MS; text(member(job, 'status', 'state')) !== 'DONE'; pollMs = Math.min(pollMs * 2, POLL_MS_MAX)) {
    if (performance.now() > untilMs)
      throw new ApiFault(null, 'timeout', `job ${jobId} is not done after ${String(connection.limits.jobMs)} ms`);
    await wait(pollMs);
    job = await getJob(connection, jobId);
  }
  const error = member(job, 'status', 'errorResult');
  return {
    jobId,
    error:
      error === undefined || error === null
        ? null
        : { reason: text(member(error, 'reason')) ?? 'unknown', message: (text(member(error, 'message')) ?? '').slice(0, 2000) },
    statistics: member(job, 'statistics'),
  };
}
