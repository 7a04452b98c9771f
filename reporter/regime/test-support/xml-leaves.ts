/** Leaves of an XML document in document order, read by a parser of others: paths of local names from the root, attributes as @name behind their element. */
import { SaxesParser } from 'saxes';

export interface XmlLeaf {
  readonly path: string;
  readonly value: string;
}

export function xmlLeaves(text: string): readonly XmlLeaf[] {
  const leaves: XmlLeaf[] = [];
  const names: string[] = [];
  let content = '';
  let isLeaf = false;
  let attributes: readonly XmlLeaf[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, attributes: given }) => {
    names.push(local);
    const path = names.join('/');
    const own = Object.values(given).filter(({ name }) => !name.startsWith('xmlns'));
    attributes = own.map(({ local: name, value }) => ({ path: `${path}/@${name}`, value }));
    content = '';
    isLeaf = true;
  });
  parser.on('text', (part) => {
    content += part;
  });
  parser.on('closetag', () => {
    if (isLeaf) leaves.push({ path: names.join('/'), value: content }, ...attributes);
    isLeaf = false;
    names.pop();
  });
  parser.write(text).close();
  return leaves;
}
