import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { decoderOf } from '../../decode/charset.ts';
import { OUTER_SCOPE } from './xml-names.ts';
import { parseXmlRow } from './xml-row-parser.ts';
import { XmlFault, type XmlElement } from './xml-tree.ts';

const parsing = { decode: decoderOf('utf-8'), scope: OUTER_SCOPE, maxDepth: 64 };

function parse(text: string): XmlElement | null {
  try {
    return parseXmlRow(Buffer.from(text, 'utf8'), parsing);
  } catch (error) {
    expect(error).toBeInstanceOf(XmlFault);
    return null;
  }
}

/** The same events for both: names with their namespaces, attributes, texts. */
function events({ namespace, local, attributes, text, children }: XmlElement): unknown {
  const pairs = attributes.map((each) => [each.namespace ?? '', each.local, each.value]);
  return [namespace ?? '', local, pairs, text, children.map(events)];
}

interface Seen {
  name: string[];
  attributes: string[][];
  text: string;
  children: Seen[];
}

/** What saxes, a strict parser, makes of it; null where it finds a fault. */
function oracle(text: string): unknown {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Seen[] = [];
  const roots: Seen[] = [];
  const faults: string[] = [];
  parser.on('error', ({ message }) => void faults.push(message));
  parser.on('doctype', () => void faults.push('doctype'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes)
      .filter((each) => each.prefix !== 'xmlns' && each.name !== 'xmlns')
      .map((each) => [each.prefix === '' ? '' : each.uri, each.local, each.value]);
    const seen: Seen = { name: [uri, local], attributes: own, text: '', children: [] };
    open.at(-1)?.children.push(seen);
    roots.push(seen);
    open.push(seen);
  });
  parser.on('closetag', () => void open.pop());
  const add = (part: string): void => {
    const last = open.at(-1);
    if (last !== undefined) {
      last.text += part;
    }
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  const shape = ({ name, attributes, text: own, children }: Seen): unknown => [...name, attributes, own, children.map(shape)];
  const [root] = roots;
  return faults.length > 0 || root === undefined ? null : shape(root);
}

const PIECES = [
  '<a>',
  '</a>',
  '<p:b xmlns:p="u">',
  '</p:b>',
  '<c x="1" y=\'&lt;&#233;\'/>',
  '<c x="1" x="2"/>',
  '<d xmlns="v"><e/></d>',
  '<q:z/>',
  'text',
  ' \r\n',
  '&amp;',
  '&#x1F600;',
  '&nope;',
  '&',
  ']]>',
  '<![CDATA[<a>]]>',
  '<!-- c -->',
  '<!-- -- -->',
  '<?pi x?>',
  'é',
  '<',
  '>',
  '"',
  '<a b="<"/>',
  '<a b=1/>',
  '<1/>',
  '</a >',
  '<a\n/>',
] as const;

test('a row is accepted, and means the same, exactly where saxes says so', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 7 }), (parts) => {
      const text = `<row>${parts.join('')}</row>`;
      const own = parse(text);
      accepted += own === null ? 0 : 1;
      expect(own === null ? null : events(own)).toEqual(oracle(text));
    }),
    { numRuns: 20_000 },
  );
  expect(accepted).toBeGreaterThan(1000);
});

test('namespaces around the row are in force within it', () => {
  const scope = new Map([...OUTER_SCOPE, ['m', 'urn:m'], ['', 'urn:d']]);
  const row = parseXmlRow(Buffer.from('<m:row a="1" m:b="2"><x/></m:row>'), { ...parsing, scope });
  expect(events(row)).toEqual([
    'urn:m',
    'row',
    [
      ['', 'a', '1'],
      ['urn:m', 'b', '2'],
    ],
    '',
    [['urn:d', 'x', [], '', []]],
  ]);
});

test('control characters and characters that XML forbids are refused', () => {
  expect([parse('<a>\u0001</a>'), parse('<a>&#1;</a>'), parse('<a>\uffff</a>'), parse('<a b="\u0002"/>')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
