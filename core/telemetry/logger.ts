/**
 * Logs for operators, on stderr: one constant event name and fields a line. No row values, no secrets, no prose built from values;
 * what has to be kept is an event under control/, not a log line. `severity`, `time` and `message` are the fields that Cloud Logging looks for in a
 * line of JSON, so that its filters and alerts work without an agent of ours.
 */
import winston from 'winston';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  /** A field `message` is written as `detail`: the message of a line is its event. */
  log(level: LogLevel, event: string, fields?: LogFields): void;
  /** Resolves when everything logged so far was written. */
  close(): Promise<void>;
}

export const SILENT: Logger = { log: () => undefined, close: async () => await Promise.resolve() };

/** Google's names of the levels. */
const SEVERITY: Readonly<Record<LogLevel, string>> = { error: 'ERROR', warn: 'WARNING', info: 'INFO', debug: 'DEBUG' };

export function createLogger(options: { readonly level: LogLevel; readonly stream?: NodeJS.WritableStream }): Logger {
  const stream = options.stream ?? process.stderr;
  const { format, transports } = winston;
  const lines = { format: format.json({ deterministic: false }) };
  const logger = winston.createLogger(Object.assign(lines, { level: options.level, transports: [new transports.Stream({ stream })] }));
  return {
    log(level, event, { message: detail, ...fields } = {}) {
      const time = new Date().toISOString();
      // Last, so that no field takes the place of one of these.
      logger.log({ ...fields, ...(detail !== undefined && { detail }), severity: SEVERITY[level], time, level, message: event });
    },
    async close() {
      const finished = new Promise<void>((resolve) => logger.once('finish', () => resolve()));
      logger.end();
      await finished;
    },
  };
}
