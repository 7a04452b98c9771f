import { expect, it } from 'vitest';
import { parseSpec } from '../spec/parse-spec.ts';
import { classifiedColumns, classifiedInWarehouse } from './classified-columns.ts';

const TRADERS = `name: staff
description: Traders of a desk
owner: desk@example.com
domain: markets
source: { path_pattern: 'staff/*.csv' }
schema:
  - { name: person, type: STRING, nullable: false, description: Key }
  - { name: first_name, type: STRING, classification: pii, description: Given name }
  - { name: last_name, type: STRING, classification: pii, description: Family name }
canonical:
  entity: traders
  map: { trader_id: person, trader_name: "first_name || ' ' || last_name" }
`;

it('knows the classified columns of a source and what the warehouse makes of them', () => {
  const parsed = parseSpec(TRADERS, 'reference/staff.yaml');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  expect([...classifiedColumns(parsed.spec)]).toEqual(['first_name', 'last_name']);
  expect([...classifiedInWarehouse([parsed.spec])].toSorted()).toEqual(['first_name', 'last_name', 'trader_name']);
});
