/** DuckDB's types and values as ours. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { WarehouseColumn, WarehouseValue } from '../../ports/warehouse-reader.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

export function warehouseColumn(name: string, type: DuckDBType): WarehouseColumn {
  if (type instanceof DuckDBListType) {
    return { name, type: columnType(type.valueType), repeated: true };
  }
  return { name, type: columnType(type), repeated: false };
}

function columnType(type: DuckDBType): ColumnType {
  if (type instanceof DuckDBDecimalType) {
    return { kind: 'DECIMAL', precision: type.width, scale: type.scale };
  }
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { kind: 'BOOL' };
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { kind: 'INT64' };
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return { kind: 'DECIMAL', precision: 38, scale: 0 };
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return { kind: 'FLOAT64' };
    case DuckDBTypeId.DATE:
      return { kind: 'DATE' };
    case DuckDBTypeId.TIME:
      return { kind: 'TIME' };
    case DuckDBTypeId.TIMESTAMP:
      return { kind: 'DATETIME' };
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { kind: 'TIMESTAMP' };
    case DuckDBTypeId.BLOB:
      return { kind: 'BYTES' };
    case DuckDBTypeId.VARCHAR:
      return { kind: type.alias === 'JSON' ? 'JSON' : 'STRING' };
    default:
      return { kind: 'STRING' };
  }
}

export function warehouseValue(column: WarehouseColumn, value: DuckDBValue): WarehouseValue {
  if (column.repeated && value instanceof DuckDBListValue) {
    return value.items.map((item) => scalar(column.type, item));
  }
  return scalar(column.type, value);
}

function scalar(type: ColumnType, value: DuckDBValue): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return type.kind === 'INT64' ? BigInt(value) : value;
  if (typeof value === 'bigint' || value instanceof DuckDBDecimalValue) return typeof value === 'bigint' ? value : value.value;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimeValue) return Number(value.micros);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return value.toString();
}
