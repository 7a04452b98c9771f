/** The elements of a REPEATED column, PLAIN, with positions that a page can be cut at. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import { BooleanBuffer } from './boolean-buffer.ts';
import { wrongValue } from './column-buffer.ts';
import { FixedBuffer } from './fixed-buffer.ts';
import type { MinMax } from './page-writer.ts';
import { PlainTexts } from './plain-texts.ts';

export interface ElementStore {
  /** Not NULL. */
  append(element: Value): void;
  /** Of the next element, as slice() counts. */
  readonly position: number;
  readonly sizeBytes: number;
  /** The PLAIN bytes between two positions. */
  slice(from: number, to: number): Uint8Array;
  /** null where none are kept. */
  minMax(): MinMax | null;
  clear(): void;
}

export function elementStore(type: ColumnType): ElementStore {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
    case 'BYTES':
      return new TextElements(type);
    case 'BOOL':
      return new CountedElements(new BooleanBuffer());
    default:
      return new CountedElements(new FixedBuffer(type));
  }
}

/** Elements that a buffer counts one by one. */
class CountedElements implements ElementStore {
  private readonly buffer: FixedBuffer | BooleanBuffer;

  constructor(buffer: FixedBuffer | BooleanBuffer) {
    this.buffer = buffer;
  }

  get position(): number {
    return this.buffer.count;
  }

  get sizeBytes(): number {
    return this.buffer.sizeBytes;
  }

  append(element: Value): void {
    this.buffer.append(element, 0);
  }

  slice(from: number, to: number): Uint8Array {
    return this.buffer.plainBytes(from, to);
  }

  minMax(): MinMax | null {
    return this.buffer.minMax();
  }

  clear(): void {
    this.buffer.count = 0;
  }
}

class TextElements implements ElementStore {
  private readonly type: ColumnType;
  private readonly plain = new PlainTexts();

  constructor(type: ColumnType) {
    this.type = type;
  }

  get position(): number {
    return this.plain.buffer.length;
  }

  get sizeBytes(): number {
    return this.plain.buffer.length;
  }

  append(element: Value): void {
    if (this.type.kind === 'BYTES' ? !(element instanceof Uint8Array) : typeof element !== 'string') throw wrongValue(this.type, element);
    const bytes = element instanceof Uint8Array ? element : Buffer.from(element as string, 'utf8');
    this.plain.append(bytes, 0, bytes.length);
  }

  slice(from: number, to: number): Uint8Array {
    return this.plain.buffer.bytes.subarray(from, to);
  }

  minMax(): null {
    return null;
  }

  clear(): void {
    this.plain.clear();
  }
}
