import type { Protocol } from '../wire/protocol.js';
import { ServiceError } from '../wire/service-error.js';

const VERSION = '2016-11-15';

type XmlValue = string | number | boolean | readonly XmlValue[] | { readonly [name: string]: XmlValue | undefined };

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html: form parameters in, XML out, lists as `<item>`. */
export const ec2Protocol: Protocol = {
  accepts: (headers) => (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'),

  read(_headers, body) {
    const parameters = new URLSearchParams(body);
    if (parameters.get('Version') !== VERSION) throw new ServiceError('InvalidParameterValue', `Version must be ${VERSION}.`);
    const operation = parameters.get('Action') ?? '';
    const request = Object.fromEntries([...parameters].filter(([name]) => name !== 'Action' && name !== 'Version'));
    return { service: 'ec2', operation, signingName: 'ec2', request };
  },

  writeReply: (call, reply, requestId) => ({
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${call.operation}Response xmlns="http://ec2.amazonaws.com/doc/${VERSION}/"><requestId>${requestId}</requestId>${members(reply as Record<string, XmlValue>)}</${call.operation}Response>`,
  }),

  writeError: (error, requestId) => ({
    contentType: 'text/xml;charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  }),
};

const members = (source: { readonly [name: string]: XmlValue | undefined }): string =>
  Object.entries(source)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${write(value)}</${name}>`))
    .join('');

function write(value: XmlValue): string {
  if (Array.isArray(value)) return value.map((item: XmlValue) => `<item>${write(item)}</item>`).join('');
  return typeof value === 'object' ? members(value as { readonly [name: string]: XmlValue }) : escapeXml(String(value));
}

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
