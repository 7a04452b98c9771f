/** What turns steps of the market into messages of one stream. */
import { decimalText } from '../market/decimal-text.ts';
import { timeWriter } from '../market/event-time.ts';
import type { Instrument } from '../market/instrument.ts';
import type { MarketStep } from '../market/market.ts';
import type { Numbered } from './numbering.ts';

export const STREAM_KINDS = ['trades', 'quotes', 'orders', 'firehose'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export interface MessageWriter {
  /** Messages that one step of the market makes. */
  readonly messagesPerStep: number;
  /** The JSON text of message `place` (from 0) of a step. Pure ASCII. */
  write(step: MarketStep, place: number, numbered: Numbered, micros: number): string;
}

/** Members that every message ends with. */
export type TailWriter = (timeMember: string, micros: number, numbered: Numbered) => string;

export function tailWriter(): TailWriter {
  const timeText = timeWriter();
  return (timeMember, micros, { sequence, session }) =>
    `,"${timeMember}":"${timeText(micros)}","sequence":${String(sequence)},"session":"${session}"}`;
}

export function priceText({ tickUnits, priceScale }: Instrument, ticks: number): string {
  return decimalText(ticks * tickUnits, priceScale);
}

export function quantityText({ lotUnits, quantityScale }: Instrument, lots: number): string {
  return decimalText(lots * lotUnits, quantityScale);
}

export function sideText(isBuy: boolean): 'BUY' | 'SELL' {
  return isBuy ? 'BUY' : 'SELL';
}
