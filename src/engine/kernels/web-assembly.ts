/** The part of WebAssembly's JavaScript interface that is used here; Node's types leave its values out. */
export interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  readonly RuntimeError: new () => Error
}

/** WebAssembly, typed. */
export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }
