/** The door of the batch lane. */
export { loadLaneConfig, parseLaneConfig } from './config/load-config.ts';
export type { LaneConfig } from './config/lane-config.ts';
export { loadLaneSpecs } from './run/load-lane-specs.ts';
export { createLaneRuntime, type CycleRequest, type JoinRequest, type LaneRuntime, type LaneRuntimeOptions } from './run/lane-runtime.ts';
export type { JoinResult } from './share/join-run.ts';
export { runCycle } from './run/run-cycle.ts';
export type { CycleOptions } from './run/cycle-options.ts';
export type { CycleAlert, CycleResult, FileOutcome } from './run/cycle-result.ts';
export type { CuratedTrade, OwedJudge } from './reports/owed-judge.ts';
export { DBT_VARIABLES } from './transform/dbt-process.ts';
