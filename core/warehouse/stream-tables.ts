/** The tables of a stream in layer raw, as a BigQuery subscription writes them. Terraform owns them (modules/factory/streams.tf); emulators have them from here. */
import type { ColumnType } from '../types/column-type.ts';
import type { PartKind } from '../stream/object-names.ts';
import type { TableColumn, TableDefinition } from './table-definition.ts';

const STRING: ColumnType = { kind: 'STRING' };
const DESCRIPTIONS: Readonly<Record<PartKind, (source: string) => string>> = {
  messages: (source) => `Messages of ${source} as they came, one row a delivery`,
  dead_letters: (source) => `Messages of ${source} that were refused, with the reason in attributes`,
};

export function streamTable(source: string, kind: PartKind): TableDefinition {
  return {
    layer: 'raw',
    name: `${source}_stream_${kind}`,
    description: DESCRIPTIONS[kind](source),
    columns: [
      column('subscription_name', STRING, 'The subscription that wrote the row'),
      column('message_id', STRING, "The bus's identity of the message; a redelivery has the same one"),
      column('publish_time', { kind: 'TIMESTAMP' }, 'When the bus accepted the message, UTC'),
      column('data', { kind: 'BYTES' }, 'The checked record as JSON; of a dead letter the bytes as they were read from Kafka'),
      {
        ...column('attributes', { kind: 'JSON' }, 'Kafka topic, partition, offset and timestamp; reason of a dead letter'),
        is_native_json: true,
      },
    ],
    cluster_by: ['message_id'],
    partition_by: 'publish_time',
    expires: true,
  };
}

function column(name: string, type: ColumnType, description: string): TableColumn {
  return { name, type, repeated: false, description };
}
