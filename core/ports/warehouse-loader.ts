/**
 * Filling the warehouse's raw tables from objects of the store. Every write is idempotent: a load is named by its key, and a key is loaded once,
 * however often it is asked for and whatever answers were lost. Every adapter runs warehouse-loader.contract.ts.
 */
import type { Layer, WarehouseDialect } from '../warehouse/dialect.ts';
import type { TableDefinition } from '../warehouse/table-definition.ts';

/** Rows of a load that are told by the value of one column. */
export interface LoadPart {
  readonly value: string;
  readonly rows: number;
}

export interface LoadRequest {
  /** Names the load's content for ever; of [A-Za-z0-9_-]. */
  readonly key: string;
  /** gs://bucket/name of every object, never a pattern. */
  readonly uris: readonly string[];
  readonly format: 'parquet' | 'jsonl';
  readonly parts: readonly LoadPart[];
}

export interface LoadTarget {
  readonly table: TableDefinition;
  /** The column that tells the parts of a load. */
  readonly identity: string;
  /** UTC date before which no row of these loads can have come in: what is looked at to see what is there. */
  readonly since: string;
  /** Whether a part may stand twice; else more rows than a part has are an error. */
  readonly mayRepeat: boolean;
}

/** A load whose table has no column that tells it: only its key does. */
export interface KeyedLoad {
  readonly key: string;
  readonly uris: readonly string[];
  readonly format: 'parquet' | 'jsonl';
}

export interface LoadOutcome {
  readonly key: string;
  /** `stood`: the rows were there already. */
  readonly outcome: 'loaded' | 'stood';
}

export interface WarehouseLoader {
  readonly dialect: WarehouseDialect;
  /** Makes the datasets of the layers that are missing. */
  createLayers(layers: readonly Layer[]): Promise<void>;
  /** Whether the dataset of a layer is there. */
  layerExists(layer: Layer): Promise<boolean>;
  /** Whether the table or view is there. */
  exists(layer: Layer, name: string): Promise<boolean>;
  /** Makes the tables that are missing and adds the columns that they lack; gives the names of those that were changed. */
  prepare(tables: readonly TableDefinition[]): Promise<readonly string[]>;
  /**
   * Loads what is not there yet; when it returns, every row of every part is in the table. WAREHOUSE_LOAD where a load failed or left other rows;
   * what was loaded stays, and the next call goes on. Safe to repeat; key: LoadRequest.key.
   */
  load(target: LoadTarget, loads: readonly LoadRequest[]): Promise<readonly LoadOutcome[]>;
  /**
   * The same for a table without an identity: nothing is counted in it, the ids of jobs alone keep a load from being loaded twice. So rows that were
   * removed later are not loaded again. `stood`: a job of this key was done already. WAREHOUSE_LOAD as of `load`. Key: KeyedLoad.key.
   */
  loadByKey(table: TableDefinition, load: KeyedLoad): Promise<LoadOutcome>;
}
