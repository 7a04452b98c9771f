/** Names and texts as SQL: the only way in which a name or a text of a spec gets into a statement. */

/** A text as a literal of standard SQL (DuckDB). A NUL character cannot stand in SQL and is refused by the engine. */
export function sqlText(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`;
}

/** A column or table name, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a string of dbt's template language; nothing in it can end the string or begin a template. */
export function templateText(text: string): string {
  const escaped = text.replace(/[\\"{}%#\r\n]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

/** SQL that dbt must not read as a template, whose braces would else begin one. */
export function withoutTemplate(sql: string): string {
  return /[{}]/.test(sql) ? `{{ ${templateText(sql)} }}` : sql;
}
