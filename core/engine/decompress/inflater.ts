/**
 * Raw deflate (RFC 1951), decompressed in WebAssembly: 1.9 times as fast as node:zlib (decision 0070), and it takes and refuses what
 * zlib does. Here stands what happens once a block; symbols and tables are inflate-source.ts and inflate-table-source.ts.
 */
import { assemble } from '../kernel/assemble.ts';
import { Instance, Memory, Module, type WasmModule } from '../kernel/web-assembly.ts';
import { CompressionFault } from './compression-fault.ts';
import * as AT from './inflate-layout.ts';
import { INFLATE_SOURCE, STATUS } from './inflate-source.ts';
import { writeConstants } from './inflate-symbols.ts';
import { TABLE_SOURCE } from './inflate-table-source.ts';

/** The functions of inflate-source.ts and inflate-table-source.ts. */
interface Exports {
  inflate(position: number, end: number, out: number, limit: number, floor: number): number;
  build(lengths: number, count: number, symbols: number, table: number, bits: number): number;
  pair(lengths: number): void;
  codeLengths(position: number, count: number): number;
}

/** What ends a run of steps, if anything does. */
type Progress = 'more' | 'needs input' | 'needs output';

const PAGE_BYTES = 65_536;
/** A block without content takes a few bytes of input and the time of its tables: so many of them are a run's work. */
const MAX_STEPS = 256;
const STORED_LENGTH_BITS = 16;
/** RFC 1951, 3.2.7: the order in which the lengths of the code of code lengths stand. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const MAX_LITERALS = 286;
const MAX_DISTANCES = 30;
const END_OF_BLOCK = 256;
const NO_END_OF_BLOCK = 'invalid code -- missing end-of-block';
/** What build() gives. */
const COMPLETE = 0;
const NO_CODE = 2;
/** RFC 1951, 3.2.6. */
const FIXED_LENGTHS = Buffer.concat([
  Buffer.alloc(144, 8),
  Buffer.alloc(112, 9),
  Buffer.alloc(24, 7),
  Buffer.alloc(8, 8),
  Buffer.alloc(AT.DISTANCE_SYMBOLS, 5),
]);

let compiled: WasmModule | null = null;

/**
 * Reads one stream after another. The input comes in steps, cut anywhere: take() a step, then next() until `needsInput` or `isDone`.
 * Holds 0.75 MB.
 */
export class Inflater {
  private readonly bytes: Buffer;
  private readonly results: Int32Array;
  private readonly run: Exports;
  private state: 'header' | 'stored' | 'compressed' | 'done' = 'done';
  private isLastBlock = false;
  /** Whether the tables are those of fixed codes. */
  private isFixed = false;
  /** Bytes that a stored block has still to give. */
  private stored = 0;
  /** In bits of the memory: what is to be read next. */
  private position = 0;
  /** Behind the last byte of the input. */
  private inputEnd: number = AT.INPUT_AT;
  private outputEnd: number = AT.OUTPUT_AT;
  /** Bytes of the stream that are in the window. */
  private windowBytes = 0;
  private isHungry = true;
  private fault: CompressionFault | null = null;

  constructor() {
    const pages = Math.ceil(AT.MEMORY_BYTES / PAGE_BYTES);
    const memory = new Memory({ initial: pages, maximum: pages });
    compiled ??= new Module(assemble(INFLATE_SOURCE + TABLE_SOURCE));
    this.run = new Instance(compiled, { js: { memory } }).exports as Exports;
    this.bytes = Buffer.from(memory.buffer);
    this.results = new Int32Array(memory.buffer, AT.POSITION_AT, 2);
    writeConstants(this.bytes);
  }

  /** A stream begins with the next step: nothing of the one before is left. */
  start(): void {
    this.state = 'header';
    this.inputEnd = AT.INPUT_AT;
    this.position = AT.INPUT_AT * 8;
    this.windowBytes = 0;
    this.isHungry = true;
    this.fault = null;
  }

  /** The stream has ended; `unusedBytes` of the last step are not of it. */
  get isDone(): boolean {
    return this.state === 'done';
  }

  get unusedBytes(): number {
    return this.inputEnd - Math.ceil(this.position / 8);
  }

  /** Every step was read as far as it goes. */
  get needsInput(): boolean {
    return this.isHungry;
  }

  /** Input, STEP_BYTES at most. */
  take(step: Uint8Array): void {
    const from = this.position >>> 3;
    this.bytes.copyWithin(AT.INPUT_AT, from, this.inputEnd);
    this.position -= (from - AT.INPUT_AT) * 8;
    this.inputEnd -= from - AT.INPUT_AT;
    this.bytes.set(step, this.inputEnd);
    this.inputEnd += step.length;
    this.isHungry = false;
  }

  /**
   * The next bytes, 512 KiB at most, in memory of their own; none where a step ends within a symbol. Throws CompressionFault, once all that
   * stands before the fault was given.
   */
  next(): Buffer {
    this.outputEnd = AT.OUTPUT_AT;
    this.isHungry = this.fault === null && this.advanceAll() === 'needs input';
    if (this.fault !== null && this.outputEnd === AT.OUTPUT_AT) throw this.fault;
    const piece = Buffer.allocUnsafeSlow(this.outputEnd - AT.OUTPUT_AT);
    this.bytes.copy(piece, 0, AT.OUTPUT_AT, this.outputEnd);
    this.bytes.copyWithin(AT.WINDOW_AT, this.outputEnd - AT.WINDOW_BYTES, this.outputEnd);
    this.windowBytes = Math.min(this.windowBytes + piece.length, AT.WINDOW_BYTES);
    return piece;
  }

  private advanceAll(): Progress {
    let progress: Progress = 'more';
    try {
      for (let steps = 0; steps < MAX_STEPS && progress === 'more' && !this.isDone; steps += 1) progress = this.advance();
    } catch (error) {
      if (!(error instanceof CompressionFault)) throw error;
      this.fault = error;
    }
    return progress;
  }

  private advance(): Progress {
    switch (this.state) {
      case 'header':
        return this.readHeader();
      case 'stored':
        return this.copyStored();
      case 'compressed':
        return this.inflateBlock();
      case 'done':
        return 'more';
    }
  }

  /** The header of a block. One that is not whole is read again from its start when there is more. */
  private readHeader(): Progress {
    const start = this.position;
    this.isLastBlock = this.bits(1) === 1;
    const cause = this.openBlock(this.bits(2));
    if (this.isBehindInput) {
      this.position = start;
      this.state = 'header';
      return 'needs input';
    }
    if (cause !== null) throw damaged(cause);
    return 'more';
  }

  /** Gives the fault of the header, null for none. Both mean nothing where it took bits behind the input. */
  private openBlock(type: number): string | null {
    switch (type) {
      case 0:
        return this.openStored();
      case 1:
        this.useFixedCodes();
        return null;
      case 2:
        return this.readDynamicCodes();
      default:
        return 'invalid block type';
    }
  }

  /** RFC 1951, 3.2.4. */
  private openStored(): string | null {
    this.position = Math.ceil(this.position / 8) * 8;
    this.stored = this.bits(STORED_LENGTH_BITS);
    const complement = this.bits(STORED_LENGTH_BITS);
    this.state = 'stored';
    return this.stored + complement === 0xffff ? null : 'invalid stored block lengths';
  }

  private useFixedCodes(): void {
    if (!this.isFixed) {
      this.bytes.set(FIXED_LENGTHS, AT.LENGTHS_AT);
      this.buildTables(AT.LITERAL_SYMBOLS, AT.DISTANCE_SYMBOLS);
    }
    this.isFixed = true;
    this.state = 'compressed';
  }

  /** RFC 1951, 3.2.7. */
  private readDynamicCodes(): string | null {
    const literals = 257 + this.bits(5);
    const distances = 1 + this.bits(5);
    const codeLengths = 4 + this.bits(4);
    if (literals > MAX_LITERALS || distances > MAX_DISTANCES) return 'too many length or distance symbols';
    // Their code lengths go, of which the tables were made.
    this.isFixed = false;
    const cause = this.readCodeLengths(codeLengths, literals + distances);
    // Tables are not built of what is behind the input.
    if (cause !== null || this.isBehindInput) return cause;
    this.state = 'compressed';
    return this.buildTables(literals, distances);
  }

  private readCodeLengths(codeLengths: number, count: number): string | null {
    const { bytes, run } = this;
    bytes.fill(0, AT.LENGTHS_AT, AT.LENGTHS_AT + AT.CODE_LENGTH_SYMBOLS);
    for (let index = 0; index < codeLengths; index += 1) bytes[AT.LENGTHS_AT + (CODE_LENGTH_ORDER[index] ?? 0)] = this.bits(3);
    const { CODE_LENGTH_SYMBOLS, CODE_LENGTH_SYMBOLS_AT, CODE_LENGTH_TABLE_AT, CODE_LENGTH_BITS } = AT;
    const built = run.build(AT.LENGTHS_AT, CODE_LENGTH_SYMBOLS, CODE_LENGTH_SYMBOLS_AT, CODE_LENGTH_TABLE_AT, CODE_LENGTH_BITS);
    if (built === NO_CODE) {
      // To zlib each bit is a length of zero then.
      this.position += count;
      return NO_END_OF_BLOCK;
    }
    if (built !== COMPLETE) return 'invalid code lengths set';
    const isRead = run.codeLengths(this.position, count) === 1;
    this.position = this.results[0] as number;
    if (!isRead) return 'invalid bit length repeat';
    return bytes[AT.LENGTHS_AT + END_OF_BLOCK] === 0 ? NO_END_OF_BLOCK : null;
  }

  /** Of the code lengths in the memory, first those of literals and lengths. Gives the fault of the codes. */
  private buildTables(literals: number, distances: number): string | null {
    const { LENGTHS_AT, LITERAL_SYMBOLS_AT, LITERAL_TABLE_AT, LITERAL_BITS, DISTANCE_SYMBOLS_AT, DISTANCE_TABLE_AT, DISTANCE_BITS } = AT;
    const { run } = this;
    if (run.build(LENGTHS_AT, literals, LITERAL_SYMBOLS_AT, LITERAL_TABLE_AT, LITERAL_BITS) < 0) return 'invalid literal/lengths set';
    run.pair(LENGTHS_AT);
    const built = run.build(LENGTHS_AT + literals, distances, DISTANCE_SYMBOLS_AT, DISTANCE_TABLE_AT, DISTANCE_BITS);
    return built < 0 ? 'invalid distances set' : null;
  }

  private copyStored(): Progress {
    const from = this.position / 8;
    const available = this.inputEnd - from;
    const length = Math.min(this.stored, available, AT.OUTPUT_LIMIT - this.outputEnd);
    this.bytes.copyWithin(this.outputEnd, from, from + length);
    this.outputEnd += length;
    this.position += length * 8;
    this.stored -= length;
    if (this.stored > 0) return length === available ? 'needs input' : 'needs output';
    this.endBlock();
    return 'more';
  }

  private inflateBlock(): Progress {
    const status = this.run.inflate(this.position, this.inputEnd, this.outputEnd, AT.OUTPUT_LIMIT, AT.OUTPUT_AT - this.windowBytes);
    this.position = this.results[0] as number;
    this.outputEnd = this.results[1] as number;
    switch (status) {
      case STATUS.endOfBlock:
        this.endBlock();
        return 'more';
      case STATUS.needsInput:
        return 'needs input';
      case STATUS.needsOutput:
        return 'needs output';
      case STATUS.invalidLength:
        throw damaged('invalid literal/length code');
      case STATUS.invalidDistance:
        throw damaged('invalid distance code');
      default:
        throw damaged('invalid distance too far back');
    }
  }

  private endBlock(): void {
    this.state = this.isLastBlock ? 'done' : 'header';
  }

  /** The next `count` bits, 16 at most, the first one lowest. */
  private bits(count: number): number {
    const bits = this.bytes.readUInt32LE(this.position >>> 3) >>> (this.position & 7);
    this.position += count;
    return bits & (2 ** count - 1);
  }

  private get isBehindInput(): boolean {
    return this.position > this.inputEnd * 8;
  }
}

/** The causes are zlib's. */
function damaged(cause: string): CompressionFault {
  return new CompressionFault('damaged', `The gzip stream is damaged: ${cause}.`);
}
