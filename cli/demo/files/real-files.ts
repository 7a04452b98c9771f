/** The two real files, byte for byte as they were published (samples/README.md names their origin). */
import { readFileSync } from 'node:fs';
import type { Delivery } from './delivery.ts';

/** Counted in the published files. */
const PUBLIC_TRADES = 1000;
const MARKET_CODES = 2603;

function realFile(source: string, object: string, file: string, records: number, story: string): Delivery {
  return {
    object,
    bytes: readFileSync(new URL(`../samples/${file}`, import.meta.url)),
    story,
    truth: { kind: 'data', source, status: 'accepted', records, bad: [], file_codes: [] },
  };
}

export function publicTradesDelivery(): Delivery {
  const file = 'ethusdt_public_trades.csv';
  return realFile('ethusdt_public_trades', `crypto/${file}`, file, PUBLIC_TRADES, 'real public trades of a crypto exchange');
}

export function marketCodesDelivery(): Delivery {
  const file = 'ISO10383_MIC.csv';
  return realFile('iso10383_mic', `reference/${file}`, file, MARKET_CODES, 'the real ISO register of venues');
}
