import { describe, expect, it } from 'vitest';
import { sqlName, sqlText, templateText, withoutTemplate } from './sql-text.ts';

describe('SQL text', () => {
  it('keeps quotes inside literals and names', () => {
    expect(sqlText("O'Neill")).toBe("'O''Neill'");
    expect(sqlText(null)).toBe('NULL');
    expect(sqlName('a"b')).toBe('"a""b"');
  });

  it('leaves no character that could begin or end a template', () => {
    expect(templateText('{{ x }} {% endraw %} "\\')).toBe('"\\x7b\\x7b x \\x7d\\x7d \\x7b\\x25 endraw \\x25\\x7d \\x22\\x5c"');
    expect(withoutTemplate('"a"')).toBe('"a"');
    expect(withoutTemplate("'{{'")).toBe('{{ "\'\\x7b\\x7b\'" }}');
  });
});
