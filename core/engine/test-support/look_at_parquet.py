"""Prints as JSON what pyarrow says about a Parquet file: types, and which of its statistics do not agree with its values."""
import decimal
import json
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def leaf(array):
    """The values of a column without their lists, as the numbers and bytes that the file stores; decimals stay."""
    if pa.types.is_list(array.type):
        array = pc.list_flatten(array)
    if isinstance(array.type, pa.BaseExtensionType):
        array = pa.chunked_array([chunk.storage for chunk in array.chunks], array.type.storage_type)
    if pa.types.is_date32(array.type):
        return array.cast(pa.int32())
    if pa.types.is_time(array.type) or pa.types.is_timestamp(array.type):
        return array.cast(pa.int64())
    return array.cast(pa.binary()) if pa.types.is_string(array.type) else array


def found(kind, value):
    """A value of leaf() as its statistic would say it."""
    return int(value.scaleb(kind.scale, CONTEXT)) if pa.types.is_decimal(kind) else value


def stated_value(kind, value):
    """A statistic; decimals of 16 bytes are given as bytes."""
    return int.from_bytes(value, "big", signed=True) if pa.types.is_decimal(kind) and isinstance(value, bytes) else value


CONTEXT = decimal.Context(prec=60)

file = pq.ParquetFile(sys.argv[1], page_checksum_verification=True)
wrong = []
stated = {}
for group in range(file.num_row_groups):
    table = file.read_row_group(group)
    metadata = file.metadata.row_group(group)
    if table.num_rows != metadata.num_rows:
        wrong.append(f"row group {group}: {metadata.num_rows} rows stated, {table.num_rows} found")
    for index in range(table.num_columns):
        name = table.column_names[index]
        values = leaf(table.column(index))
        chunk = metadata.column(index)
        statistics = chunk.statistics
        has = statistics is not None and statistics.has_min_max
        bounds = pc.min_max(values).as_py()
        stated[name] = stated.get(name, True) and (has or bounds["min"] is None)
        place = f"row group {group}, {name}"
        if statistics is not None and statistics.has_null_count and not pa.types.is_list(table.schema.field(index).type):
            if statistics.null_count != values.null_count:
                wrong.append(f"{place}: {statistics.null_count} NULLs stated, {values.null_count} found")
        if has:
            for end, statistic in (("min", statistics.min_raw), ("max", statistics.max_raw)):
                said = stated_value(values.type, statistic)
                held = found(values.type, bounds[end])
                if said != held:
                    wrong.append(f"{place}: {end} {said!r} stated, {held!r} found")

print(
    json.dumps(
        {
            "version": pa.__version__,
            "rows": file.metadata.num_rows,
            "row_groups": file.num_row_groups,
            "types": {field.name: str(field.type) for field in file.schema_arrow},
            "with_statistics": [name for name, has in stated.items() if has],
            "wrong_statistics": wrong,
        }
    )
)
