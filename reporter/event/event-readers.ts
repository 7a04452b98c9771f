/** The readers of all sources that are reported on, by name, and how a received message is read again from the ledger. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import type { LedgerData } from '../ledger/entry.ts';
import { createEventReader, type EventReader } from './event-reader.ts';
import type { TradeEvent } from './trade-event.ts';

export interface EventReaders {
  /** Sources that are read, in order of name. */
  readonly sources: readonly string[];
  /** undefined for a source that is not among them. */
  of(source: string): EventReader | undefined;
  /** The event of a `received` entry; null where the source or its spec does not read it any more as it was read then. */
  readReceived(data: LedgerData['received'], receivedAt: string): TradeEvent | null;
}

/** `sources` are names of enabled specs. SPEC_NOT_FOUND for one that is not there, and what createEventReader throws. */
export function createEventReaders(specs: readonly SourceSpec[], sources: readonly string[], now: string): EventReaders {
  const enabled = specs.filter((spec) => spec.enabled);
  const names = [...new Set(sources)].sort();
  const readers = new Map(names.map((name) => [name, createEventReader(specNamed(enabled, name), now)]));
  return {
    sources: names,
    of: (source) => readers.get(source),
    readReceived(data, receivedAt) {
      const reading = readers.get(data.source)?.read(Buffer.from(data.message, 'base64'), data.form, receivedAt);
      if (reading === undefined || !('event' in reading)) return null;
      const { event } = reading;
      const isSame = event.tradeId === data.trade_id && String(event.version) === data.trade_version && event.status === data.status;
      return isSame ? event : null;
    },
  };
}

function specNamed(specs: readonly SourceSpec[], name: string): SourceSpec {
  const spec = specs.find((each) => each.name === name);
  if (spec !== undefined) return spec;
  const names = specs.map((each) => each.name);
  throw new MarketsError('SPEC_NOT_FOUND', `No enabled source has the name ${name}.`, {
    expected: nearestWord(name, names) ?? names.join(', '),
    found: name,
    next: 'Mend the regimes and reporter.intake of the configuration, or add the source spec.',
  });
}
