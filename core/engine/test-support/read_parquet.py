"""Prints the rows of a Parquet file as pyarrow reads them, one JSON list a row, in the words of parquet-values.ts."""
import json
import struct
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def plain(kind, value):
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [plain(kind.value_type, element) for element in value]
    if pa.types.is_decimal(kind):
        return str(int(value.scaleb(kind.scale, CONTEXT)))
    if pa.types.is_float64(kind):
        return struct.pack(">d", value).hex()
    if pa.types.is_binary(kind):
        return value.hex()
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    return str(value)


import decimal

CONTEXT = decimal.Context(prec=60)


def column(array):
    """Dates and times as the whole numbers that the file holds."""
    if isinstance(array.type, pa.ExtensionType):
        array = pa.chunked_array([chunk.storage for chunk in array.chunks], array.type.storage_type)
    if pa.types.is_date32(array.type):
        array = array.cast(pa.int32())
    elif pa.types.is_time(array.type) or pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    elif pa.types.is_list(array.type):
        return [None if cell is None else column_of_list(array.type, cell) for cell in array]
    return [plain(array.type, value) for value in array.to_pylist()]


def column_of_list(kind, cell):
    if cell.values is None:
        return None
    return column(pa.chunked_array([cell.values]))


table = pq.read_table(sys.argv[1], page_checksum_verification=True)
columns = [column(table.column(index)) for index in range(table.num_columns)]
for row in zip(*columns):
    print(json.dumps(row))
