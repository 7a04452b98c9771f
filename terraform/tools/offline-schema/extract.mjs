/**
 * Writes schema.json: the schema of the google resources and data sources that terraform/ uses, read from the npm package
 * @cdktf/provider-google, which carries that of the provider of the same major line. See README.md beside it.
 * usage: node extract.mjs NODE_MODULES TERRAFORM_FOLDER
 */
import fs from 'node:fs';

const [modules, folder] = process.argv.slice(2);
const wanted = usedTypes(folder);
const lib = `${modules}/@cdktf/provider-google/lib/`;
const list = (t) => ['list', t],
  map = (t) => ['map', t];
const types = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: list('string'),
  numberList: list('number'),
  booleanList: list('bool'),
  stringMap: map('string'),
  numberMap: map('number'),
  booleanMap: map('bool'),
  stringListList: list(list('string')),
  stringListMap: map(list('string')),
};

/** Types of every resource and data block below the folder. */
function usedTypes(root) {
  const files = fs.readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.tf'));
  const text = files.map((name) => fs.readFileSync(`${root}/${name}`, 'utf8')).join('\n');
  return [...new Set([...text.matchAll(/^(?:resource|data) "(google_\w+)"/gm)].map((match) => match[1]))].sort();
}

/** Entries `name: { value, isBlock, type, storageClassType }` of one toHcl body, told by their indent. */
function entries(source, indent) {
  const re = new RegExp(
    `^ {${indent}}(\\w+): \\{\\n\\s+value: (.*),\\n\\s+isBlock: (true|false),\\n\\s+type: "(.*)",\\n\\s+storageClassType: "(.*)",`,
    'gm',
  );
  return [...source.matchAll(re)].map(([, name, value, isBlock, type, storage]) => ({
    name,
    value,
    isBlock: isBlock === 'true',
    type,
    storage,
  }));
}

function schemaOf(dir) {
  const js = fs.readFileSync(`${lib}${dir}/index.js`, 'utf8');
  const dts = fs.readFileSync(`${lib}${dir}/index.d.ts`, 'utf8');
  const klass = /class (\w+) extends cdktf\.Terraform(Resource|DataSource|Provider)/.exec(js);
  if (!klass) return undefined;
  const tf = /\.tfResourceType = "(\w+)"/.exec(js)[1];

  const required = {}; // interface -> property -> required
  for (const m of dts.matchAll(/export interface (\w+)[^{]*\{([\s\S]*?)\n\}/g))
    required[m[1]] = Object.fromEntries([...m[2].matchAll(/readonly (\w+)(\?)?:/g)].map((x) => [x[1], !x[2]]));
  const bodies = {}; // struct -> body of its toHcl function
  for (const m of js.matchAll(/\nfunction (\w+)ToHclTerraform\(struct\) \{([\s\S]*?)\n\}/g)) bodies[m[1]] = m[2];

  const block = (items, properties) => {
    const out = { attrs: {}, blocks: {} };
    for (const e of items) {
      const property = /(?:this\._|struct\.)(\w+)/.exec(e.value)?.[1];
      const req = Boolean(properties?.[property]);
      const struct = /(?<!cdktf\.)\b([a-z]\w+)ToHclTerraform/.exec(e.value)?.[1];
      if (struct && e.isBlock) {
        const iface = struct[0].toUpperCase() + struct.slice(1);
        const single = e.type === 'struct';
        out.blocks[e.name] = {
          nest: single ? 'single' : e.type,
          max: /listMapperHcl/.test(e.value) || single ? 0 : 1,
          min: req && !single ? 1 : 0,
          block: block(entries(bodies[struct] ?? '', 8), required[iface]),
        };
      } else {
        let t = struct ? 'dynamic' : (types[e.storage] ?? 'dynamic');
        if (e.type === 'set' && Array.isArray(t)) t = ['set', t[1]];
        out.attrs[e.name] = { t, req, opt: !req, comp: !req };
      }
    }
    return out;
  };

  const body = js.slice(js.indexOf(`class ${klass[1]} extends`));
  const b = block(entries(body.slice(body.indexOf('synthesizeHclAttributes')), 12), required[`${klass[1]}Config`]);
  const computed = (name, t) => {
    if (!b.attrs[name] && !b.blocks[name]) b.attrs[name] = { t, req: false, opt: false, comp: true };
  };
  const scalars = { String: 'string', Number: 'number', Boolean: 'bool', List: list('string'), NumberList: list('number') };
  for (const m of body.matchAll(/this\.get(String|Number|Boolean|List|NumberList)Attribute\('(\w+)'\)/g)) computed(m[2], scalars[m[1]]);
  const maps = { StringMap: map('string'), BooleanMap: map('bool'), NumberMap: map('number') };
  for (const m of body.matchAll(/new (cdktf\.)?(\w+)\(this, "(\w+)"/g)) computed(m[3], m[1] ? (maps[m[2]] ?? 'dynamic') : 'dynamic');
  return { kind: klass[2], tf, block: b };
}

const out = { provider: null, resources: {}, data: {} };
for (const dir of fs.readdirSync(lib)) {
  if (!fs.statSync(lib + dir).isDirectory()) continue;
  const s = schemaOf(dir);
  if (!s) continue;
  if (s.kind === 'Provider') out.provider = s.block;
  else if (wanted.includes(s.tf)) out[s.kind === 'Resource' ? 'resources' : 'data'][s.tf] = s.block;
}
for (const type of wanted) if (!out.resources[type] && !out.data[type]) throw new Error(`no such google resource or data source: ${type}`);
const sorted = (record) => Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
const schema = { provider: out.provider, resources: sorted(out.resources), data: sorted(out.data) };
fs.writeFileSync(new URL('schema.json', import.meta.url), `${JSON.stringify(schema)}\n`);
console.log(`resources ${Object.keys(out.resources).length}, data sources ${Object.keys(out.data).length}`);
