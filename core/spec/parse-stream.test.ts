import { describe, expect, it } from 'vitest';
import { createMessageChecker } from '../engine/message-checker.ts';
import { runInlineTests } from './run-inline-tests.ts';
import type { SourceSpec } from './source-spec.ts';
import { STREAM_SPEC, streamSpecWith } from './test-support/stream-spec.ts';
import { specTexts } from './test-support/parse-text.ts';

const FILE = 'streaming/venue_quotes.yaml';
const NOW = '2023-01-30T06:00:00.000000Z';

const { parse, problems } = specTexts(FILE);

describe('a stream', () => {
  it('has no files, and topics that follow from its name', () => {
    const spec = parse(STREAM_SPEC);
    expect(spec.source).toMatchObject({ type: 'stream', format: 'json', path_pattern: null });
    expect(spec.expectations).toMatchObject({ min_files_per_day: 0, expected_by: null });
    expect(spec.stream).toEqual({
      kafka_topic: 'venue.quotes',
      pubsub_topic: 'stream-venue-quotes',
      dead_letter_topic: 'stream-venue-quotes-dead-letter',
      key_field: 'quote_id',
      event_time_field: 'quote_time',
      sequence_field: 'seq',
      sequence_by: ['symbol'],
      partition_key: 'symbol',
      allowed_lateness_ms: 10_000,
      reconcile_with: null,
    });
    expect(structuredClone(spec)).toEqual(spec);
  });

  it('says with one key which topic it is, and the rest follows', () => {
    const text = STREAM_SPEC.slice(0, STREAM_SPEC.indexOf('  key_field')).replace('  format: json\n', '');
    const spec = parse(text);
    expect(spec.source.format).toBe('json');
    expect(spec.stream).toMatchObject({ key_field: null, event_time_field: 'quote_time', sequence_field: null, sequence_by: [] });
    expect(spec.processing.deduplication).toMatchObject({ key: [], strategy: 'none' });
    expect(spec.quality).toMatchObject({ gaps_ms: [], outliers: null, duplicates: null, crossed: null, positive: [], future_ms: null });
  });

  it('counts the first arrival of a key, unless processing.deduplication says otherwise', () => {
    expect(parse(STREAM_SPEC).processing).toMatchObject({
      deduplication: { key: ['quote_id'], strategy: 'first_arrival' },
      resupply: 'append',
      delivery: 'delta',
    });
    const latest = `${STREAM_SPEC}processing: {deduplication: {key: [symbol], version_field: seq}}\n`;
    expect(parse(latest).processing.deduplication).toEqual({ key: ['symbol'], strategy: 'latest_version', version_field: 'seq' });
  });

  it('needs its key, moment and sequence number, unless the spec says otherwise', () => {
    const nullable = (spec: SourceSpec): readonly string[] => spec.schema.filter((each) => each.nullable).map(({ name }) => name);
    expect(nullable(parse(STREAM_SPEC))).toEqual(['symbol', 'bid', 'ask', 'levels']);
    const stated = streamSpecWith('{name: seq, type: INT64}', '{name: seq, type: INT64, nullable: true}');
    expect(nullable(parse(stated))).toContain('seq');
  });

  it('has durations and checks as typed values', () => {
    expect(parse(STREAM_SPEC).quality).toEqual({
      volume_anomaly: null,
      gaps_ms: [500, 5000, 30_000],
      outliers: { column: 'bid', window: 50, sigma: '4.5', is_robust: true },
      duplicates: { columns: ['symbol', 'bid', 'ask'], within_ms: 2000 },
      crossed: { bid: 'bid', ask: 'ask' },
      positive: ['bid', 'ask'],
      future_ms: 5000,
    });
    const lateness = parse(streamSpecWith('  partition_key: symbol', '  partition_key: symbol\n  allowed_lateness: 2m'));
    expect(lateness.stream?.allowed_lateness_ms).toBe(120_000);
  });

  it('runs its examples', () => {
    const tests =
      'tests:\n  - {name: good, given: {quote_id: a, quote_time: "2023-01-30T06:00:00Z", seq: 1}, expect: accepted}\n' +
      '  - {name: no number, given: {quote_id: a, quote_time: "2023-01-30T06:00:00Z"}, expect: [NULL_NOT_ALLOWED]}\n';
    expect(runInlineTests(parse(STREAM_SPEC + tests), NOW).map(({ passed, found }) => [passed, found])).toEqual([
      [true, 'accepted'],
      [true, 'NULL_NOT_ALLOWED'],
    ]);
  });

  it.each([
    ['json', '', '{"quote_id":"a","quote_time":"2023-01-30T06:00:00Z","symbol":"X","bid":"1","ask":2,"seq":7,"levels":[1]}'],
    ['jsonl', '', '{"quote_id":"a","quote_time":"2023-01-30T06:00:00Z","symbol":"X","bid":1,"ask":2,"seq":7,"levels":null}\n'],
    ['csv', '', 'a,2023-01-30T06:00:00Z,X,1,2,7,'],
    ['fixed_width', ', position: 1, width: 1', 'a'],
    ['fix', ', tag: 58', '8=FIX.4.4|9=10|35=B|58=a|10=123|'],
  ])('of format %s can be judged message by message', (format, place, message) => {
    const columns = /schema:\n[\s\S]*canonical/.exec(STREAM_SPEC)?.[0] ?? '';
    const single = `schema:\n  - {name: quote_id, type: STRING${place}}\ncanonical: {entity: none}\nstream: {kafka_topic: t}\n`;
    const whole = streamSpecWith('format: json', `format: ${format}`);
    const spec = parse(place === '' ? whole : whole.slice(0, whole.indexOf(columns)) + single);
    const checked = createMessageChecker(spec, { now: NOW }).check(Buffer.from(message));
    // The sum of the FIX message is not its own: judged, and refused for that.
    expect(checked.verdict).toBe(format === 'fix' ? 'refused' : 'accepted');
  });
});

describe('messages that become files', () => {
  const FILES = streamSpecWith('type: stream\n  format: json', "path_pattern: 'venue/quotes_{business_date:%Y%m%d}_*.jsonl'").replace(
    '  partition_key: symbol\n',
    '',
  );

  it('are a source of files with a topic', () => {
    const spec = parse(FILES);
    expect(spec.source).toMatchObject({ type: 'file', format: 'jsonl', path_pattern: { captures_business_date: true } });
    expect(spec.stream).toMatchObject({ kafka_topic: 'venue.quotes', key_field: 'quote_id' });
    expect(spec.processing).toMatchObject({ deduplication: { key: ['quote_id'], strategy: 'first_arrival' }, resupply: 'replace' });
    expect(spec.expectations.min_files_per_day).toBe(1);
  });

  it.each([
    ['%Y%m%d}_*.jsonl', '%Y%m%d}.jsonl'],
    ['_*.jsonl', '_*_*.jsonl'],
    ['_*.jsonl', '_?.jsonl'],
    ['venue/quotes_', '**/quotes_'],
    ['_*.jsonl', '_*.jsonl.gz'],
  ])('need a name that can be written: %s as %s', (text, replacement) => {
    expect(problems(FILES.replace(text, replacement))).toEqual([
      expect.stringContaining('source.path_pattern: The names of the files to be written do not follow from the pattern.'),
    ]);
  });

  it('are lines of JSON, and nothing of theirs goes to Pub/Sub', () => {
    expect(problems(FILES.replace('.jsonl', '.csv'))[0]).toContain('Messages become files of one JSON object a line.');
    const found = problems(FILES.replace('  key_field', '  pubsub_topic: quotes\n  reconcile_with: other\n  key_field'));
    expect(found).toEqual([
      expect.stringContaining('stream.pubsub_topic: pubsub_topic has no meaning for messages that become files.'),
      expect.stringContaining('stream.reconcile_with: reconcile_with has no meaning for messages that become files.'),
    ]);
  });
});

describe('quality of a source of files', () => {
  it('goes by the time that the canonical entity has', () => {
    const files = STREAM_SPEC.replace('type: stream\n  format: json', "path_pattern: 'venue/*.csv'").replace(
      /stream:\n[\s\S]*quality/,
      'quality',
    );
    const spec = parse(files);
    expect([spec.stream, spec.quality.gaps_ms]).toEqual([null, [500, 5000, 30_000]]);
    const none = problems(files.replace('entity: quotes', 'entity: none'));
    expect(none.map((text) => text.split('\n')[0])).toEqual([
      expect.stringContaining('gaps needs the moment of an event.'),
      expect.stringContaining('gaps needs the instrument of an event.'),
      expect.stringContaining('outliers needs the moment of an event.'),
      expect.stringContaining('outliers needs the instrument of an event.'),
      expect.stringContaining('duplicates needs the moment of an event.'),
      expect.stringContaining('future needs the moment of an event.'),
    ]);
  });
});

describe('messages to the author of a stream', () => {
  it.each([
    ['no topic', '  kafka_topic: venue.quotes\n', ''],
    ['no stream block', /stream:\n[\s\S]*quality/, 'quality'],
    ['an illegal Kafka topic', 'venue.quotes', 'venue/quotes'],
    ['an illegal Pub/Sub topic', '  key_field', '  pubsub_topic: goog-quotes\n  dead_letter_topic: q\n  key_field'],
    ['one topic for good and bad', '  key_field', '  pubsub_topic: quotes\n  dead_letter_topic: quotes\n  key_field'],
    ['a key that is no column', 'key_field: quote_id', 'key_field: quoteid'],
    ['a key without a text', 'key_field: quote_id', 'key_field: levels'],
    ['a moment that is none', '  key_field', '  event_time_field: bid\n  key_field'],
    ['a sequence of decimals', 'sequence_field: seq', 'sequence_field: bid'],
    ['sequences without a number', '  sequence_field: seq\n', ''],
    ['a column twice', 'sequence_by: [symbol]', 'sequence_by: [symbol, symbol]'],
    ['an order by a decimal', 'partition_key: symbol', 'partition_key: bid'],
    ['a duration without a unit', '  key_field', '  allowed_lateness: "10"\n  key_field'],
    ['a lateness out of bounds', '  key_field', '  allowed_lateness: 2h\n  key_field'],
    ['reconciliation without a key', 'key_field: quote_id', 'reconcile_with: quotes_eod'],
    ['a gap twice', '[30s, 500ms, 5s]', '[30s, 5s, 5000ms]'],
    ['an outlier of a text', 'column: bid', 'column: symbol'],
    ['sigma below nothing', 'sigma: 4.5', 'sigma: -1'],
    ['a long window', 'window: 50', 'window: 100000'],
    ['one column for bid and ask', 'ask: ask}', 'ask: bid}'],
    ['a positive text', 'positive: [bid, ask]', 'positive: [bid, symbol]'],
    ['a key that quality has not', 'crossed:', 'crosed:'],
    ['messages of XML', 'format: json', 'format: xml\n  row_element: quote'],
    ['messages of UTF-16', 'format: json', 'format: json\n  encoding: utf-16'],
    ['messages with a header', 'format: json', 'format: csv\n  has_header: true'],
    [
      'keys of files',
      'canonical:',
      'control_file: {type: sidecar_csv, pattern: "{filename}_c.csv", row_count_field: rows}\nexpectations: {frequency: daily, min_files_per_day: 1}\nvalidation: {max_bad_rows: 3, file_level: [{rule: row_count > 0}]}\nprocessing: {resupply: replace}\ncanonical:',
    ],
    ['a path pattern', 'format: json', 'format: json\n  path_pattern: quotes/*.json'],
    ['a unique column', '{name: quote_id, type: STRING}', '{name: quote_id, type: STRING, unique: true}'],
  ])('for %s', async (name, text, replacement) => {
    const spec = STREAM_SPEC.replace(text, replacement);
    expect(spec).not.toBe(STREAM_SPEC);
    const found = problems(spec);
    expect(found.length).toBeGreaterThan(0);
    await expect(`${found.join('\n')}\n`).toMatchFileSnapshot(`golden/stream/${name.replaceAll(' ', '-').replaceAll('/', '-')}.txt`);
  });
});
