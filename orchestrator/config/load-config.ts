/** Reads config/<env>.yaml, fills the defaults in and refuses what is not known, with its place. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { Temporal } from 'temporal-polyfill';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { LANE_CONFIG_SCHEMA, type LaneConfig } from './lane-config.ts';
import { deliveryProblem } from './check-delivery.ts';
import { checkWarehouse } from './warehouse-config.ts';
import { parsePlacedYaml, type PlacedYaml } from '../../core/configuration/yaml-place.ts';

const check = new Ajv({ useDefaults: true, allErrors: false, strict: false }).compile<
  LaneConfig & { streaming?: unknown; reporter?: unknown }
>(LANE_CONFIG_SCHEMA);

/** `folder` is the project's config folder. CONFIG_INVALID for a file that is missing, wrong or of another environment. */
export async function loadLaneConfig(folder: string, environment: LaneConfig['environment']): Promise<LaneConfig> {
  const file = join(folder, `${environment}.yaml`);
  const config = parseLaneConfig(await textOf(file), file);
  if (config.environment !== environment) {
    throw new MarketsError('CONFIG_INVALID', 'The configuration is of another environment.', {
      expected: environment,
      found: config.environment,
      place: { file },
    });
  }
  return config;
}

export function parseLaneConfig(text: string, file: string): LaneConfig {
  const yaml = parsePlacedYaml(text, file);
  const data = yaml.data ?? {};
  if (!check(data)) throw refused(yaml, check.errors?.[0]);
  delete data.streaming;
  delete data.reporter;
  if (!isTimeZone(data.extract.timezone)) {
    throw new MarketsError('CONFIG_INVALID', 'extract.timezone is no time zone.', {
      expected: 'a name such as Europe/London or UTC',
      found: data.extract.timezone,
      place: yaml.place(['extract', 'timezone']),
    });
  }
  checkWarehouse(data.warehouse, yaml.place(['warehouse', 'kind']));
  const problem = deliveryProblem(data);
  if (problem === null) return data;
  throw new MarketsError('CONFIG_INVALID', problem.message, { expected: problem.expected, place: yaml.place(problem.path) });
}

function refused(yaml: PlacedYaml, error: ErrorObject | undefined): MarketsError {
  const path = (error?.instancePath ?? '').split('/').slice(1);
  const params: Readonly<Record<string, unknown>> = error?.params ?? {};
  const unknown = params['additionalProperty'];
  const whole = typeof unknown === 'string' ? [...path, unknown] : path;
  const message = typeof unknown === 'string' ? `${whole.join('.')} is not a key of the configuration.` : `${whole.join('.')} is wrong.`;
  return new MarketsError('CONFIG_INVALID', message, {
    expected: typeof unknown === 'string' ? 'a key of config/local.yaml' : (error?.message ?? 'a valid value'),
    place: yaml.place(whole),
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MarketsError('CONFIG_INVALID', 'The configuration cannot be read.', { cause, place: { file } });
  }
}

function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
