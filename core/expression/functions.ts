/** The catalogue of functions and operators of the expression language; filled in together with the type checker. */
export type FunctionName = string;
