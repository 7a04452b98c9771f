/** From the fields of a FIX message to the texts of the schema's columns, and what of it the schema does not know. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, hasHighBytes, renderUndecodable, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { CELL, emptyCells, NO_FAULTS, type RawCells, type RecordFault } from '../../values/raw-cells.ts';
import { UnknownMembers } from '../unknown-members.ts';
import { FIX_GROUPS, RAW_DATA, STANDARD_TAGS } from './fix-dictionary.ts';
import type { FixFields } from './fix-fields.ts';
import { syntaxFault } from './fix-frame.ts';
import { FixGroups, GroupFault } from './fix-groups.ts';

const DATA_TAGS: ReadonlySet<number> = new Set(RAW_DATA.values());

export class FixColumns {
  private readonly spec: SourceSpec;
  private readonly fields: FixFields;
  private readonly decode: DecodeText;
  private readonly columnOf: ReadonlyMap<number, number>;
  private readonly cells: RawCells;
  private readonly unknown: UnknownMembers;
  private readonly groups: FixGroups;
  private readonly seen = new Set<number>();

  constructor(spec: SourceSpec, limits: EngineLimits, fields: FixFields) {
    this.spec = spec;
    this.fields = fields;
    this.decode = decoderOf(spec.source.encoding);
    this.columnOf = new Map(spec.schema.map(({ locator }, index) => [locator.kind === 'tag' ? locator.tag : 0, index]));
    this.cells = emptyCells(spec.schema.length);
    this.unknown = new UnknownMembers(spec, limits);
    this.groups = new FixGroups(fields, this.decode, limits.maxDepth);
  }

  /** The message's columns, valid until the next call, or what is wrong with its groups or its tags. */
  cellsOf(): RawCells | RecordFault {
    const { cells, fields } = this;
    cells.texts.fill(null);
    cells.kinds.fill(CELL.MISSING);
    this.unknown.clear();
    this.seen.clear();
    for (let field = 0; field < fields.count;) {
      const tag = fields.tags[field] ?? 0;
      if (this.seen.has(tag)) {
        return syntaxFault('each tag once', `Tag ${tag} stands twice outside of groups.`);
      }
      this.seen.add(tag);
      const next = this.take(field, tag);
      if (typeof next !== 'number') {
        return next;
      }
      field = next;
    }
    cells.faults = this.unknown.faults.length > 0 ? [...this.unknown.faults] : NO_FAULTS;
    cells.extra = this.unknown.extra();
    return cells;
  }

  /** Index of the field behind what stands at `field`. */
  private take(field: number, tag: number): number | RecordFault {
    const members = FIX_GROUPS.get(tag);
    const index = this.columnOf.get(tag);
    if (members === undefined) {
      if (index !== undefined) {
        this.fill(index, tag, this.fields.value(field));
      } else if (!STANDARD_TAGS.has(tag)) {
        this.unknown.add(String(tag), this.jsonOf(tag, this.fields.value(field)), 'only tags of the schema');
      }
      return field + 1;
    }
    try {
      const { json, next } = this.groups.read(field, members);
      if (index === undefined) {
        this.addUnknownGroup(tag, json);
      } else if (this.spec.schema[index]?.type.kind === 'JSON') {
        this.cells.texts[index] = json ?? `groups of tag ${tag}`;
        this.cells.kinds[index] = json === null ? CELL.UNDECODABLE : CELL.STRUCTURE;
      } else {
        this.fill(index, tag, this.fields.value(field));
      }
      return next;
    } catch (error) {
      if (error instanceof GroupFault) {
        return error.fault;
      }
      throw error;
    }
  }

  private addUnknownGroup(tag: number, json: string | null): void {
    if (!STANDARD_TAGS.has(tag)) {
      this.unknown.add(String(tag), json, 'only tags of the schema');
    }
  }

  private fill(index: number, tag: number, value: string): void {
    if (DATA_TAGS.has(tag) && this.spec.schema[index]?.type.kind === 'BYTES') {
      this.cells.texts[index] = Buffer.from(value, 'latin1').toString('base64');
      this.cells.kinds[index] = CELL.PLAIN;
      return;
    }
    const text = hasHighBytes(value) ? this.decode(value) : value;
    this.cells.texts[index] = text ?? renderUndecodable(value);
    this.cells.kinds[index] = text === null ? CELL.UNDECODABLE : CELL.PLAIN;
  }

  /** Data that is no text is kept in base64. */
  private jsonOf(tag: number, value: string): string | null {
    const text = hasHighBytes(value) ? this.decode(value) : value;
    if (text === null && DATA_TAGS.has(tag)) {
      return JSON.stringify({ base64: Buffer.from(value, 'latin1').toString('base64') });
    }
    return text === null ? null : JSON.stringify(text);
  }
}
