/** tests: small inline examples, kept as texts; the engine runs them. */
import { FINDINGS } from '../../engine/findings/catalogue.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import type { Column, InlineTest, Validation } from '../source-spec.ts';
import { report, reportKey, type Builder } from './builder.ts';

export function buildTests(builder: Builder, columns: readonly Column[], validation: Validation): readonly InlineTest[] {
  const names = columns.map(({ name }) => name);
  const ruleCodes = [...validation.row_level, ...validation.file_level].flatMap(({ code }) => code ?? []);
  const codes = [...Object.keys(FINDINGS), ...ruleCodes];
  return (builder.document.tests ?? []).flatMap((test, index) => {
    const { expect } = test;
    if (Array.isArray(expect)) {
      expect.forEach((code, at) => {
        if (!codes.includes(code)) {
          const nearest = nearestWord(code, codes);
          report(builder, ['tests', index, 'expect', at], `There is no code ${code}.`, {
            expected: nearest === undefined ? codes.join(', ') : `perhaps ${nearest}`,
            found: code,
          });
        }
      });
    }
    const rows = Array.isArray(test.given) ? test.given.map((_, row) => ['tests', index, 'given', row]) : [['tests', index, 'given']];
    return rows.map((path, row): InlineTest => {
      const title = test.name ?? `test ${index + 1}`;
      return {
        name: rows.length === 1 ? title : `${title} (row ${row + 1})`,
        given: givenRow(builder, path, Array.isArray(test.given) ? test.given[row] : test.given, names),
        expect: Array.isArray(expect) ? { accepted: false, codes: expect } : { accepted: true },
      };
    });
  });
}

function givenRow(
  builder: Builder,
  path: readonly (string | number)[],
  row: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Readonly<Record<string, string | null>> {
  const given: Record<string, string | null> = {};
  for (const key of Object.keys(row ?? {})) {
    if (!names.includes(key)) {
      const nearest = nearestWord(key, names);
      reportKey(builder, [...path, key], `There is no column ${key}.`, {
        expected: nearest === undefined ? names.join(', ') : `perhaps ${nearest}`,
        found: key,
      });
    }
    given[key] = builder.yaml.sourceText([...path, key]);
  }
  return given;
}
