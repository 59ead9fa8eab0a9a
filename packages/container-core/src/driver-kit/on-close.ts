/** Under which a driver that the kit made takes listeners; the same in every loaded copy of this package. */
export const ON_CLOSE = Symbol.for('@cloud/container-core/onClose');

/** Has a listener called when a driver is closed, if the driver can tell. */
export function onClose(driver: object, listener: () => void): void {
  (driver as { readonly [ON_CLOSE]?: (listener: () => void) => void })[ON_CLOSE]?.(listener);
}
