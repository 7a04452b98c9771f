/** `markets doctor`: is this machine ready. */
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { examine } from '../doctor/examine.ts';

export const command: Command = {
  name: 'doctor',
  summary: 'Is this machine ready: versions, folders, disk, specs, configuration, buckets, datasets, streams',
  description:
    'Checks the versions of Node, the npm packages, DuckDB and dbt, the data folder, the disk, the source specs and the configuration; ' +
    'for a root in buckets also whether each of them can be read with the credentials that are there, for BigQuery whether each dataset can be queried, and for Kafka and Pub/Sub whether the topics of the streams are there. ' +
    'Exit status 0: all good; 1: works, and something should be looked at; 2: something needed is missing or wrong.',
  arguments: [],
  options: [],
  examples: [
    { line: 'markets doctor', says: 'check this machine' },
    { line: 'markets --root gs://markets-int --env int doctor', says: 'credentials and buckets of an environment, too' },
    { line: 'markets doctor --json', says: 'the same for a program' },
  ],
  run: async ({ settings, environment }) => {
    const checks = await examine(settings, environment);
    const worst = checks.some((check) => check.status === 'bad') ? 2 : checks.some((check) => check.status === 'attention') ? 1 : 0;
    return {
      exitCode: worst,
      data: { checks },
      render: () =>
        renderTable(
          ['check', 'status', 'found', 'expected', 'next'],
          checks.map((check) => [check.name, check.status, check.found, check.expected, check.next]),
        ),
    };
  },
};
