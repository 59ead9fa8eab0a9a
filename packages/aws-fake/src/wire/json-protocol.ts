import { isObject } from '../is-object.js';
import type { Protocol } from './protocol.js';
import { ServiceError } from './service-error.js';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** The `x-amz-target` prefixes of the services that speak AWS JSON 1.1. */
const TARGETS: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  Logs_20140328: 'logs',
};

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const jsonProtocol: Protocol = {
  accepts: (headers) => headers['x-amz-target'] !== undefined,

  read(headers, body) {
    const [prefix = '', operation = ''] = String(headers['x-amz-target']).split('.');
    const service = TARGETS[prefix];
    if (service === undefined) throw new ServiceError('UnknownOperationException', `No service has the target prefix '${prefix}'.`);
    if (headers['content-type'] !== CONTENT_TYPE) {
      throw new ServiceError('SerializationException', `Content-Type must be ${CONTENT_TYPE}, not ${headers['content-type']}`);
    }
    return { service, operation, signingName: service, request: parseObject(body) };
  },

  writeReply: (_call, reply) => ({ contentType: CONTENT_TYPE, body: JSON.stringify(reply) }),

  writeError(error) {
    // The services' front door, which refuses access, writes the member with a capital.
    const messageKey = error.code === 'AccessDeniedException' ? 'Message' : 'message';
    return { contentType: CONTENT_TYPE, body: JSON.stringify({ __type: error.code, [messageKey]: error.message, ...error.members }) };
  },
};

function parseObject(body: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
  if (!isObject(parsed)) throw new ServiceError('SerializationException', 'The request body is not a JSON object.');
  return parsed;
}
