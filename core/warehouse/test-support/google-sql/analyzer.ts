/**
 * Checks SQL as BigQuery's analyzer does, offline: syntax, names, types, functions. A test starts one and closes it:
 *
 *     const analyzer = await GoogleSqlAnalyzer.start();
 *     const analysis = await analyzer.analyze('select a + 1 as b from shop.raw.orders', {
 *       shop: { raw: { orders: { columns: { a: 'INT64' } } } },
 *     });
 *     // { ok: true, kind: 'QUERY', columns: [{ name: 'b', type: 'INT64' }] }
 */
import { catalogProto, type Catalog } from './catalog.ts';
import { analyzerOptions, bigQueryLanguage, type LanguageOptions } from './language.ts';
import { ServiceError, startLocalService, type LocalService } from './local-service.ts';
import { statementOf, type Statement } from './resolved-statement.ts';
import { typeProto, typeText, type TypeProto } from './type-text.ts';
import { readCell, type CellProto, type GoogleSqlValue } from './cell.ts';

export type Analysis = ({ readonly ok: true } & Statement) | SqlProblem;

export interface SqlProblem {
  readonly ok: false;
  readonly message: string;
  /** From 1, in the text given; 0 where the analyzer names no place. */
  readonly line: number;
  readonly column: number;
}

/** Rows of values; 'failed' is an error of the evaluation, such as a division by zero. */
export type Evaluation =
  | { readonly ok: true; readonly types: readonly string[]; readonly rows: readonly (readonly GoogleSqlValue[])[] }
  | (SqlProblem & { readonly failed: boolean });

const INVALID_ARGUMENT = 3;
/** gRPC statuses by which the reference implementation says that a row cannot be computed. */
const EVALUATION_FAILURES: ReadonlySet<number> = new Set([9, 11]);
const STATEMENTS_MAX = 1000;

export class GoogleSqlAnalyzer {
  readonly #service: LocalService;
  readonly #language: object;
  readonly #options: object;
  readonly #catalogs = new WeakMap<Catalog, object>();

  private constructor(service: LocalService, language: object) {
    this.#service = service;
    this.#language = language;
    this.#options = analyzerOptions(language, typeProto);
  }

  static async start(): Promise<GoogleSqlAnalyzer> {
    const service = await startLocalService();
    const maximum = (await service.call('GetLanguageOptions', { maximumFeatures: true })) as LanguageOptions;
    return new GoogleSqlAnalyzer(service, bigQueryLanguage(maximum));
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  /** One statement; a semicolon at its end is allowed. */
  async analyze(sql: string, catalog: Catalog): Promise<Analysis> {
    try {
      const request = { options: this.#options, simpleCatalog: this.#catalog(catalog), sqlStatement: sql };
      const answer = (await this.#service.call('Analyze', request)) as { readonly resolvedStatement: unknown };
      return { ok: true, ...statementOf(answer.resolvedStatement) };
    } catch (error) {
      return problemOf(error);
    }
  }

  /** Statements that semicolons separate, each on its own: none sees the tables that another makes. Ends at the first problem. */
  async analyzeAll(sql: string, catalog: Catalog): Promise<readonly Analysis[]> {
    const found: Analysis[] = [];
    const bytes = Buffer.from(sql);
    for (let position = 0; position < bytes.length && found.length < STATEMENTS_MAX;) {
      if (
        bytes
          .subarray(position)
          .toString()
          .replace(/--.*|\/\*[\s\S]*?\*\//g, '')
          .trim() === ''
      )
        break;
      const parseResumeLocation = { input: sql, bytePosition: position, allowResume: true };
      try {
        const request = { options: this.#options, simpleCatalog: this.#catalog(catalog), parseResumeLocation };
        const answer = (await this.#service.call('Analyze', request)) as {
          readonly resolvedStatement: unknown;
          readonly resumeBytePosition: number;
        };
        found.push({ ok: true, ...statementOf(answer.resolvedStatement) });
        position = answer.resumeBytePosition;
      } catch (error) {
        found.push(problemOf(error));
        break;
      }
    }
    return found;
  }

  /** Runs a query by the reference implementation; it has no tables but those the query makes itself. */
  async evaluate(sql: string): Promise<Evaluation> {
    try {
      const request = { sql, options: this.#options, simpleCatalog: this.#catalog(NO_TABLES) };
      const answer = (await this.#service.call('EvaluateQuery', request)) as QueryAnswer;
      const types = answer.prepared.columns.map(({ type }) => type);
      const rows = answer.content.tableData.row.map(({ cell }) => cell.map((each, index) => readCell(types[index], each)));
      return { ok: true, types: types.map((type) => typeText(type)), rows };
    } catch (error) {
      const failed = error instanceof ServiceError && EVALUATION_FAILURES.has(error.code);
      return { ...problemOf(error, EVALUATION_FAILURES), failed };
    }
  }

  #catalog(catalog: Catalog): object {
    const known = this.#catalogs.get(catalog);
    if (known !== undefined) return known;
    const made = catalogProto(catalog, this.#language);
    this.#catalogs.set(catalog, made);
    return made;
  }
}

const NO_TABLES: Catalog = {};

interface QueryAnswer {
  readonly prepared: { readonly columns: readonly { readonly type: TypeProto }[] };
  readonly content: { readonly tableData: { readonly row: readonly { readonly cell: readonly CellProto[] }[] } };
}

/** What is wrong with the SQL; any other error is thrown on. */
function problemOf(error: unknown, others: ReadonlySet<number> = new Set()): SqlProblem {
  if (!(error instanceof ServiceError) || (error.code !== INVALID_ARGUMENT && !others.has(error.code))) throw error;
  const place = /^(.*?)(?: \[at (\d+):(\d+)\])?$/s.exec(error.message);
  return { ok: false, message: place?.[1] ?? error.message, line: Number(place?.[2] ?? 0), column: Number(place?.[3] ?? 0) };
}
