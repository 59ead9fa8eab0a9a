export { AcmeApi, type AcmeTask } from './acme-api.js';
export { acmeCapabilities } from './capabilities.js';
export { acmeDriver } from './factory.js';
export type { AcmeOptions } from './options.js';
