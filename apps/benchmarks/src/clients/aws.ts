/** Where the fake of AWS listens. */
export interface AwsAddress {
  readonly endpoint: string;
  readonly region: string;
}

/** Any keys will do: the fake checks how a request is signed, not by whom. */
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };

/** How the SDK's clients are made. */
export function sdkSettings({ endpoint, region }: AwsAddress) {
  return { endpoint, region, credentials };
}
