import { describe, expect, it } from 'vitest';
import { compileToDuckDbSql } from '../expression/to-duckdb-sql.ts';
import { parseSpec } from './parse-spec.ts';
import { runInlineTests } from './run-inline-tests.ts';
import { MINIMAL_SPEC, minimalSpecWith } from './test-support/minimal-spec.ts';
import { specTexts } from './test-support/parse-text.ts';

const FILE = 'trading/murex_trades.yaml';

const { parse, problems } = specTexts(FILE);

describe('the minimal spec', () => {
  it('is completed with defaults', () => {
    const spec = parse(MINIMAL_SPEC);
    expect(spec).toMatchObject({ version: 1, enabled: true, schema_drift: 'freeze', control_file: null, spec_file: FILE });
    expect(spec.source).toMatchObject({
      format: 'csv',
      encoding: 'utf-8',
      timezone: 'UTC',
      csv: { delimiter: ',', quote: '"', has_header: true },
    });
    expect(spec.schema.map(({ nullable }) => nullable)).toEqual([false, true, true, true, true, true, true]);
    expect(spec.processing).toMatchObject({
      deduplication: { key: ['trade_id'], strategy: 'latest_arrival' },
      resupply: 'replace',
      delivery: 'delta',
    });
    expect(spec.spec_version).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is mapped to the canonical columns of trades by names', () => {
    const { canonical } = parse(MINIMAL_SPEC);
    expect(canonical.entity).toBe('trades');
    expect(canonical.map.map(({ column, origin }) => `${column} ${origin}`)).toEqual([
      'source_trade_id name',
      'trade_time name',
      'trade_date default',
      'side name',
      'quantity name',
      'price name',
      'status default',
      'version default',
      'counterparty_name name',
      'instrument_id name',
    ]);
    const sql = canonical.map.find(({ column }) => column === 'quantity')?.expression;
    expect(sql && compileToDuckDbSql(sql)).toBe('CAST("qty" AS DECIMAL(38, 18))');
  });

  it('passes a process border by structured clone', () => {
    const spec = parse(MINIMAL_SPEC);
    expect(structuredClone(spec)).toEqual(spec);
  });
});

describe('values of a spec', () => {
  it('are read from the source text, exactly', () => {
    const spec = parse(
      minimalSpecWith(
        '{name: px, type: NUMERIC}',
        '{name: px, type: NUMERIC, min_value: 0.1, max_value: 12345678901234567890.123456789, default: 1}',
      ),
    );
    const price = spec.schema.find(({ name }) => name === 'px');
    expect(price).toMatchObject({ min_value: 100_000_000n, max_value: 12_345_678_901_234_567_890_123_456_789n, default: 1_000_000_000n });
  });

  it('map constants, expressions and sides', () => {
    const text = `${MINIMAL_SPEC}canonical:\n  map:\n    venue: XLON\n    currency: "'USD'"\n    version: 2\n    side: symbol\n    quantity: qty * 100\n`;
    const spec = parse(text);
    const sql = Object.fromEntries(spec.canonical.map.map(({ column, expression }) => [column, compileToDuckDbSql(expression)]));
    expect(sql).toMatchObject({
      venue: "'XLON'",
      currency: "'USD'",
      version: "CAST('2' AS BIGINT)",
      quantity: 'CAST(["qty" * CAST(\'100\' AS BIGINT)][1] AS DECIMAL(38, 18))',
    });
    expect(sql['side']).toContain("THEN 'BUY'");
  });
});

describe('XML, JSON and CSV places', () => {
  it('follow an XPath from the row element', () => {
    const spec = parse(
      minimalSpecWith(
        'murex/trades_{business_date:%Y%m%d}.csv',
        'murex/*.xml\n  xml_config:\n    row_element: //m:trade\n    namespaces: {m: "urn:murex"}',
      )
        .replace('{name: trade_id, type: STRING}', '{name: trade_id, type: STRING, xpath: "m:header/@id"}')
        .replace('{name: side, type: STRING}', '{name: side, type: STRING, xpath: "//m:trade/m:leg[2]/text()"}'),
    );
    expect(spec.schema[0]?.locator).toEqual({
      kind: 'xpath',
      steps: [
        { kind: 'child', namespace: 'urn:murex', name: 'header', index: null },
        { kind: 'attribute', namespace: null, name: 'id' },
      ],
    });
    expect(spec.schema[2]?.locator).toEqual({
      kind: 'xpath',
      steps: [{ kind: 'child', namespace: 'urn:murex', name: 'leg', index: 2 }, { kind: 'text' }],
    });
  });

  it('follow paths into JSON', () => {
    const spec = parse(
      minimalSpecWith('.csv', '.json\n  records: $.data.trades').replace(
        '{name: side, type: STRING}',
        '{name: side, type: STRING, path: "order.legs[0].side"}',
      ),
    );
    expect(spec.source.records).toBe('/data/trades');
    expect(spec.schema[2]?.locator).toEqual({ kind: 'json_path', steps: ['order', 'legs', 0, 'side'] });
  });

  it('follow headers and positions', () => {
    const spec = parse(
      minimalSpecWith('{name: side, type: STRING}', '{name: side, type: STRING, path: Buy/Sell}').replace(
        '{name: px, type: NUMERIC}',
        '{name: px, type: NUMERIC, position: 9}',
      ),
    );
    expect([spec.schema[2]?.locator, spec.schema[4]?.locator]).toEqual([
      { kind: 'header', text: 'Buy/Sell' },
      { kind: 'position', position: 9 },
    ]);
  });
});

describe('rules', () => {
  it('of files take their aggregates out', () => {
    const spec = parse(
      `${MINIMAL_SPEC}validation:\n  file_level:\n    - rule: sum(qty * px) < 1e12 and count(distinct trade_id) = row_count\n    - rule: no duplicate trade_id, side within file\n  max_bad_ratio: 0.001\n`,
    );
    expect(spec.validation.file_level[0]?.check).toMatchObject({
      kind: 'aggregate',
      aggregates: [{ function: 'sum', type: { kind: 'DECIMAL', precision: 38, scale: 9 } }, { function: 'count_distinct' }],
    });
    expect(spec.validation.file_level[1]?.check).toEqual({ kind: 'no_duplicates', columns: ['trade_id', 'side'] });
    expect(spec.validation.max_bad_ratio_ppb).toBe(1_000_000);
  });

  it('are tried by the inline examples', () => {
    const spec = parse(
      `${MINIMAL_SPEC}validation:\n  row_level:\n    - {rule: px > 0, code: PRICE_POSITIVE}\ntests:\n  - {name: good, given: {trade_id: T1, px: 1.5}, expect: accepted}\n  - {name: bad price, given: {trade_id: T1, px: -1}, expect: [PRICE_POSITIVE]}\n  - {name: wrong hope, given: {trade_id: T1, qty: x}, expect: accepted}\n`,
    );
    const results = runInlineTests(spec, '2023-01-30T06:00:00.000000Z');
    expect(results.map(({ name, passed, found }) => [name, passed, found])).toEqual([
      ['good', true, 'accepted'],
      ['bad price', true, 'RULE_FAILED (PRICE_POSITIVE)'],
      ['wrong hope', false, 'TYPE_MISMATCH'],
    ]);
  });
});

describe('fixed width', () => {
  const positions = (columns: string, source = '', more = ''): string =>
    `name: murex_trades\ndescription: Lines\nowner: a@bank.example\ndomain: markets\nsource: {path_pattern: 'a/*.txt', format: fixed_width${source}}\nschema:\n${columns}canonical: {entity: none}\n${more}`;
  const GOOD = '  - {name: id, type: STRING, position: 1, width: 4}\n  - {name: qty, type: INT64, position: 7, width: 5}\n';

  it('has columns by their characters, and no header unless it is said', () => {
    const spec = parse(positions(GOOD, ', record_width: 20'));
    expect(spec.schema.map(({ locator }) => locator)).toEqual([
      { kind: 'characters', position: 1, width: 4 },
      { kind: 'characters', position: 7, width: 5 },
    ]);
    expect([spec.source.format, spec.source.record_width, spec.source.csv.has_header]).toEqual(['fixed_width', 20, false]);
  });

  it.each([
    ['without a width', GOOD.replace(', width: 4', ''), '', '', 'A column of fixed width says where it stands.'],
    ['that overlap', GOOD.replace('position: 7', 'position: 4'), '', '', 'The column id has some of these characters.'],
    ['behind the line', GOOD, ', record_width: 10', '', 'The column ends behind the line.'],
    ['of a list', GOOD.replace('type: STRING', 'type: STRING, mode: REPEATED'), '', '', 'A line of fixed width holds no list.'],
    ['with a key of CSV', GOOD, ", delimiter: ';'", '', 'delimiter has no meaning for fixed_width.'],
    [
      'with a trailer by fields',
      GOOD,
      '',
      'control_file: {type: trailer, row_count_field: rows}\n',
      'A fixed-width record is read by its characters.',
    ],
  ])('columns %s are refused', (_, columns, source, more, message) => {
    const parsed = parseSpec(positions(columns, source, more), FILE);
    expect('problems' in parsed && parsed.problems.map((problem) => problem.message)).toEqual([message]);
  });
});

describe('FIX', () => {
  const messages = (columns: string, source = ''): string =>
    `name: murex_trades\ndescription: Messages\nowner: a@bank.example\ndomain: markets\nsource: {path_pattern: 'a/*.fix'${source}}\nschema:\n${columns}canonical: {entity: none}\n`;
  const GOOD = '  - {name: id, type: STRING, tag: 17}\n  - {name: at, type: TIMESTAMP, tag: 60}\n  - {name: due, type: DATE, tag: 64}\n';

  it('is told by .fix, has columns by tag and times in its own forms', () => {
    const spec = parse(messages(GOOD, ", separator: '|', message_types: ['8'], ignore_columns: [6, 14]"));
    expect(spec.source).toMatchObject({
      format: 'fix',
      fix: { separator: '|', message_types: ['8'] },
      csv: { ignore_columns: ['6', '14'] },
    });
    expect(spec.schema.map(({ locator }) => locator)).toEqual([17, 60, 64].map((tag) => ({ kind: 'tag', tag })));
    const texts = spec.schema.map(({ format }) => (format?.kind === 'strptime' ? format.text : null));
    expect(texts).toEqual([null, '%Y%m%d-%H:%M:%S%N', '%Y%m%d']);
  });

  it.each([
    ['a column without a tag', GOOD.replace(', tag: 17', ''), '', 'A column of FIX has a tag.'],
    ['two columns of a tag', GOOD.replace('tag: 60', 'tag: 17'), '', 'The column id has this tag.'],
    ['a list', GOOD.replace('type: STRING', 'type: STRING, mode: REPEATED'), '', 'Repeating groups of FIX are kept as JSON.'],
    ['UTF-16', GOOD, ', encoding: utf-16', 'The lengths and sums of FIX are those of single bytes.'],
    ['a header', GOOD, ', has_header: true', 'has_header has no meaning for fix.'],
    ['another separator', GOOD, ", separator: ';'", 'A word that is not one of the list.'],
  ])('with %s is refused', (_, columns, source, message) => {
    const parsed = parseSpec(messages(columns, source), FILE);
    expect('problems' in parsed && parsed.problems.map((problem) => problem.message)).toEqual([message]);
  });
});

describe('what is not built yet', () => {
  it.each([
    ['source:\n', 'source:\n  type: api\n', 'source.type api is not supported yet.'],
    ['expectations:', 'api: {url: x}\nexpectations:', 'api is not supported yet.'],
  ])('%j as %j is refused: %s', (text, replacement, message) => {
    const parsed = parseSpec(minimalSpecWith(text, replacement), FILE);
    expect('problems' in parsed && parsed.problems.map((problem) => [problem.message, problem.unsupported])).toEqual([[message, true]]);
  });
});

describe('error messages', () => {
  it.each([
    ['an unknown key', 'owner:', 'ownr:'],
    ['a wrong type', '{name: px, type: NUMERIC}', '{name: px, type: NUMRIC}'],
    ['a rule with a wrong column', 'expectations:', "validation:\n  row_level:\n    - rule: side in ('BUY') and pxx > 0\nexpectations:"],
    ['a word that is not one of the list', 'frequency: daily', 'frequency: dayly'],
    ['a limit that is no number', '{name: px, type: NUMERIC}', '{name: px, type: NUMERIC, min_value: abc}'],
    ['a plain date', 'description: Trades of the Murex front office', 'description: 2023-01-30'],
    ['a plain NO', 'description: Trades of the Murex front office', 'description: NO'],
    ['base 60', 'frequency: daily', 'frequency: daily\n  expected_by: 06:00'],
    ['octal', 'description: Trades of the Murex front office', 'description: 0123'],
    ['an anchor and an alias', 'owner: desk@bank.example\ndomain: markets', 'owner: &o desk@bank.example\ndomain: *o'],
    ['a merge key', 'source:\n', 'source:\n  <<: {}\n'],
    ['a duplicate key', 'owner: desk@bank.example', 'owner: desk@bank.example\nowner: other@bank.example'],
    ['broken YAML with an echo', '  - {name: px, type: NUMERIC}', '  - {name: px, type: NUMERIC}}'],
    ['a colon in a text', 'description: Trades', 'description: Trades: those'],
    ['broken YAML', 'owner: desk@bank.example', 'owner: "desk'],
    ['a missing key', 'owner: desk@bank.example\n', ''],
    ['a missing canonical column', '{name: px, type: NUMERIC}', '{name: px, type: STRING}'],
    ['a side that is none', '{name: side, type: STRING}', '{name: side, type: STRING, allowed_values: [K, V, sell]}'],
    ['a pattern that begins with landing', 'murex/trades', 'landing/murex/trades'],
    ['no instrument', '{name: symbol, type: STRING}', '{name: thing, type: STRING}'],
    ['another name than the file', 'name: murex_trades', 'name: murex'],
    ['two columns of one name', '{name: px, type: NUMERIC}', '{name: Side, type: NUMERIC}'],
    ['a key of another format', 'source:\n', 'source:\n  row_element: trade\n'],
    ['a wrong format', '{name: exec_time, type: TIMESTAMP}', '{name: exec_time, type: TIMESTAMP, format: "%Y-%m-%Q"}'],
    ['half a date', '{name: exec_time, type: TIMESTAMP}', '{name: exec_time, type: TIMESTAMP, format: "%H:%M"}'],
    ['no such zone', '{name: exec_time, type: TIMESTAMP}', '{name: exec_time, type: TIMESTAMP, timezone: Europe/Pariss}'],
    ['a canonical column that is none', 'expectations:', 'canonical: {map: {prize: px}}\nexpectations:'],
    ['a control file that does not follow', 'expectations:', 'control_file: {type: sidecar_xml, pattern: totals.xml}\nexpectations:'],
    ['a trailer outside CSV', '.csv\n', '.jsonl\ncontrol_file: {type: trailer, row_count_field: "2"}\n'],
  ])('for %s', async (name, text, replacement) => {
    const found = problems(minimalSpecWith(text, replacement));
    expect(found.length).toBeGreaterThan(0);
    await expect(`${found.join('\n')}\n`).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}.txt`);
  });

  it('are there for an empty file too', () => {
    expect(problems('')[0]).toContain('trading/murex_trades.yaml:1:1: A value of the wrong form.');
  });
});
