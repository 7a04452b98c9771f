/**
 * Logs for operators, on stderr: one constant event name and fields a line. No row values, no secrets, no prose built from values;
 * what has to be kept is an event under control/, not a log line.
 */
import winston from 'winston';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  /** Resolves when everything logged so far was written. */
  close(): Promise<void>;
}

export const SILENT: Logger = { log: () => undefined, close: async () => await Promise.resolve() };

export function createLogger(options: { readonly level: LogLevel; readonly stream?: NodeJS.WritableStream }): Logger {
  const stream = options.stream ?? process.stderr;
  const { format, transports } = winston;
  const lines = { format: format.combine(format.timestamp(), format.json({ deterministic: false })) };
  const logger = winston.createLogger(Object.assign(lines, { level: options.level, transports: [new transports.Stream({ stream })] }));
  return {
    log(level, event, fields = {}) {
      logger.log(level, event, { ...fields });
    },
    async close() {
      const finished = new Promise<void>((resolve) => logger.once('finish', () => resolve()));
      logger.end();
      await finished;
    },
  };
}
