/** From the scanner's field positions to the texts of a record's columns. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, renderUndecodable, type DecodeText } from '../../decode/charset.ts';
import { shownText } from '../../findings/shown-text.ts';
import { CELL, emptyCells, NO_FAULTS, type RawCells, type RecordFault } from '../../values/raw-cells.ts';
import { unescapeField } from './csv-dialect.ts';
import { FIELD_ESCAPED, FIELD_HIGH, FIELD_QUOTED, type CsvScanner, type ScanDialect } from './csv-scanner.ts';
import type { FieldPlan } from './field-plan.ts';

export class CsvFields {
  private readonly scanner: CsvScanner;
  private readonly dialect: ScanDialect;
  private readonly decode: DecodeText;
  private readonly cells: RawCells;

  constructor(scanner: CsvScanner, dialect: ScanDialect, spec: SourceSpec) {
    this.scanner = scanner;
    this.dialect = dialect;
    this.decode = decoderOf(spec.source.encoding);
    this.cells = emptyCells(spec.schema.length);
  }

  /** The scanner's record as the schema's columns. `start` is the record's index, `record` its bytes as a byte string. */
  cellsOf(record: string, start: number, plan: FieldPlan): RawCells {
    const { cells, scanner } = this;
    const { fieldOf } = plan;
    for (let column = 0; column < fieldOf.length; column += 1) {
      const field = fieldOf[column] as number;
      if (field < 0) {
        cells.texts[column] = null;
        cells.kinds[column] = CELL.MISSING;
        continue;
      }
      const flags = scanner.flags[field] as number;
      const text = record.substring((scanner.starts[field] as number) - start, (scanner.ends[field] as number) - start);
      if (flags <= FIELD_QUOTED) {
        cells.texts[column] = text;
        cells.kinds[column] = flags === 0 ? CELL.PLAIN : CELL.QUOTED;
        continue;
      }
      const decoded = this.decoded(text, flags);
      cells.texts[column] = decoded ?? renderUndecodable(text);
      cells.kinds[column] = decoded === null ? CELL.UNDECODABLE : (flags & FIELD_QUOTED) === 0 ? CELL.PLAIN : CELL.QUOTED;
    }
    cells.faults = scanner.high > 0x7f && plan.unloaded.length > 0 ? this.unloadedFaults(record, start, plan) : NO_FAULTS;
    cells.extra = plan.kept.length > 0 ? this.extraOf(record, start, plan) : null;
    return cells;
  }

  /** All fields as texts, for header and control records; null where one cannot be decoded. */
  allTexts(record: string, start: number): readonly string[] | null {
    const texts: string[] = [];
    const count = Math.min(this.scanner.fieldCount, this.scanner.starts.length);
    for (let field = 0; field < count; field += 1) {
      const text = this.fieldText(record, start, field);
      if (text === null) {
        return null;
      }
      texts.push(text);
    }
    return texts;
  }

  private fieldText(record: string, start: number, field: number): string | null {
    const { starts, ends, flags } = this.scanner;
    const text = record.substring((starts[field] as number) - start, (ends[field] as number) - start);
    return this.decoded(text, flags[field] as number);
  }

  private decoded(text: string, flags: number): string | null {
    const plain = (flags & FIELD_ESCAPED) === 0 ? text : unescapeField(text, this.dialect);
    return (flags & FIELD_HIGH) === 0 ? plain : this.decode(plain);
  }

  private unloadedFaults(record: string, start: number, plan: FieldPlan): readonly RecordFault[] {
    return plan.unloaded.flatMap(({ field, name }) =>
      this.fieldText(record, start, field) === null ? [undecodableField(name, record)] : [],
    );
  }

  private extraOf(record: string, start: number, plan: FieldPlan): string {
    const faults: RecordFault[] = [];
    const extra: [string, string][] = [];
    for (const { field, name } of plan.kept) {
      const text = this.fieldText(record, start, field);
      if (text === null) {
        faults.push(undecodableField(name, record));
      } else {
        extra.push([name, text]);
      }
    }
    this.cells.faults = faults.length > 0 ? [...this.cells.faults, ...faults] : this.cells.faults;
    return JSON.stringify(Object.fromEntries(extra));
  }
}

function undecodableField(name: string, record: string): RecordFault {
  return {
    code: 'ENCODING_INVALID',
    column: name,
    found: shownText(renderUndecodable(record)),
    expected: 'text in the declared encoding',
    message: `The field ${name} holds bytes that are not text in the declared encoding.`,
  };
}
