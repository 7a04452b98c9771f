/** What was refused, and why. */
import { quarantineList, type QuarantinedLoad } from '../../orchestrator/quarantine/quarantine-list.ts';
import { quarantineShow, type ShownQuarantine, type ShownRecord } from '../../orchestrator/quarantine/quarantine-show.ts';
import type { Command, CommandGroup } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';

const RECORDS_SHOWN = 20;

const list: Command = {
  name: 'list',
  summary: 'Refused records and failed files, by load',
  description: 'Read from the events. Exit status: 0 nothing is refused, 1 something is.',
  arguments: [],
  options: [
    { flags: '--source <name>', description: 'only this source' },
    { flags: '--code <code>', description: 'only loads with this finding, e.g. TYPE_MISMATCH, or with this code of a rule' },
    { flags: '--file <name>', description: 'only this file: its name below landing/, or the last part of it' },
    { flags: '--date <date>', description: 'only this business date' },
  ],
  examples: [{ line: 'markets quarantine list --code TYPE_MISMATCH', says: 'the loads with records of a wrong type' }],
  run: async ({ input, settings }) => {
    const filter = Object.fromEntries(
      [
        ['source', input.optional('source')],
        ['code', input.optional('code')],
        ['file', input.optional('file')],
        ['date', input.date('date')],
      ].filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const loads = await quarantineList(await openStoreToRead(settings), filter);
    return { exitCode: loads.length === 0 ? 0 : 1, data: { loads }, render: () => renderList(loads, Object.keys(filter).length > 0) };
  },
};

const show: Command = {
  name: 'show',
  summary: 'The refused records of a load, with raw bytes and every finding',
  description:
    'Values of columns that are classified pii or confidential are hidden, and so are the raw bytes of their records; --unmasked shows them to whoever ' +
    'may read the quarantine object anyway.',
  arguments: [
    { name: 'load', description: 'the load id, or the beginning of it', required: true },
    { name: 'record', description: 'only the record with this number', required: false },
  ],
  options: [
    { flags: '--limit <number>', description: `at most so many records (default: ${RECORDS_SHOWN})` },
    { flags: '--unmasked', description: 'show classified values too' },
  ],
  examples: [{ line: 'markets quarantine show 5f8207877aad 17', says: 'record 17 of that load' }],
  run: async ({ input, settings }) => {
    const record = input.integer('record', 1);
    const result = await quarantineShow(await openStoreToRead(settings), {
      load: input.text('load'),
      limit: input.integer('limit', 1) ?? RECORDS_SHOWN,
      unmasked: input.flag('unmasked'),
      ...(record === undefined ? {} : { record }),
    });
    return { exitCode: 0, data: result, render: () => renderShown(result) };
  },
};

export const command: CommandGroup = {
  name: 'quarantine',
  summary: 'Rejects by source, code, file; raw bytes of one',
  commands: [list, show],
};

function renderList(loads: readonly QuarantinedLoad[], isFiltered: boolean): string {
  if (loads.length === 0) return isFiltered ? 'nothing that is refused fits' : 'nothing is refused';
  return renderTable(
    ['load', 'source', 'date', 'file', 'status', 'records', 'refused', 'codes'],
    loads.map((load) => [
      load.load_id.slice(0, 12),
      load.source,
      load.business_date,
      load.file,
      load.superseded ? `${load.status}, replaced` : load.status,
      load.records_in,
      load.quarantined,
      Object.entries(load.findings_by_code)
        .map(([code, count]) => `${code} ${count}`)
        .join(', '),
    ]),
  );
}

function renderShown(result: ShownQuarantine): string {
  const hidden = result.masked_columns.length === 0 ? '' : `\nhidden: ${result.masked_columns.join(', ')} (--unmasked shows them)`;
  const head = `${result.file} of ${result.source}, load ${result.load_id}\n${result.quarantined} refused records in ${result.object}${hidden}`;
  return [head, ...result.records.map(renderRecord)].join('\n\n');
}

function renderRecord(record: ShownRecord): string {
  const place = [
    `record ${record.record}`,
    record.line === null ? '' : `line ${record.line}`,
    record.byte_offset === null ? '' : `bytes ${record.byte_offset} to ${record.byte_offset + (record.byte_length ?? 0)}`,
  ].filter((part) => part !== '');
  const raw = record.raw ?? (record.raw_base64 === null ? '' : `base64 ${record.raw_base64}`);
  const findings = record.findings.map((finding) => [finding.code, finding.column ?? finding.rule, finding.found, finding.expected]);
  // Control characters of the data must not reach the terminal.
  const visible = raw.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '·');
  return `${place.join(', ')}\n${visible}\n${renderTable(['code', 'where', 'found', 'expected'], findings)}`;
}
