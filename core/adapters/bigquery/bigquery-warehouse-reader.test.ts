/** What the emulator does not know: bytes, what a job is sent with, and the shapes in which the service answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WarehouseReader, WarehouseRow } from '../../ports/warehouse-reader.ts';
import { openBigqueryWarehouse } from './bigquery-warehouse-reader.ts';

interface Sent {
  readonly jobReference?: { readonly jobId?: string };
  readonly configuration?: { readonly dryRun?: boolean; readonly query?: Readonly<Record<string, unknown>>; readonly labels?: unknown };
}

let server: Server;
let reader: WarehouseReader;
const sent: Sent[] = [];
let dryRunBytes = '0';
let pages: readonly object[] = [];
let status = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer(request.method ?? '', request.url ?? '', text)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  reader = openBigqueryWarehouse({
    project: 'bank-int',
    location: 'EU',
    datasetPrefix: '',
    apiEndpoint: `http://127.0.0.1:${String(port)}`,
    maximumBytesBilled: 1000n,
    labels: { lane: 'batch' },
    limits: { callMs: 5000, attemptsMax: 2, retryWaitMs: 1, jobMs: 5000 },
  });
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  sent.length = 0;
  dryRunBytes = '0';
  status = 200;
});

function answer(method: string, url: string, body: string): object {
  if (status !== 200) return { error: { code: status, errors: [{ reason: 'accessDenied', message: 'no' }], message: 'no' } };
  if (method === 'POST') {
    const job = JSON.parse(body) as Sent;
    sent.push(job);
    const statistics = { query: { statementType: 'SELECT', totalBytesProcessed: dryRunBytes, totalBytesBilled: '10485760' } };
    return { jobReference: job.jobReference, status: { state: 'DONE' }, statistics };
  }
  const token = new URL(url, 'http://x').searchParams.get('pageToken');
  return pages[token === null ? 0 : Number(token)] ?? {};
}

async function rows(sql: string, parameters: readonly string[] = []): Promise<readonly WarehouseRow[]> {
  const all: WarehouseRow[] = [];
  for await (const batch of (await reader.query(sql, parameters)).batches) all.push(...batch);
  return all;
}

function page(type: string, values: readonly unknown[], more: object = {}): object {
  return { jobComplete: true, schema: { fields: [{ name: 'x', type }] }, rows: values.map((v) => ({ f: [{ v }] })), ...more };
}

describe('a query of BigQuery', () => {
  test('that would read more than is allowed is not run', async () => {
    dryRunBytes = '1001';
    await expect(rows('select 1')).rejects.toMatchObject({ code: 'WAREHOUSE_COST', found: '1001 bytes' });
    expect(sent.map(({ configuration }) => configuration?.dryRun)).toEqual([true]);
    expect(await reader.estimate('select 1')).toEqual({ bytesProcessed: 1001n, bytesBilled: null });
  });

  test('has labels, its limit of bytes, its parameters apart from its text, and an id of its own', async () => {
    pages = [page('STRING', ['a'])];
    const { cost } = await reader.query('select ?', ["x'; drop"]);
    expect(cost).toEqual({ bytesProcessed: 0n, bytesBilled: 10485760n });
    const job = sent.at(-1);
    expect(job?.jobReference?.jobId).toMatch(/^markets_query_/);
    expect(job?.configuration).toMatchObject({
      labels: { lane: 'batch' },
      query: {
        query: 'select ?',
        useLegacySql: false,
        maximumBytesBilled: '1000',
        parameterMode: 'POSITIONAL',
        queryParameters: [{ parameterType: { type: 'STRING' }, parameterValue: { value: "x'; drop" } }],
      },
    });
  });

  test('goes on page by page', async () => {
    pages = [page('INTEGER', ['1', '2'], { pageToken: '1' }), page('INTEGER', ['3'], { pageToken: '2' }), page('INTEGER', [])];
    expect(await rows('select x')).toEqual([[1n], [2n], [3n]]);
  });

  test.each([
    ['NUMERIC', '1.5', 1500000000n],
    ['BIGNUMERIC', '-0.000000000000000001', -1n],
    ['FLOAT', '-Infinity', -Infinity],
    ['FLOAT', '1.0E-7', 1e-7],
    ['BOOLEAN', 'false', false],
    ['TIME', '23:59:59', 86_399_000_000],
    ['DATETIME', '2023-01-30T00:00:00', 1675036800000000n],
    ['TIMESTAMP', '-1', -1n],
    ['GEOGRAPHY', 'POINT(1 2)', 'POINT(1 2)'],
  ])('gives a %s as the service writes it: %s', async (type, written, value) => {
    pages = [page(type, [written, null])];
    expect(await rows('select x')).toEqual([[value], [null]]);
  });

  test.each([
    ['BIGNUMERIC', '0.0000000000000000001'],
    ['TIMESTAMP', '1.675E9'],
    ['INTEGER', 7],
  ])('refuses a value that it cannot hold exactly: %s %s', async (type, written) => {
    pages = [page(type, [written])];
    await expect(rows('select x')).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY' });
  });

  test('says who is refused', async () => {
    status = 403;
    await expect(rows('select 1')).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: 'The warehouse refuses this identity.',
    });
  });
});
