/** Our reports read by a library of others, and its replies read by us. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportAction } from '../../reporter/regime/regime.ts';
import { FIELD_CASES } from '../../reporter/regime/test-support/rts-22-field-cases.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from '../../reporter/regime/test-support/rts-22-scenarios.ts';
import { sampleEvent, sampleReference, sampleRequest, shippedRegime } from '../../reporter/regime/test-support/sample-report.ts';
import { xmlLeaves, type XmlLeaf } from '../../reporter/regime/test-support/xml-leaves.ts';
import { readReply } from '../../reporter/replies/read-reply.ts';
import { ISO20022, runMessages } from '../servers/iso20022.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];
const PAYLOAD = 'BizData/Pyld/';
const STATUSES = ['ACPT', 'RJCT', 'PDNG', 'ACPD', 'RJPD', 'RCVD', 'WARN'] as const;
const STATES = { ACPT: 'ACPT', ACPD: 'ACPT', WARN: 'ACPT', RJCT: 'RJCT', RJPD: 'RJCT', PDNG: 'PDNG', RCVD: 'PDNG' } as const;

serverOrSkip(ISO20022, 'pw-iso20022', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'iso20022-'));
    for (const name of NAMES) await writeReport(name, 'NEWT');
    await writeReport('share', 'CANC');
    await runMessages('read', folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function writeReport(name: ScenarioName, action: ReportAction): Promise<void> {
    const { regime } = await shippedRegime('rts_22');
    const { event, instrument }: Scenario = SCENARIOS[name];
    const built = regime.build(sampleRequest(regime.shortCode, sampleEvent(event), sampleReference({ instrument }), action));
    if (!('report' in built)) throw new Error(`expected a report, found ${JSON.stringify(built.findings)}`);
    writeFileSync(join(folder, `${name}-${action}.xml`), built.report.bytes);
  }

  const foreign = (file: string): readonly XmlLeaf[] =>
    readFileSync(join(folder, `${file}.leaves`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [path = '', value = ''] = line.split('\t');
        return { path, value };
      });
  const ours = (file: string): readonly XmlLeaf[] => xmlLeaves(readFileSync(join(folder, `${file}.xml`), 'utf8'));

  test.each([...NAMES.map((name) => `${name}-NEWT`), 'share-CANC'])(
    'it reads all of %s, in the order of its model, and misses nothing',
    (file) => {
      const document = ours(file).filter(({ path }) => path.startsWith(PAYLOAD));
      const expected = document.map(({ path, value }) => ({ path: path.slice(PAYLOAD.length), value }));
      expect(foreign(file).filter(({ path }) => !path.startsWith('AppHdr'))).toEqual(expected);
    },
  );

  test('it reads the header of the message', () => {
    const values = Object.fromEntries(ours('share-NEWT').map(({ path, value }) => [path, value]));
    const header = 'BizData/Hdr/AppHdr';
    expect(foreign('share-NEWT').filter(({ path }) => path.startsWith('AppHdr'))).toEqual([
      { path: 'AppHdr/Fr', value: values[`${header}/Fr/OrgId/Id/OrgId/Othr/Id`] },
      { path: 'AppHdr/To', value: values[`${header}/To/OrgId/Id/OrgId/Othr/Id`] },
      { path: 'AppHdr/BizMsgIdr', value: values[`${header}/BizMsgIdr`] },
      { path: 'AppHdr/MsgDefIdr', value: 'auth.016.001.03' },
      { path: 'AppHdr/CreDt', value: '2023-01-30T10:15:23.000000Z' },
    ]);
  });

  test.each(FIELD_CASES)('it reads field $number as $value', ({ scenario, path, value }) => {
    expect(foreign(`${scenario}-NEWT`)).toContainEqual({ path: `Document/FinInstrmRptgTxRpt/Tx/${path}`, value });
  });

  test('what it would not find in a report is told', async () => {
    const inner = mkdtempSync(join(folder, 'broken-'));
    const good = readFileSync(join(folder, 'share-NEWT.xml'), 'utf8');
    writeFileSync(join(inner, 'unknown.xml'), good.replaceAll('TradVn', 'TradVenue'));
    writeFileSync(join(inner, 'word.xml'), good.replace('>DEAL<', '>OWNA<'));
    await runMessages('read', inner);
    const lines = (name: string): readonly string[] => readFileSync(join(inner, `${name}.leaves`), 'utf8').split('\n');
    expect(lines('unknown')).toContain('MISSING\tDocument/FinInstrmRptgTxRpt/Tx/New/Tx/TradVn');
    expect(lines('word')).toContain('MISSING\tDocument/FinInstrmRptgTxRpt/Tx/New/Tx/TradgCpcty');
  });

  test('its replies are read, with any status, in its envelope and without', async () => {
    const inner = mkdtempSync(join(folder, 'replies-'));
    const records = STATUSES.map((status, index) => ({
      trn: `RTS22AB${String(index)}`,
      status,
      codes: index % 2 === 0 ? [] : ['CON-412', 'CON-023'],
    }));
    writeFileSync(join(inner, 'all.reply'), records.map(({ trn, status, codes }) => `${trn}\t${status}\t${codes.join(',')}\n`).join(''));
    await runMessages('reply', inner);
    const expected = records.map(({ trn, status, codes }) => ({ trn, action: null, state: STATES[status], codes }));
    expect(readReply(readFileSync(join(inner, 'all.xml')), 'application/xml')).toEqual(expected);
    expect(readReply(readFileSync(join(inner, 'all.document.xml')), 'application/xml')).toEqual(expected);
  });
});
