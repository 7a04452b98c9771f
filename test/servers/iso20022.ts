/** pw-iso20022: a model of ISO 20022 messages made by others, in Java. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOME } from '../support/command-line.ts';
import { installedProgram, programOf, programOnPath, type ServerTool } from './server-tool.ts';

/** What is found is the folder of its jars. */
export const ISO20022: ServerTool = {
  name: 'iso20022',
  needs: 'a Java development kit and Maven',
  find: () =>
    programOnPath('java') === undefined || programOnPath('javac') === undefined ? undefined : installedProgram('iso20022', 'libs'),
};

const PROGRAM = join(HOME, 'test', 'foreign', 'iso20022', 'Messages.java');
const TIME_LIMIT_MS = 180_000;

/** Compiles and runs the program on a folder (see its comment). */
export async function runMessages(action: 'read' | 'reply', folder: string): Promise<void> {
  const libs = programOf(ISO20022);
  const classPath = readdirSync(libs)
    .map((name) => join(libs, name))
    .join(':');
  await promisify(execFile)(programOnPath('java') ?? 'java', ['-Xmx512m', '-cp', classPath, PROGRAM, action, folder], {
    timeout: TIME_LIMIT_MS,
  });
}
