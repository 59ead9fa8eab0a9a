import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type AwsAddress, credentials } from './aws.js';

/** The least code that calls ECS: a POST over `node:http`, signed, and `JSON.parse`. The floor of the ECS rows. */
export interface BareEcs {
  call<Reply>(operation: string, input: object): Promise<Reply>;
  close(): void;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export function bareEcs({ endpoint, region }: AwsAddress): BareEcs {
  const agent = new Agent({ keepAlive: true });
  const { host } = new URL(endpoint);
  const call = (operation: string, input: object) =>
    new Promise<unknown>((resolve, reject) => {
      const body = JSON.stringify(input);
      const headers = signed(host, region, `AmazonEC2ContainerServiceV20141113.${operation}`, body);
      const outgoing = request(endpoint, { agent, method: 'POST', headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (incoming.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${operation}: ${incoming.statusCode} ${text}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { call: call as BareEcs['call'], close: () => agent.destroy() };
}

/** Signature Version 4. */
function signed(host: string, region: string, target: string, body: string): Record<string, string> {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${region}/ecs/aws4_request`;
  const type = 'application/x-amz-json-1.1';
  const names = 'content-type;host;x-amz-date;x-amz-target';
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${stamp}\nx-amz-target:${target}\n\n${names}\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
  const key = [region, 'ecs', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${credentials.secretAccessKey}`, stamp.slice(0, 8)));
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    host,
    'content-type': type,
    'content-length': String(Buffer.byteLength(body)),
    'x-amz-date': stamp,
    'x-amz-target': target,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
