/**
 * One block of config/<env>.yaml, as the lane that owns it reads it: defaults filled in, what is not known refused with its place. The other blocks are
 * those of others.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject } from 'ajv';
import { MarketsError } from '../errors/markets-error.ts';
import { parsePlacedYaml, type PlacedYaml } from './yaml-place.ts';

/** What a schema cannot say: which keys go together. The path counts from the block. */
export interface BlockProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly expected: string;
}

export interface ConfigBlock<T> {
  /** `folder` is the project's config folder. CONFIG_INVALID for a file that is missing or a block that is wrong. */
  load(folder: string, environment: string): Promise<T>;
  /** CONFIG_INVALID with line and column. */
  parse(text: string, file: string): T;
}

export function configBlock<S extends TSchema>(
  block: string,
  schema: S,
  problemOf: (config: Static<S>) => BlockProblem | null,
): ConfigBlock<Static<S>> {
  const check = new Ajv({ useDefaults: true, allErrors: false, strict: false }).compile<Static<S>>(schema);
  const parse = (text: string, file: string): Static<S> => {
    const yaml = parsePlacedYaml(text, file);
    const whole = yaml.data;
    const config: unknown = (isObject(whole) ? whole[block] : undefined) ?? {};
    if (!check(config)) throw refused(block, yaml, check.errors?.[0]);
    const problem = problemOf(config);
    if (problem === null) return config;
    throw new MarketsError('CONFIG_INVALID', problem.message, {
      expected: problem.expected,
      place: yaml.place([block, ...problem.path]),
    });
  };
  return { parse, load: async (folder, environment) => await load(folder, environment, parse) };
}

async function load<T>(folder: string, environment: string, parse: (text: string, file: string) => T): Promise<T> {
  const file = join(folder, `${environment}.yaml`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MarketsError('CONFIG_INVALID', 'The configuration cannot be read.', { cause, place: { file } });
  }
  return parse(text, file);
}

function refused(block: string, yaml: PlacedYaml, error: ErrorObject | undefined): MarketsError {
  const path = (error?.instancePath ?? '').split('/').slice(1);
  const params: Readonly<Record<string, unknown>> = error?.params ?? {};
  const unknown = params['additionalProperty'];
  const whole = [block, ...path, ...(typeof unknown === 'string' ? [unknown] : [])];
  const message = typeof unknown === 'string' ? `${whole.join('.')} is not a key of the configuration.` : `${whole.join('.')} is wrong.`;
  return new MarketsError('CONFIG_INVALID', message, {
    expected: typeof unknown === 'string' ? 'a key of config/local.yaml' : (error?.message ?? 'a valid value'),
    place: yaml.place(whole),
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
