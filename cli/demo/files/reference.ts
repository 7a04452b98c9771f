/** The reference data files, each in the format of the department that makes it. */
import type { Instrument } from '../bank/instruments.ts';
import type { Book, Counterparty, Trader } from '../bank/parties.ts';
import { dataDelivery, type Delivery } from './delivery.ts';
import { newDocument, type Fault } from './document.ts';

function compact(day: string): string {
  return day.replaceAll('-', '');
}

/** A line to be put in as it is, with what is wrong with it. */
export interface BadLine extends Fault {
  readonly text: string;
}

/** The complete list of traders: CSV. */
export function tradersDelivery(day: string, traders: readonly Trader[], bad: readonly BadLine[], story = ''): Delivery {
  const document = newDocument();
  document.other('trader_id,full_name,desk,compliance_officer\n');
  for (const trader of traders) {
    document.record([trader.id, trader.name, trader.desk, trader.officer].join(','));
    document.other('\n');
  }
  for (const line of bad) {
    document.record(line.text, line);
    document.other('\n');
  }
  return dataDelivery('traders', `reference/traders_${compact(day)}.csv`, document, { story });
}

/** What is new or changed among the counterparties: JSON Lines. */
export function counterpartiesDelivery(
  day: string,
  changes: readonly { readonly party: Counterparty; readonly from: string }[],
  story = '',
): Delivery {
  const document = newDocument();
  for (const { party, from } of changes) {
    document.record(
      JSON.stringify({
        counterparty_id: party.id,
        legal_name: party.name,
        lei: party.lei,
        address: { country: party.country },
        effective_from: from,
      }),
    );
    document.other('\n');
  }
  return dataDelivery('counterparties', `reference/counterparties_delta_${compact(day)}.jsonl`, document, { story });
}

/** The complete register of books: one JSON document. */
export function booksDelivery(day: string, books: readonly Book[], story = ''): Delivery {
  const document = newDocument();
  document.other(`{\n  "register": {\n    "as_of": "${day}",\n    "books": [\n`);
  books.forEach((book, index) => {
    document.other('      ');
    document.record(JSON.stringify({ id: book.id, name: book.name, entity: book.entity, desk: book.desk, valid_from: book.validFrom }));
    document.other(index < books.length - 1 ? ',\n' : '\n');
  });
  document.other('    ]\n  }\n}\n');
  return dataDelivery('books', `reference/books_${compact(day)}.json`, document, { story });
}

const INSTRUMENT_HEADER = 'instrument_id;symbol;isin;name;asset_class;currency;mic;tick_size;active;listed_on';

/** The complete list of instruments: a CSV as a German office program writes it, in latin-1. */
export function instrumentsDelivery(day: string, instruments: readonly Instrument[], bad: readonly BadLine[], story = ''): Delivery {
  const lines = [
    ...instruments.map((each) => ({ text: instrumentLine(each), fault: undefined })),
    ...bad.map((each) => ({ text: each.text, fault: each })),
  ];
  const document = newDocument();
  document.other(`${INSTRUMENT_HEADER}\r\n# golden source, ${day}\r\n`);
  for (const { text, fault } of lines) {
    document.record(Buffer.from(text, 'latin1'), fault);
    document.other('\r\n');
  }
  return dataDelivery('instruments', `reference/instruments_${compact(day)}.csv`, document, { story });
}

function instrumentLine(each: Instrument): string {
  return [
    each.id,
    each.assetClass === 'EQUITY' ? each.id : 'n/a',
    each.isin,
    each.name,
    each.assetClass,
    each.currency,
    each.mic,
    each.tick,
    'true',
    each.listedOn,
  ].join(';');
}
