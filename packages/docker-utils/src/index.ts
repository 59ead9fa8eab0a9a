export { type ImageReference, parseReference } from '@cloud/container-core';
export { Keychain, type KeychainOptions } from './keychain/keychain.js';
