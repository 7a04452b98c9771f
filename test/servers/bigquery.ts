/** bqemulator: the REST API of BigQuery on DuckDB. Loads of gs:// URIs are read from files <gcsFolder>/<bucket>/<name>. */
import { join } from 'node:path';
import { HOME } from '../support/command-line.ts';
import { freePort } from './free-port.ts';
import { startServer } from './server-process.ts';
import { installedProgram, programOf, type ServerTool } from './server-tool.ts';

export const BQEMULATOR: ServerTool = {
  name: 'bqemulator',
  needs: 'Python 3',
  find: () => installedProgram('bqemulator', 'venv', 'bin', 'bqemulator'),
};

export interface BigqueryEmulatorOptions {
  /** The folder of a fake-gcs-server with the filesystem backend. */
  readonly gcsFolder?: string;
  readonly project?: string;
}

export interface BigqueryEmulator {
  /** http://127.0.0.1:<port> */
  readonly endpoint: string;
  readonly project: string;
  output(): string;
  stop(): Promise<void>;
}

export async function startBigqueryEmulator(options: BigqueryEmulatorOptions = {}): Promise<BigqueryEmulator> {
  const [port, grpcPort] = [await freePort(), await freePort()];
  const { project = 'test', gcsFolder } = options;
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const server = await startServer({
    name: 'bqemulator',
    program: programOf(BQEMULATOR),
    words: ['start', '--rest-port', String(port), '--grpc-port', String(grpcPort), '--project', project],
    variables: {
      // DuckDB's extension was put below this folder when the server was installed.
      HOME: join(HOME, '.tools', 'servers', 'bqemulator', 'home'),
      ...(gcsFolder === undefined ? {} : { BQEMU_GCS_LOCAL_ROOT: gcsFolder }),
    },
    isReady: async () => (await fetch(`${endpoint}/bigquery/v2/projects/${project}/datasets`)).ok,
    readyWithinMs: 120_000,
  });
  return { endpoint, project, output: () => server.output(), stop: async () => await server.stop() };
}
