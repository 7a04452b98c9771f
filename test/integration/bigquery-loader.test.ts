/** Loads into BigQuery through a front that uses a job id once, and through whatever may happen on the way. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createBigqueryLoader } from '../../core/adapters/bigquery/bigquery-warehouse-loader.ts';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import {
  LOADED_TABLE,
  LOADED_TARGET,
  requestOf,
  rowsIn,
  rowsOf,
  warehouseLoaderContract,
  type LoaderPlace,
} from '../../core/ports/warehouse-loader.contract.ts';
import { DDL_DEFAULTS } from '../../core/warehouse/raw-table-ddl.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { startBigqueryFront, type BigqueryFront, type Fault } from '../servers/bigquery-front.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';

serverOrSkip(BQEMULATOR, 'BigQuery by its emulator', () => {
  let folder = '';
  let emulator: BigqueryEmulator;
  let front: BigqueryFront;
  let place: LoaderPlace;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bigquery-loader-'));
    await mkdir(join(folder, 'lane-staging'));
    emulator = await startBigqueryEmulator({ gcsFolder: folder });
    front = await startBigqueryFront(emulator.endpoint);
    const options = emulatorOptions({ ...emulator, endpoint: front.endpoint });
    const patient = { ...options, limits: { ...options.limits, callMs: 1_500 } };
    place = {
      loader: createBigqueryLoader(patient, DDL_DEFAULTS),
      reader: openBigqueryWarehouse(patient),
      store: async (name, lines) => {
        await writeFile(join(folder, 'lane-staging', name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        return `gs://lane-staging/${name}`;
      },
    };
  });
  afterEach(() => {
    front.rules.length = 0;
  });
  afterAll(async () => {
    await front.stop();
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  warehouseLoaderContract('BigQuery', async () => await Promise.resolve(place));

  const jobsOf = (key: string): readonly string[] => [
    ...new Set(front.calls.filter((call) => call.startsWith(`POST jobs load_${key}_`)).map((call) => call.split(' ').at(-1) ?? '')),
  ];
  const load = async (key: string): Promise<void> => {
    await place.loader.load(LOADED_TARGET, [requestOf(key, [await place.store(`${key}.jsonl`, rowsOf(key, 2))], 2)]);
  };

  describe('a load is loaded once', () => {
    test.each<Fault>(['unavailable', 'reset', 'lost', 'truncated', 'stall', 'running'])('when its sending meets: %s', async (fault) => {
      const key = `send-${fault}`;
      front.rules.push({ fault, call: /POST jobs load_/ });
      await load(key);
      expect(front.rules).toEqual([]);
      expect(jobsOf(key)).toEqual([`load_${key}_1`]);
      expect(await rowsIn(place.reader, key)).toBe(2);
    });

    test.each<Fault>(['unavailable', 'reset', 'lost', 'truncated', 'stall'])(
      'when looking at the job that is there meets: %s',
      async (fault) => {
        const key = `look-${fault}`;
        front.rules.push({ fault: 'lost', call: /POST jobs load_/ }, { fault, call: /GET jobs\/load_/ });
        await load(key);
        expect(front.rules).toEqual([]);
        expect(jobsOf(key)).toEqual([`load_${key}_1`]);
        expect(await rowsIn(place.reader, key)).toBe(2);
      },
    );

    test.each<Fault>(['unavailable', 'reset', 'lost', 'truncated', 'stall'])('when counting its rows meets: %s', async (fault) => {
      const key = `count-${fault}`;
      front.rules.push({ fault, call: /POST jobs markets_query_.*count/ }, { fault, call: /GET queries\// });
      await load(key);
      expect(front.rules).toEqual([]);
      expect(await rowsIn(place.reader, key)).toBe(2);
    });

    test('when a job fails for a reason of BigQuery: the next attempt comes after it', async () => {
      front.rules.push({ fault: 'job-fails', call: /POST jobs load_/ });
      await load('fails');
      expect(jobsOf('fails')).toEqual(['load_fails_1', 'load_fails_2']);
      expect(await rowsIn(place.reader, 'fails')).toBe(2);
    });

    test('when a job fails for good: the call fails, and the next call raises the attempt', async () => {
      front.rules.push({ fault: 'job-invalid', call: /POST jobs load_/ });
      await expect(load('invalid')).rejects.toMatchObject({ code: 'WAREHOUSE_LOAD' });
      expect(jobsOf('invalid')).toEqual(['load_invalid_1']);
      await load('invalid');
      expect(jobsOf('invalid')).toEqual(['load_invalid_1', 'load_invalid_2']);
      expect(await rowsIn(place.reader, 'invalid')).toBe(2);
    });

    test('when nobody answers for longer than we wait: the call fails clean, and the next one looks at the job that ran', async () => {
      front.rules.push({ fault: 'lost', call: /POST jobs load_/ }, { fault: 'reset', call: /(POST jobs |GET jobs\/)load_/, times: 2 });
      await expect(load('gone')).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE', retryable: true });
      front.rules.length = 0;
      await load('gone');
      expect(jobsOf('gone')).toEqual(['load_gone_1']);
      expect(await rowsIn(place.reader, 'gone')).toBe(2);
    });

    test('when two call at once', async () => {
      await place.store('twice.jsonl', rowsOf('twice', 2));
      await Promise.all([load('twice'), load('twice'), load('twice')]);
      expect(await rowsIn(place.reader, 'twice')).toBe(2);
    });
  });

  test('rows that went with their partition are loaded again under the next attempt', async () => {
    await load('expired');
    await runStatements(emulator, ["delete from raw.trades where _load_id = 'expired'"]);
    await load('expired');
    expect(jobsOf('expired')).toEqual(['load_expired_1', 'load_expired_2']);
    expect(await rowsIn(place.reader, 'expired')).toBe(2);
  });

  test.each<Fault>(['unavailable', 'reset', 'lost', 'truncated', 'stall'])(
    'a table is made whole when its making meets: %s',
    async (fault) => {
      const table = { ...LOADED_TABLE, name: `made_${fault}` };
      front.rules.push({ fault, call: /GET datasets\/raw\/tables\/made_/ }, { fault, call: /POST jobs markets_ddl_/ });
      await place.loader.prepare([table]);
      expect(front.rules).toEqual([]);
      expect(await place.loader.prepare([table])).toEqual([]);
    },
  );

  test('a page of a result that is cut off is asked for again', async () => {
    front.rules.push({ fault: 'truncated', call: /GET queries\//, times: 2 });
    expect(await rowsIn(place.reader, 'fails')).toBe(2);
  });

  test('a query that fails for a reason of BigQuery is run again', async () => {
    front.rules.push({ fault: 'job-fails', call: /POST jobs markets_query_/ });
    expect(await rowsIn(place.reader, 'fails')).toBe(2);
    expect(front.rules).toEqual([]);
  });
});
