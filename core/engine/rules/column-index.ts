/** Places of columns in a row of the schema. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';

export function columnIndex(spec: SourceSpec): (name: string) => number {
  const places = new Map(spec.schema.map((column, index) => [column.name, index]));
  return (name) => {
    const place = places.get(name);
    if (place === undefined) {
      throw new MarketsError('ENGINE_INVARIANT', `An expression of ${spec.name} reads a column that the schema does not have.`, {
        found: name,
      });
    }
    return place;
  };
}
