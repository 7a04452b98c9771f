/** REPEATED columns: 3-level lists. Elements are PLAIN: one row may bring more entries than a dictionary can name. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import { encodeHybrid } from '../parquet/hybrid-encoding.ts';
import { PAGE_ROWS, wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { elementStore, type ElementStore } from './element-store.ts';
import { withLength } from './null-rows.ts';
import { CODEC, ENCODING, type ChunkMeta, type PageWriter } from './page-writer.ts';

/** Definition levels: NULL; an empty list; a NULL element; an element. */
const LEVEL = { NULL: 0, EMPTY: 1, NULL_ELEMENT: 2, ELEMENT: 3 } as const;
const LEVEL_BITS = 2;

/** Where a page ends: levels and the position in the store of elements. */
interface PageEnd {
  readonly levels: number;
  readonly elements: number;
}

export class ListBuffer implements ColumnBuffer {
  private readonly type: ColumnType;
  private readonly elements: ElementStore;
  private definitions = new Uint8Array(1024);
  private repetitions = new Uint8Array(1024);
  private levels = 0;
  private nulls = 0;
  private pageLevels = 0;
  private readonly pageEnds: PageEnd[] = [];

  constructor(type: ColumnType) {
    this.type = type;
    this.elements = elementStore(type);
  }

  get sizeBytes(): number {
    return this.elements.sizeBytes + this.levels * 2;
  }

  append(cell: Cell): void {
    if (this.levels - this.pageLevels >= PAGE_ROWS) this.endPage();
    if (cell === null) {
      this.level(LEVEL.NULL, 0);
      return;
    }
    if (!isList(cell)) throw wrongValue(this.type, cell);
    if (cell.length === 0) this.level(LEVEL.EMPTY, 0);
    for (const [index, element] of cell.entries()) {
      if (element !== null) this.elements.append(element);
      this.level(element === null ? LEVEL.NULL_ELEMENT : LEVEL.ELEMENT, index === 0 ? 0 : 1);
    }
  }

  finish(_rows: number, pages: PageWriter): ChunkMeta {
    this.endPage();
    pages.beginChunk(CODEC.ZSTD);
    let from: PageEnd = { levels: 0, elements: 0 };
    for (const to of this.pageEnds) {
      const repetitions = encodeHybrid(this.repetitions.subarray(from.levels, to.levels), to.levels - from.levels, 1);
      const definitions = encodeHybrid(this.definitions.subarray(from.levels, to.levels), to.levels - from.levels, LEVEL_BITS);
      const values = this.elements.slice(from.elements, to.elements);
      pages.dataPage(to.levels - from.levels, ENCODING.PLAIN, [withLength(repetitions), withLength(definitions), values]);
      from = to;
    }
    const meta = pages.endChunk(this.nulls, this.elements.minMax());
    this.elements.clear();
    this.levels = 0;
    this.nulls = 0;
    this.pageLevels = 0;
    this.pageEnds.length = 0;
    return meta;
  }

  private endPage(): void {
    if (this.levels === this.pageLevels) return;
    this.pageEnds.push({ levels: this.levels, elements: this.elements.position });
    this.pageLevels = this.levels;
  }

  private level(definition: number, repetition: number): void {
    if (this.levels === this.definitions.length) {
      this.definitions = doubled(this.definitions);
      this.repetitions = doubled(this.repetitions);
    }
    this.definitions[this.levels] = definition;
    this.repetitions[this.levels] = repetition;
    if (definition < LEVEL.ELEMENT) this.nulls += 1;
    this.levels += 1;
  }
}

function isList(cell: Cell): cell is readonly Value[] {
  return Array.isArray(cell);
}

function doubled(levels: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(levels.length * 2);
  larger.set(levels);
  return larger;
}
