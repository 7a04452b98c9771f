/**
 * Repeating groups as JSON: an array with an object for each group, tag -> text in the order of the message, nested groups
 * as arrays within. Between two beginnings of a group everything belongs to the first; the last group ends before a tag
 * that neither the dictionary nor an earlier group of the same array has.
 */
import type { DecodeText } from '../../decode/charset.ts';
import { hasHighBytes } from '../../decode/charset.ts';
import type { RecordFault } from '../../values/raw-cells.ts';
import { FIX_GROUPS } from './fix-dictionary.ts';
import type { FixFields } from './fix-fields.ts';
import { syntaxFault } from './fix-frame.ts';

const TRAILER: ReadonlySet<number> = new Set([10, 89, 93]);
/** They begin a message and stand nowhere else. */
const BEGINNING: ReadonlySet<number> = new Set([8, 9, 35]);

export interface FixGroup {
  /** null where the groups hold bytes that are no text in the encoding. */
  readonly json: string | null;
  /** Index of the first field behind the groups. */
  readonly next: number;
}

export class GroupFault extends Error {
  readonly fault: RecordFault;

  constructor(fault: RecordFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export class FixGroups {
  private readonly fields: FixFields;
  private readonly decode: DecodeText;
  private readonly maxDepth: number;

  constructor(fields: FixFields, decode: DecodeText, maxDepth: number) {
    this.fields = fields;
    this.decode = decode;
    this.maxDepth = maxDepth;
  }

  /** The groups that the field at `index` counts; `members` are the tags of one. Throws GroupFault. */
  read(index: number, members: ReadonlySet<number>, depth = 1): FixGroup {
    const { tags } = this.fields;
    const countTag = tags[index] ?? 0;
    const stated = this.fields.value(index);
    const wanted = /^\d{1,6}$/.test(stated) ? Number(stated) : -1;
    if (wanted < 0 || depth > this.maxDepth) {
      throw new GroupFault(syntaxFault('a number of groups', `Tag ${countTag} says ${stated}, which is no number of groups.`));
    }
    const first = tags[index + 1] ?? 0;
    const begins = members.has(first);
    const known = new Set(members);
    const groups: (string | null)[] = [];
    let next = index + 1;
    while (begins && tags[next] === first) {
      const group = this.readOne(next, { first, known, isLast: groups.length + 1 >= wanted }, depth);
      groups.push(group.json);
      next = group.next;
    }
    if (groups.length !== wanted) {
      const message = `Tag ${countTag} says ${stated} groups, the message has ${groups.length}.`;
      throw new GroupFault({ code: 'RECORD_UNPARSABLE', column: null, found: stated, expected: String(groups.length), message });
    }
    return { json: groups.includes(null) ? null : `[${groups.join(',')}]`, next };
  }

  private readOne(
    from: number,
    { first, known, isLast }: { readonly first: number; readonly known: Set<number>; readonly isLast: boolean },
    depth: number,
  ): FixGroup {
    const { tags } = this.fields;
    const members: string[] = [];
    const seen = new Set<number>();
    let isText = true;
    let next = from;
    while (next < tags.length && (next === from || tags[next] !== first)) {
      const tag = tags[next] ?? 0;
      if (TRAILER.has(tag) || (isLast && !known.has(tag))) {
        break;
      }
      if (BEGINNING.has(tag)) {
        throw new GroupFault(syntaxFault('tags of groups', `Tag ${tag} stands in the midst of the message.`));
      }
      if (seen.has(tag)) {
        throw new GroupFault(syntaxFault('each tag once in a group', `Tag ${tag} stands twice in one group.`));
      }
      seen.add(tag);
      const nested = FIX_GROUPS.get(tag);
      const value = nested === undefined ? { json: this.textOf(next), next: next + 1 } : this.read(next, nested, depth + 1);
      members.push(`"${tag}":${value.json ?? ''}`);
      isText &&= value.json !== null;
      next = value.next;
    }
    seen.forEach((tag) => known.add(tag));
    return { json: isText ? `{${members.join(',')}}` : null, next };
  }

  private textOf(field: number): string | null {
    const value = this.fields.value(field);
    const text = hasHighBytes(value) ? this.decode(value) : value;
    return text === null ? null : JSON.stringify(text);
  }
}
