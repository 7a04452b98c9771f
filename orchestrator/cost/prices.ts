/** config/prices.yaml: what things cost, with the day and the page of each price, and what an estimate takes for granted. */
import { readFile } from 'node:fs/promises';
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { parsePlacedYaml } from '../../core/configuration/yaml-place.ts';

const CLOSED = { additionalProperties: false } as const;
const price = Type.Object(
  {
    usd: Type.Number({ minimum: 0 }),
    /** Day on which it was read; null where it was not. */
    as_of: Type.Union([Type.Null(), Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })]),
    source: Type.String({ pattern: '^https://' }),
  },
  CLOSED,
);
const amount = Type.Number({ exclusiveMinimum: 0 });

const PRICES_SCHEMA = Type.Object(
  {
    currency: Type.Literal('USD'),
    region: Type.String({ minLength: 1 }),
    prices: Type.Object(
      {
        storage_gib_month: price,
        storage_write_operation: price,
        storage_read_operation: price,
        warehouse_gib_month: price,
        warehouse_long_term_gib_month: price,
        warehouse_scanned_tib: price,
        warehouse_load_job: price,
        run_vcpu_second: price,
        run_gib_second: price,
        pubsub_tib: price,
      },
      CLOSED,
    ),
    assumptions: Type.Object(
      {
        runs_per_day: amount,
        run_seconds: amount,
        run_vcpus: amount,
        run_gib: amount,
        statements_per_run: amount,
        tables_per_statement: amount,
        reads_per_row: amount,
        rows_per_file: amount,
        text_characters: amount,
      },
      CLOSED,
    ),
  },
  CLOSED,
);

export type PriceList = Static<typeof PRICES_SCHEMA>;
export type PriceName = keyof PriceList['prices'];
export type Assumptions = PriceList['assumptions'];

const check = new Ajv({ strict: false }).compile<PriceList>(PRICES_SCHEMA);

/** CONFIG_INVALID for a file that is missing or wrong. */
export async function loadPrices(file: string): Promise<PriceList> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MarketsError('CONFIG_INVALID', 'The prices cannot be read.', { cause, place: { file } });
  });
  const yaml = parsePlacedYaml(text, file);
  if (check(yaml.data)) return yaml.data;
  const [error] = check.errors ?? [];
  throw new MarketsError('CONFIG_INVALID', `${(error?.instancePath ?? '').slice(1).replaceAll('/', '.')} is wrong.`, {
    expected: error?.message ?? 'the keys of config/prices.yaml',
    place: yaml.place((error?.instancePath ?? '').split('/').slice(1)),
  });
}
