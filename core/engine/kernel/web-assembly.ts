/** What the kernel uses of WebAssembly, which the type libraries without a browser do not describe. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Functions besides the memory. */
export interface WasmImports {
  readonly memory: WasmMemory;
  readonly [name: string]: WasmMemory | ((...numbers: number[]) => number | undefined);
}

interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: { readonly js: WasmImports }) => { readonly exports: unknown };
}

/** Compiled code; nothing of it can be seen. */
export type WasmModule = object;

export const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
