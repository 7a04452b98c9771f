/** DuckDB's types and values as ours. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { WarehouseColumn, WarehouseValue } from '../../ports/warehouse-reader.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

export function warehouseColumn(name: string, type: DuckDBType): WarehouseColumn {
  if (type.typeId === DuckDBTypeId.LIST) {
    return { name, type: columnType((type as DuckDBListType).valueType), repeated: true };
  }
  return { name, type: columnType(type), repeated: false };
}

function columnType(type: DuckDBType): ColumnType {
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
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: 'DECIMAL', precision: width, scale };
    }
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
  if (value === null) return null;
  switch (type.kind) {
    case 'BOOL':
    case 'FLOAT64':
      return value as boolean | number;
    case 'INT64':
      return typeof value === 'bigint' ? value : BigInt(value as number);
    case 'DECIMAL':
      return value instanceof DuckDBDecimalValue ? value.value : (value as bigint);
    case 'DATE':
      return (value as DuckDBDateValue).days;
    case 'TIME':
      return Number((value as DuckDBTimeValue).micros);
    case 'DATETIME':
      return (value as DuckDBTimestampValue).micros;
    case 'TIMESTAMP':
      return (value as DuckDBTimestampTZValue).micros;
    case 'BYTES':
      return (value as DuckDBBlobValue).bytes;
    case 'STRING':
    case 'JSON':
      return typeof value === 'string' ? value : value.toString();
  }
}
