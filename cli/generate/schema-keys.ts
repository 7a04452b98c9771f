/** The keys of a JSON Schema as rows of a table: key, whether it must be there, form, meaning. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

export function keysOf(schema: Schema, prefix = '', notYet: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    const meaning = notYet.includes(path) ? `${value.description ?? ''} (not supported yet)` : (value.description ?? '');
    const inner = value.items?.properties === undefined ? keysOf(value, `${path}.`, notYet) : keysOf(value.items, `${path}[].`, notYet);
    return [[`\`${path}\``, isRequired ? 'yes' : '', formOf(value), meaning], ...inner];
  });
}

function formOf(schema: Schema): string {
  if (schema.enum !== undefined) {
    return schema.enum.join(', ');
  }
  if (schema.type === 'array') {
    return 'list';
  }
  const type = [schema.type ?? 'any'].flat();
  return type.length > 2 ? 'a value' : type.map((each) => FORMS[each] ?? each).join(' or ');
}

const FORMS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true, false',
  object: 'map',
  any: 'text, list or map',
};
