import type { Tags } from './tags.js';

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: readonly unknown[];
  capacityProviders: readonly string[];
  defaultCapacityProviderStrategy: readonly { readonly capacityProvider: string }[];
  tags: Tags;
}
