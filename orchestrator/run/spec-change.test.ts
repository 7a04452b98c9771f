import { expect, test } from 'vitest';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { FILLS_YAML, yamlSpec } from '../test-support/yaml-spec.ts';
import { specChanges } from './spec-change.ts';

const FILE = 'fills/fills_20230130.csv';
const changed = (from: string, to: string): string => FILLS_YAML.replace(from, to);
const WITH_COLUMN = changed('canonical:', '  - { name: venue, type: STRING, description: Where }\ncanonical:');

test.each([
  ['a nullable column', WITH_COLUMN],
  ['other words', changed('How many', 'Number of shares')],
  ['a comment', `# kept by the desk\n${FILLS_YAML}`],
  ['another owner', changed('desk@example.com', 'ops@example.com')],
  ['another rule', `${FILLS_YAML}validation: { row_level: [{ rule: quantity > 0 }] }\n`],
  ['other limits of a column', changed('type: INT64,', 'type: INT64, min_value: 1, max_value: 1000,')],
  ['expectations', `${FILLS_YAML}expectations: { min_files_per_day: 2 }\n`],
])('the loads of a live source can follow %s', (_what, text) => {
  expect(specChanges(yamlSpec(FILLS_YAML).spec, yamlSpec(text).spec)).toEqual([]);
});

test.each([
  ['another type', changed('INT64', 'NUMERIC'), 'column quantity is another'],
  ['a column less', changed(/ {2}- \{ name: quantity.*\n/.exec(FILLS_YAML)?.[0] ?? '', ''), 'column quantity is gone'],
  [
    'a column that must be there',
    WITH_COLUMN.replace('name: venue,', 'name: venue, nullable: false,'),
    'column venue is new and not nullable',
  ],
  ['another place in the file', changed('name: quantity,', 'name: quantity, path: Menge,'), 'column quantity is another'],
  ['another way of resupply', `${FILLS_YAML}processing: { resupply: append }\n`, 'processing is another'],
])('the loads of a live source cannot follow %s', (_what, text, change) => {
  expect(specChanges(yamlSpec(FILLS_YAML).spec, yamlSpec(text).spec)).toEqual([change]);
});

test('a run with such a spec is refused before it touches a file, and the old spec goes on', async () => {
  const lane = laneBench();
  await lane.drop(FILE, ['id', '1']);
  await lane.run(MONDAY, [yamlSpec(FILLS_YAML)]);
  await lane.drop(FILE, ['id', '1', '2']);
  const broken = yamlSpec(changed('INT64', 'NUMERIC'));
  await expect(lane.run(MONDAY, [broken])).rejects.toMatchObject({ code: 'SPEC_CHANGED', place: { file: 'trading/fills.yaml' } });
  expect(await lane.names('landing/')).toHaveLength(1);
  expect((await lane.run(MONDAY, [yamlSpec(FILLS_YAML)])).files).toMatchObject([{ outcome: 'accepted' }]);
});

test('a source whose files all failed may change as it likes', async () => {
  const lane = laneBench();
  await lane.drop(FILE, ['id', 'FAIL']);
  await lane.run(MONDAY, [yamlSpec(FILLS_YAML)]);
  await lane.drop(FILE, ['id', '1']);
  expect((await lane.run(MONDAY, [yamlSpec(changed('INT64', 'NUMERIC'))])).files).toMatchObject([{ outcome: 'accepted' }]);
});

test('an accepted file that comes again under a spec with a column more is judged again and replaces its first load', async () => {
  const lane = laneBench();
  for (const text of [FILLS_YAML, WITH_COLUMN]) {
    await lane.drop(FILE, ['id', '1']);
    await lane.run(MONDAY, [yamlSpec(text)]);
  }
  const [first, second] = await lane.eventsOf('load_published');
  expect(second?.data).toMatchObject({ version: 1, supersedes: [first?.load_id] });
});
