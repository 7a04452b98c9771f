/** Pub/Sub: the emulator of a Google Cloud SDK where one is installed, else pstest (Google's in-memory server, by Go). */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { isListening, startServer } from './server-process.ts';
import { installedProgram, programOnPath, programOf, type ServerTool } from './server-tool.ts';

export const PUBSUB_EMULATOR: ServerTool = {
  name: 'pubsub-emulator',
  needs: 'a Google Cloud SDK with Java, or Go',
  find: () => JAVA_PUBSUB_EMULATOR.find() ?? installedProgram('pstest', 'pstest'),
};

/** Google's in-memory server, where it has to be that one: it forgets the stream of a client that is gone, and gives back what that one held in its order. */
export const PSTEST: ServerTool = { name: 'pstest', needs: 'Go', find: () => installedProgram('pstest', 'pstest') };

export interface PubsubEmulator {
  /** 127.0.0.1:<port>, what PUBSUB_EMULATOR_HOST takes. */
  readonly host: string;
  stop(): Promise<void>;
}

/** The Java emulator: pstest gives some hundred messages a second where many wait. */
export const JAVA_PUBSUB_EMULATOR: ServerTool = {
  name: PUBSUB_EMULATOR.name,
  needs: 'a Google Cloud SDK with Java',
  find: () => (programOnPath('java') === undefined ? undefined : emulatorJar()),
};

export interface EmulatorOptions {
  /** The Java emulator keeps in its heap every message that it ever had, acknowledged or not, some 2 kB each: for those who send it many. */
  readonly heapMegabytes?: number;
}

export async function startPubsubEmulator(
  tool: ServerTool = PUBSUB_EMULATOR,
  { heapMegabytes }: EmulatorOptions = {},
): Promise<PubsubEmulator> {
  const port = await freePort();
  const program = programOf(tool);
  const isJar = program.endsWith('.jar');
  const server = await startServer({
    name: tool.name,
    program: isJar ? (programOnPath('java') ?? 'java') : program,
    words: isJar
      ? [
          ...(heapMegabytes === undefined ? [] : [`-Xmx${String(heapMegabytes)}m`]),
          '-jar',
          program,
          '--host=127.0.0.1',
          `--port=${String(port)}`,
        ]
      : [String(port)],
    isReady: async () => await isListening(port),
  });
  return { host: `127.0.0.1:${String(port)}`, stop: async () => await server.stop() };
}

/** Below the SDK that `gcloud` belongs to, or where its packages put it. */
function emulatorJar(): string | undefined {
  const gcloud = programOnPath('gcloud');
  const sdks = [...(gcloud === undefined ? [] : [dirname(dirname(realpathSync(gcloud)))]), '/usr/lib/google-cloud-sdk'];
  for (const sdk of sdks) {
    const folder = join(sdk, 'platform', 'pubsub-emulator', 'lib');
    const jar = existsSync(folder) ? readdirSync(folder).find((name) => /^cloud-pubsub-emulator-.*-all\.jar$/.test(name)) : undefined;
    if (jar !== undefined) return join(folder, jar);
  }
  return undefined;
}
