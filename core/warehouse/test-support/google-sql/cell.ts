/** Values of the reference implementation, exact: whole numbers and decimals never pass a float. */
import { joinMicros, daysFromCivil } from '../../../types/calendar.ts';
import type { Value } from '../../../types/column-type.ts';
import { TYPE_KINDS } from './language.ts';
import type { TypeProto } from './type-text.ts';

/** A decimal as a scaled integer: of NUMERIC with 9, of BIGNUMERIC with 38 decimals. All others as core/types holds them. */
export type GoogleSqlValue = Value | readonly GoogleSqlValue[];

export interface CellProto {
  /** The name of the field that is set; absent for NULL. */
  readonly value?: string;
  readonly int64Value?: string;
  readonly boolValue?: boolean;
  readonly doubleValue?: number;
  readonly stringValue?: string;
  readonly bytesValue?: Uint8Array;
  readonly dateValue?: number;
  readonly jsonValue?: string;
  readonly numericValue?: Uint8Array;
  readonly bignumericValue?: Uint8Array;
  readonly timestampValue?: { readonly seconds: string; readonly nanos: number };
  readonly timeValue?: string;
  readonly datetimeValue?: { readonly bitFieldDatetimeSeconds: string; readonly nanos: number };
  readonly arrayValue?: { readonly element: readonly CellProto[] };
}

export function readCell(type: TypeProto | undefined, cell: CellProto): GoogleSqlValue {
  if (type === undefined || cell.value === undefined) return null;
  switch (type.typeKind) {
    case TYPE_KINDS['INT64']:
      return BigInt(cell.int64Value ?? 0);
    case TYPE_KINDS['BOOL']:
      return cell.boolValue ?? null;
    case TYPE_KINDS['FLOAT64']:
      return cell.doubleValue ?? null;
    case TYPE_KINDS['BYTES']:
      return cell.bytesValue ?? null;
    case TYPE_KINDS['DATE']:
      return cell.dateValue ?? null;
    case TYPE_KINDS['NUMERIC']:
      return littleEndian(cell.numericValue ?? new Uint8Array());
    case TYPE_KINDS['BIGNUMERIC']:
      return littleEndian(cell.bignumericValue ?? new Uint8Array());
    case TYPE_KINDS['TIME']:
      return timeOf(BigInt(cell.timeValue ?? 0));
    case TYPE_KINDS['DATETIME']:
      return datetimeOf(BigInt(cell.datetimeValue?.bitFieldDatetimeSeconds ?? 0), cell.datetimeValue?.nanos ?? 0);
    case TYPE_KINDS['TIMESTAMP']:
      return BigInt(cell.timestampValue?.seconds ?? 0) * 1_000_000n + BigInt((cell.timestampValue?.nanos ?? 0) / 1000);
    case TYPE_KINDS['ARRAY']:
      return (cell.arrayValue?.element ?? []).map((element) => readCell(type.arrayType?.elementType, element));
    default:
      return cell.stringValue ?? cell.jsonValue ?? null;
  }
}

/** A whole number in two's complement, its lowest byte first. */
function littleEndian(bytes: Uint8Array): bigint {
  const unsigned = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(bytes.length * 8, unsigned);
}

function bits(value: bigint, from: number, count: number): number {
  return Number((value >> BigInt(from)) & ((1n << BigInt(count)) - 1n));
}

/** Hour, minute, second and nanoseconds in 5, 6, 6 and 30 bits. */
function timeOf(packed: bigint): number {
  const seconds = bits(packed, 42, 5) * 3600 + bits(packed, 36, 6) * 60 + bits(packed, 30, 6);
  return seconds * 1_000_000 + Math.floor(bits(packed, 0, 30) / 1000);
}

/** Year, month, day, hour, minute and second from bit 26, 22, 17, 12, 6 and 0. */
function datetimeOf(packed: bigint, nanos: number): bigint {
  const day = daysFromCivil(bits(packed, 26, 14), bits(packed, 22, 4), bits(packed, 17, 5));
  const seconds = bits(packed, 12, 5) * 3600 + bits(packed, 6, 6) * 60 + bits(packed, 0, 6);
  return joinMicros(day, seconds * 1_000_000 + nanos / 1000);
}
