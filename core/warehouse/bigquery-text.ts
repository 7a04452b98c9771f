/** Names and texts as GoogleSQL: like sql-text.ts, which is for DuckDB, the only way in which a text of a spec gets into a statement. */

/** A text as a literal. GoogleSQL reads escapes in it, so a backslash is one too. */
export function bigqueryText(text: string | null): string {
  return text === null ? 'NULL' : `'${escaped(text, "'")}'`;
}

/** A name between backticks; a dot in it parts the names of project, dataset and table. */
export function bigqueryName(name: string): string {
  return `\`${escaped(name, '`')}\``;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string, quote: "'" | '`'): string {
  return text.replace(/[\\'`\p{Cc}\u2028\u2029]/gu, (character) => {
    if (character === "'" || character === '`') return character === quote ? `\\${character}` : character;
    return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
