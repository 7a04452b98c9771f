/** Names and texts as SQL: the only way in which a name or a text of a spec gets into a statement. */

/** A text as a literal of standard SQL (DuckDB). A NUL character cannot stand in SQL and is refused by the engine. */
export function sqlText(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`;
}

/** A column or table name, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Keeps a text from being read as a template by dbt, whose braces would else start an expression. */
export function withoutTemplate(sql: string): string {
  return /\{[{%#]|[%#}]\}/.test(sql)
    ? `{% raw %}${sql.replaceAll('{% endraw %}', "{% endraw %}{{ '{% endraw %}' }}{% raw %}")}{% endraw %}`
    : sql;
}
