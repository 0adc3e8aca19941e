/** The part of the platform's WebAssembly that the engine needs: Node and browsers have the same. */

/** A compiled module. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

interface Platform {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: Readonly<Record<string, unknown>> }
}

const platform = (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly

export const webAssembly = Object.freeze({
  compile: (bytes: Uint8Array<ArrayBuffer>): WasmModule => new platform.Module(bytes),
  /** The exports of a new instance. */
  start: (module: WasmModule): Readonly<Record<string, unknown>> => new platform.Instance(module).exports,
})
