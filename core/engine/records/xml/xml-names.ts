/** Names and namespaces of XML. */
import { XmlFault } from './xml-tree.ts';

export interface QualifiedName {
  /** URI, null for none. */
  readonly namespace: string | null;
  readonly local: string;
}

/** Prefix -> URI; '' is the default namespace, an empty URI takes it back. */
export type NamespaceScope = ReadonlyMap<string, string>;

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
export const OUTER_SCOPE: NamespaceScope = new Map([['xml', XML_NAMESPACE]]);

/** An attribute without prefix has no namespace; an element without prefix has the default one. */
export function resolveName(name: string, scope: NamespaceScope, isElement: boolean, at: number): QualifiedName {
  const colon = name.indexOf(':');
  if (colon < 0) {
    const uri = isElement ? (scope.get('') ?? '') : '';
    return { namespace: uri === '' ? null : uri, local: name };
  }
  const uri = scope.get(name.slice(0, colon));
  const local = name.slice(colon + 1);
  if (uri === undefined || uri === '' || local === '' || local.includes(':')) {
    throw new XmlFault(`The prefix of ${name} is not declared.`, at);
  }
  return { namespace: uri, local };
}

/** The scope within an element that has these attributes. */
export function scopeWith(scope: NamespaceScope, attributes: readonly (readonly [string, string])[]): NamespaceScope {
  const declared = attributes.filter(([name]) => isDeclaration(name));
  if (declared.length === 0) {
    return scope;
  }
  return new Map([...scope, ...declared.map(([name, uri]) => [name === 'xmlns' ? '' : name.slice(6), uri] as const)]);
}

export function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}
