/** Session and sequence of every instrument: from 1 without a hole, anew with every UTC day. */
import { dayText, MICROS_PER_DAY } from '../market/event-time.ts';
import type { Instrument } from '../market/instrument.ts';

export interface Numbered {
  readonly instrument: Instrument;
  session: string;
  /** Of the message that is being written. */
  sequence: number;
  /** NAME-SESSION-, what the identities of the session begin with. */
  idPrefix: string;
  day: number;
}

export interface Numbering {
  /** Moves the instrument on by one and gives its place. */
  advance(index: number, micros: number): Numbered;
  /** Leaves out the next `count` sequences of the instrument's session: messages that are never sent. `sequence` is the first of them. */
  skip(index: number, micros: number, count: number): { readonly key: string; readonly session: string; readonly sequence: number };
}

/** `mark` tells sessions of one day from another run's; '' for none. */
export function numberingOf(instruments: readonly Instrument[], mark: string): Numbering {
  const all = instruments.map((instrument): Numbered => ({ instrument, session: '', sequence: 0, idPrefix: '', day: -1 }));
  const at = (index: number, micros: number): Numbered => {
    const numbered = all[index];
    if (numbered === undefined) throw new RangeError(`There is no instrument ${String(index)}.`);
    const day = Math.floor(micros / MICROS_PER_DAY);
    if (day !== numbered.day) {
      numbered.day = day;
      numbered.session = mark === '' ? dayText(micros) : `${dayText(micros)}-${mark}`;
      numbered.sequence = 0;
      numbered.idPrefix = `${numbered.instrument.name}-${numbered.session}-`;
    }
    return numbered;
  };
  return {
    advance: (index, micros) => {
      const numbered = at(index, micros);
      numbered.sequence += 1;
      return numbered;
    },
    skip: (index, micros, count) => {
      const numbered = at(index, micros);
      numbered.sequence += count;
      return { key: numbered.instrument.name, session: numbered.session, sequence: numbered.sequence - count + 1 };
    },
  };
}
