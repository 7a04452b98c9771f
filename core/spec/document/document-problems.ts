/** What a compiled JSON Schema check finds in the data of a YAML, as problems at their places. */
import type { ErrorObject } from 'ajv';
import { nearestWord } from '../../types/nearest-word.ts';
import type { Path, SpecProblem } from '../spec-problem.ts';
import type { YamlDocument } from './yaml-document.ts';

/** The check was compiled with allErrors and verbose. Of alternatives only the whole is told. */
export function documentProblems(errors: readonly ErrorObject[], yaml: YamlDocument): readonly SpecProblem[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => `${schemaPath}/`);
  const own = errors.filter(({ schemaPath }) => !alternatives.some((prefix) => schemaPath.startsWith(prefix)));
  return own.map((error) => problemOf(error, yaml));
}

function problemOf(error: ErrorObject, yaml: YamlDocument): SpecProblem {
  const path = pathOf(error.instancePath, yaml.data);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey([...path, String(params['additionalProperty'])], error, yaml);
    case 'required':
      return yaml.problem([...path, String(params['missingProperty'])], 'A key is missing.', {
        expected: `${String(params['missingProperty'])}: ${descriptionOf(error, String(params['missingProperty']))}`,
        found: 'nothing',
      });
    case 'enum':
      return yaml.problem(path, 'A word that is not one of the list.', {
        expected: (params['allowedValues'] as readonly unknown[]).map(String).join(', '),
        found: foundText(error.data),
      });
    case 'anyOf':
      return yaml.problem(path, 'A value of the wrong form.', { expected: descriptionOf(error), found: foundText(error.data) });
    default:
      return yaml.problem(path, 'A value of the wrong form.', { expected: expectedForm(error, params), found: foundText(error.data) });
  }
}

function unknownKey(path: Path, error: ErrorObject, yaml: YamlDocument): SpecProblem {
  const key = String(path.at(-1));
  const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
  const nearest = nearestWord(key, known);
  return yaml.problemAtKey(path, `There is no key ${key} here.`, {
    expected: nearest === undefined ? `one of ${known.join(', ')}` : `perhaps ${nearest}`,
    found: key,
  });
}

function expectedForm(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  switch (error.keyword) {
    case 'type':
      return [params['type']]
        .flat()
        .map((type) => FORMS[String(type)] ?? String(type))
        .join(' or ');
    case 'pattern':
      return `a text that matches ${String(params['pattern'])}`;
    case 'minItems':
      return 'at least one entry';
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return `a number ${String(params['comparison'])} ${String(params['limit'])}`;
    default:
      return error.message ?? error.keyword;
  }
}

const FORMS: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of keys',
  array: 'a list',
  null: 'null',
};

function descriptionOf(error: ErrorObject, key?: string): string {
  type Described = { description?: string; properties?: Readonly<Record<string, Described>> };
  const schema = error.parentSchema as Described | undefined;
  return (key === undefined ? schema?.description : schema?.properties?.[key]?.description) ?? '';
}

function foundText(data: unknown): string {
  if (Array.isArray(data)) {
    return 'a list';
  }
  return typeof data === 'object' && data !== null ? 'a map of keys' : String(data);
}

/** The steps of a JSON Pointer, indexes as numbers where the data has lists. */
function pathOf(pointer: string, data: unknown): Path {
  const path: (string | number)[] = [];
  let at: unknown = data;
  for (const escaped of pointer.split('/').slice(1)) {
    const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(step) : step);
    at = (at as Readonly<Record<string, unknown>> | null)?.[step];
  }
  return path;
}
