/** The forms that keys of the YAML have, for the models of its blocks. */
import { Type, type TSchema } from '@sinclair/typebox';

export function text(description: string, pattern?: string) {
  return Type.String(pattern === undefined ? { description } : { description, pattern });
}
export function count(description: string, minimum = 0) {
  return Type.Integer({ description, minimum });
}
export function flag(description: string) {
  return Type.Boolean({ description });
}
export function choice<const T extends readonly string[]>(description: string, ...words: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: words, description });
}
export function textOrNull(description: string) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], description });
}
/** A value that is read from its source text by the reader of its column. */
export function scalar(description: string) {
  return Type.Unsafe<string | number | boolean | null>({ type: ['string', 'number', 'boolean', 'null'], description });
}
export function optionalKeys<T extends Record<string, TSchema>>(description: string, keys: T) {
  return Type.Partial(Type.Object(keys, { additionalProperties: false }), { description, additionalProperties: false });
}
