/**
 * The table of commands: name, one line for the list, and how its file is loaded when it is called. Adding a command is
 * one file beside this one and one line here.
 */
import type { CommandEntry } from '../framework/program.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'One cycle: landing to staging, archive, warehouse and extract',
    load: () => import('./run.ts'),
  },
  {
    name: 'schedule',
    summary: 'Run a cycle every hour in the foreground',
    load: () => import('./schedule.ts'),
  },
  {
    name: 'watch',
    summary: 'Validate files as they arrive in buckets, in the foreground',
    load: () => import('./watch.ts'),
  },
  {
    name: 'bridge',
    summary: 'Read streams from the log, check each message, publish it, in the foreground',
    load: () => import('./bridge.ts'),
  },
  {
    name: 'sink',
    summary: 'Write messages of the bus into the warehouse in micro-batches, in the foreground',
    load: () => import('./sink.ts'),
  },
  {
    name: 'candles',
    summary: 'Make live candles of streams of trades, in the foreground',
    load: () => import('./candles.ts'),
  },
  {
    name: 'validate',
    summary: 'Judge one file by the rules of a source spec',
    load: () => import('./validate.ts'),
  },
  {
    name: 'validate-specs',
    summary: 'Check every source spec: its keys, its rules’ types, its examples, overlaps of path patterns',
    load: () => import('./validate-specs.ts'),
  },
  {
    name: 'validate-regimes',
    summary: 'Check every regime of reports: its keys, its expressions, its deadline, its fields',
    load: () => import('./validate-regimes.ts'),
  },
  {
    name: 'test-source',
    summary: 'Send made-up good and bad rows of one source through the whole lane in a sandbox',
    load: () => import('./test-source.ts'),
  },
  {
    name: 'status',
    summary: 'Sources: expected, arrived, late, missing, quarantined; last cycle; backlog',
    load: () => import('./status.ts'),
  },
  {
    name: 'quarantine',
    summary: 'Rejects by source, code, file; raw bytes of one',
    load: () => import('./quarantine.ts'),
  },
  {
    name: 'trace',
    summary: 'The way of one record in both directions, to the byte and to the extract',
    load: () => import('./trace.ts'),
  },
  {
    name: 'extract',
    summary: 'Make the surveillance extract of a date, or remake it as it was known then',
    load: () => import('./extract.ts'),
  },
  {
    name: 'rebuild',
    summary: 'Stage archived files again under the spec that judged them',
    load: () => import('./rebuild.ts'),
  },
  {
    name: 'retention',
    summary: 'Remove what is kept no longer: staged, failed and unclaimed files past their days',
    load: () => import('./retention.ts'),
  },
  {
    name: 'query',
    summary: "Read-only SQL on the warehouse's snapshot, as a table, CSV or JSON",
    load: () => import('./query.ts'),
  },
  {
    name: 'ddl',
    summary: 'The statements that make the raw tables, as they follow from the specs',
    load: () => import('./ddl.ts'),
  },
  {
    name: 'diff',
    summary: 'Compare two warehouses row by row, with exact types',
    load: () => import('./diff.ts'),
  },
  {
    name: 'cost',
    summary: 'What a month costs: estimated from the specs, and from what builds read',
    load: () => import('./cost.ts'),
  },
  {
    name: 'audit',
    summary: 'Prove that what lies there is what was recorded',
    load: () => import('./audit.ts'),
  },
  {
    name: 'generate',
    summary: 'Write what is committed and follows from the code: schemas and reference pages',
    load: () => import('./generate.ts'),
  },
  {
    name: 'doctor',
    summary: 'Is this machine ready: versions, folders, disk, specs, configuration, buckets, datasets, streams',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'quality',
    summary: 'Check the market data of streams as it comes: silences, outliers, duplicates, crossed prices',
    load: () => import('./quality.ts'),
  },
  {
    name: 'history',
    summary: 'The records of streams as sorted Parquet files by day: write, compact, check',
    load: () => import('./history.ts'),
  },
  {
    name: 'reporter',
    summary: 'Report trades to regulators, and prove what was reported',
    load: () => import('./reporter.ts'),
  },
  {
    name: 'simulate',
    summary: 'Made-up trades, quotes, orders, a level 3 firehose or a regulator, seeded, with faults on request',
    load: () => import('./simulate.ts'),
  },
  {
    name: 'demo',
    summary: 'Run a business week of a small bank end to end and show what came of it',
    load: () => import('./demo.ts'),
  },
];
