import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error.js';

const SIGNATURE_V4 =
  /^AWS4-HMAC-SHA256 Credential=([\w/+=.-]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Refuses what is not signed for this region and service with the headers that Signature Version 4 demands. */
export function checkAuthorization(headers: IncomingHttpHeaders, region: string, signingName: string): void {
  if (headers.authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', { httpStatus: 403 });
  }
  const parts = SIGNATURE_V4.exec(headers.authorization);
  if (parts === null) throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const [, , date = '', scopeRegion = '', scopeService = '', signedHeaders = ''] = parts;
  const stamp = headers['x-amz-date'];
  if (typeof stamp !== 'string' || !/^\d{8}T\d{6}Z$/.test(stamp) || !stamp.startsWith(date)) {
    throw new ServiceError(
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP header 'X-Amz-Date'.",
    );
  }
  if (scopeRegion !== region) throw invalidScope(`valid region, not '${scopeRegion}'`);
  if (scopeService !== signingName) throw invalidScope(`correct service: '${signingName}', not '${scopeService}'`);
  const signed = new Set(signedHeaders.split(';'));
  const wanted = ['host', 'x-amz-date', ...(headers['x-amz-security-token'] === undefined ? [] : ['x-amz-security-token'])];
  const unsigned = wanted.filter((name) => !signed.has(name));
  if (unsigned.length > 0) {
    throw new ServiceError('InvalidSignatureException', `'${unsigned.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

const invalidScope = (wanted: string) => new ServiceError('InvalidSignatureException', `Credential should be scoped to a ${wanted}.`);
