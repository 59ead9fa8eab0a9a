export {};

declare global {
  /** What driver packages add to the types of `@cloud/container-core`. A global namespace, so that every way to load a package finds it. */
  namespace CloudContainer {
    /**
     * The type of `DeployOptions.providerOptions`. Each driver package adds a member with the name of its provider:
     *
     * ```ts
     * declare global {
     *   namespace CloudContainer {
     *     interface ProviderOptions {
     *       readonly tiny?: TinyDeployOptions | undefined;
     *     }
     *   }
     * }
     * ```
     */
    interface ProviderOptions {
      /** Not a provider: TypeScript accepts any member for an interface without one. */
      readonly _?: never;
    }
  }
}
