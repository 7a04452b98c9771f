/**
 * The source of a scanner of flat XML rows for one spec and order of their parts, which takes good rows, and the
 * white space behind each, from the bytes straight into the column buffers, and stops before the first row that it cannot
 * prove. References, comments, CDATA and line ends within a value are for the general reader. Only numbers become code, no
 * text of the spec does.
 */
import { bytesStandAt } from './key-source.ts';
import type { ScannerPlan } from './scanner-plan.ts';
import type { ScannerParts } from './scanner-source.ts';
import type { ScanColumn } from './scan-column.ts';
import { skipWords } from './skip-words.ts';
import { noteSource, nullSource, textSource } from './text-source.ts';
import { limitSource, storeSource, valueSource } from './value-source.ts';
import type { ShapeElement, ShapePart, XmlShape } from './xml-shape.ts';

export interface XmlScannerPlan extends ScannerPlan {
  readonly shape: XmlShape;
}

const LESS = 60;
const GREATER = 62;
const QUOTE = 34;
const AMPERSAND = 38;
/** White space between tags. What stands behind the end of the range is never looked at. */
const SKIP_SPACE = `
      if (b[p] !== ${LESS}) {
        for (c = b[p]; c === 10 || c === 32 || c === 9 || c === 13; c = b[++p]) { if (c === 10) y++; else if (c === 13 && b[p + 1] !== 10) break fast; }
        if (c !== ${LESS} || p >= limit) break fast;
      }`;

/** The plan with the code that reads one row. */
export function xmlScannerParts(plan: XmlScannerPlan): ScannerParts {
  const { shape } = plan;
  const { prefix, row: name, attributes, elements } = shape;
  const open = Buffer.from(`<${prefix}${name}`);
  const close = Buffer.from(`</${prefix}${name}>`);
  const row = `
      if (!(${bytesStandAt(open)})) break fast;
      p += ${open.length};
      ${attributes.map((attribute) => attributeSource(attribute, plan)).join('\n')}
      if (b[p] !== ${GREATER}) break fast;
      p++;
      ${elements.map((element) => elementSource(element, plan)).join('\n')}
      ${SKIP_SPACE}
      if (!(${bytesStandAt(close)})) break fast;
      end = p += ${close.length};
      ${SKIP_SPACE}
      if (p - end > ${plan.maxRecordBytes}) break fast;`;
  return { ...plan, row };
}

function elementSource(element: ShapeElement, plan: XmlScannerPlan): string {
  const { prefix } = plan.shape;
  const column = plan.columns[element.column];
  if (column === undefined) return '';
  const open = Buffer.from(`<${prefix}${element.name}`);
  const close = Buffer.from(`</${prefix}${element.name}>`);
  const all = [element, ...element.attributes];
  const emptied = column.mayBeNull ? `p = S.emptyEnd(p); if (p < 0) break fast; ${nullSource(column)}` : 'break fast;';
  return `
      ${SKIP_SPACE}
      if (${bytesStandAt(open)} && ((c = b[p + ${open.length}]) === ${GREATER} || c === 32 || c === 47)) {
        p += ${open.length};
        ${element.attributes.map((attribute) => attributeSource(attribute, plan)).join('\n')}
        if (b[p] === ${GREATER}) {
          p++;
          ${valueOf(column, LESS, plan)}
          if (!(${bytesStandAt(close)})) break fast;
          p += ${close.length};
        } else { ${emptied} }
      } else { ${absentSource(all, plan)} }`;
}

function attributeSource(attribute: ShapePart, plan: XmlScannerPlan): string {
  const column = plan.columns[attribute.column];
  if (column === undefined) return '';
  const open = Buffer.from(` ${attribute.name}="`);
  return `
      if (${bytesStandAt(open)}) {
        p += ${open.length};
        ${valueOf(column, QUOTE, plan)}
        p++;
      } else { ${absentSource([attribute], plan)} }`;
}

/** NULL where all of the columns may be. */
function absentSource(parts: readonly ShapePart[], plan: XmlScannerPlan): string {
  const columns = parts.map(({ column }) => plan.columns[column]);
  if (columns.some((column) => column?.mayBeNull !== true)) return 'break fast;';
  return columns.map((column) => (column === undefined ? '' : nullSource(column))).join(' ');
}

/** The value up to the byte `close`, where `p` stands then. */
function valueOf(column: ScanColumn, close: number, plan: XmlScannerPlan): string {
  const { index: i, mayBeNull } = column;
  if (column.isDeferred) return `${boundsSource(close, 'fast')} ${noteSource(i, 'false')}`;
  const general = `c = S.field(${i}, a, k${i}, ${close}); if (c ${mayBeNull ? '< 0' : '!== 0'}) break fast; u${i} = c; p = S.end; n${i} = S.number;`;
  return `
          u${i} = 0; a = p;
          ok${i}: {
            bad${i}: {
              ${column.kind === 'text' ? textValue(column, close) : plainValue(column, close, plan)}
              break ok${i};
            }
            ${column.kind === 'text' ? 'break fast;' : general}
          }`;
}

function textValue({ index: i, mayBeNull }: ScanColumn, close: number): string {
  const refused = mayBeNull ? `if (t${i} < -2) { if (t${i} === -3) break bad${i}; u${i} = 1; }` : `if (t${i} < -2) break bad${i};`;
  return `
              ${boundsSource(close, `bad${i}`)}
              q = false; ${textSource(i)} ${refused}`;
}

/** Leaves the bounds of a text in `s` and `e`; breaks to `otherwise`. */
function boundsSource(close: number, otherwise: string): string {
  const ends = close === LESS ? 'S.textEnds' : 'S.attributeEnds';
  return `
              s = p;
              ${skipWords({ stops: [LESS, GREATER, AMPERSAND, QUOTE], below: 32, high: true })} for (c = b[p]; ${ends}[c] === 0; c = b[++p]);
              if (c !== ${close}) break ${otherwise};
              e = p;`;
}

function plainValue(column: ScanColumn, close: number, plan: XmlScannerPlan): string {
  if (column.kind === 'general') return `break bad${column.index};`;
  return `
              ${valueSource(column, plan.decimalSeparator)}
              if (b[p] !== ${close}) break bad${column.index};
              ${limitSource(column)}
              ${storeSource(column)}`;
}
