import { expect, test } from 'vitest';
import { readReply } from './read-reply.ts';
import { REPLY_LIMITS } from './reply.ts';

const NS = 'urn:iso:std:iso:20022:tech:xsd:';
const record = (inside: string): string => `<RcrdSts>${inside}</RcrdSts>`;
const rule = (code: string): string => `<VldtnRule><Id>${code}</Id><Desc>a &amp; b</Desc></VldtnRule>`;
const advice = (...records: readonly string[]): string =>
  `<Document xmlns="${NS}auth.031.001.01"><FinInstrmRptgStsAdvc><StsAdvc><MsgSts><Sts>PART</Sts></MsgSts>${records.join('')}</StsAdvc></FinInstrmRptgStsAdvc></Document>`;
const enveloped = (document: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<BizData xmlns="${NS}head.003.001.01"><Hdr><AppHdr xmlns="${NS}head.001.001.01"/></Hdr><Pyld>${document}</Pyld></BizData>\n`;
const read = (text: string, type = 'application/xml'): ReturnType<typeof readReply> => readReply(Buffer.from(text, 'utf8'), type);

test('an auth.031 gives a reply for each record, in its envelope or alone, under any prefix', () => {
  const records = [
    record(`<OrgnlRcrdId>RTS22AB1</OrgnlRcrdId><Sts>ACPT</Sts>`),
    record(`<OrgnlRcrdId>RTS22AB2</OrgnlRcrdId><Sts>RJCT</Sts>${rule('CON-412')}${rule('CON-023')}`),
    record(`<OrgnlRcrdId>RTS22AB3</OrgnlRcrdId><Sts>PDNG</Sts>${rule('CON-411')}`),
    record(`<OrgnlRcrdId>RTS22AB4</OrgnlRcrdId><Sts>RJPD</Sts>`),
  ];
  const replies = [
    { trn: 'RTS22AB1', action: null, state: 'ACPT', codes: [] },
    { trn: 'RTS22AB2', action: null, state: 'RJCT', codes: ['CON-412', 'CON-023'] },
    { trn: 'RTS22AB3', action: null, state: 'PDNG', codes: ['CON-411'] },
    { trn: 'RTS22AB4', action: null, state: 'RJCT', codes: [] },
  ];
  expect(read(advice(...records))).toEqual(replies);
  expect(read(enveloped(advice(...records)), 'application/xml; charset=utf-8')).toEqual(replies);
  const prefixed = advice(...records)
    .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1a:')
    .replace('xmlns=', 'xmlns:a=');
  expect(read(prefixed, 'text/xml')).toEqual(replies);
});

const GOOD = `<OrgnlRcrdId>RTS22AB1</OrgnlRcrdId><Sts>ACPT</Sts>`;

test.each([
  ['a document type', `<!DOCTYPE x [<!ENTITY e "RTS22AB1">]>${advice(record(GOOD))}`],
  ['an entity of its own', advice(record(`<OrgnlRcrdId>&e;</OrgnlRcrdId><Sts>ACPT</Sts>`))],
  ['another message', advice(record(GOOD)).replace('auth.031.001.01', 'auth.016.001.03')],
  ['no namespace', advice(record(GOOD)).replace(` xmlns="${NS}auth.031.001.01"`, '')],
  ['a status that is none', advice(record(`<OrgnlRcrdId>RTS22AB1</OrgnlRcrdId><Sts>MAYBE</Sts>`))],
  ['two statuses', advice(record(`${GOOD}<Sts>RJCT</Sts>`))],
  ['a record without a reference', advice(record(`<Sts>ACPT</Sts>`))],
  ['a reference with other characters', advice(record(`<OrgnlRcrdId>../x</OrgnlRcrdId><Sts>ACPT</Sts>`))],
  ['a reference that is too long', advice(record(`<OrgnlRcrdId>${'A'.repeat(53)}</OrgnlRcrdId><Sts>ACPT</Sts>`))],
  ['one good record and one that cannot be read', advice(record(GOOD), record(`<Sts>ACPT</Sts>`))],
  ['a second root', `${advice(record(GOOD))}<x/>`],
  ['text behind the root', `${advice(record(GOOD))}x`],
  ['an element that is not closed', advice(record(GOOD)).replace('</StsAdvc>', '')],
  ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${advice(record(GOOD))}`],
  ['nothing', ''],
  ['depth without end', '<a>'.repeat(100_000)],
])('%s is no reply', (_, text) => {
  expect(read(text)).toBeNull();
});

test('what is too large is not read, and what is nearly so is read fast', () => {
  expect(read(advice(record(GOOD)) + ' '.repeat(REPLY_LIMITS.bytesMax))).toBeNull();
  const blanks = ' '.repeat(REPLY_LIMITS.bytesMax - 2000);
  expect(read(`${blanks}${advice(record(GOOD))}`)).toHaveLength(1);
  expect(read(`${advice(record(GOOD))}${blanks}`)).toHaveLength(1);
});

test('JSON gives one reply or a list of them', () => {
  const reply = { trn: 'APA1AB1', action: 'CANC', state: 'RJCT', codes: ['DUPLICATE'] };
  expect(read(JSON.stringify({ ...reply, text: 'more' }), 'application/json')).toEqual([reply]);
  expect(read(JSON.stringify({ trn: 'APA1AB1', state: 'ACPT' }), 'application/json')).toEqual([
    { trn: 'APA1AB1', action: null, state: 'ACPT', codes: [] },
  ]);
  expect(read(JSON.stringify({ replies: [reply, reply] }), 'application/json; charset=utf-8')).toEqual([reply, reply]);
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['no state', '{"trn":"A1"}'],
  ['a state that is none', '{"trn":"A1","state":"OK"}'],
  ['a reference with other characters', '{"trn":"a b","state":"ACPT"}'],
  ['a code that is a number', '{"trn":"A1","state":"RJCT","codes":[1]}'],
])('JSON with %s is no reply', (_, text) => {
  expect(read(text, 'application/json')).toBeNull();
});

test('a body of another type, and bytes that are no UTF-8, are no reply', () => {
  expect(read(advice(record(GOOD)), 'text/html')).toBeNull();
  expect(readReply(Buffer.from([0x7b, 0xff, 0x7d]), 'application/json')).toBeNull();
});
