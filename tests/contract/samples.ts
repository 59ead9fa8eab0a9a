import { type Container, type ContainerDriver, ContainerError, imageFromReference } from '@cloud/container-core';
import { RegistryClient } from '@cloud/docker-utils';
import type { Form, Member } from './forms.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Right values for what must be given, by the name of the parameter or option. */
const STRINGS: Readonly<Record<string, string>> = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  archive: '/not/read.tar',
  artifactType: 'application/spdx+json',
  capacityProvider: 'FARGATE',
  cluster: 'sample',
  command: 'true',
  container: 'sample',
  containerPath: '/sample',
  content: 'sample',
  digest: DIGEST,
  fileSystemId: 'fs-12345678',
  hostPath: '/dev/null',
  image: 'sample:1.0',
  images: 'sample:1.0',
  layout: '/not/read',
  message: 'A sample.',
  name: 'sample',
  nameOrIdPrefix: 'sample',
  password: 'not-a-password',
  path: '/sample',
  pattern: 'sample',
  query: 'sample',
  reference: '1.0',
  registryHost: 'localhost:5000',
  repository: 'library/sample',
  secretAccessKey: 'not-a-secret',
  service: 'sample',
  source: '/sample',
  tag: '1.0',
  tasks: 'sample',
  target: '/sample',
  taskDefinition: 'sample:1',
  term: 'sample',
  // A mount that needs no source.
  type: 'volume',
  username: 'sample',
};

const NUMBERS: Readonly<Record<string, number>> = { columns: 80, rows: 24, containerPort: 80, minMs: 10, maxMs: 20 };

const CONTAINER: Container = {
  id: 'sample',
  name: 'sample',
  image: imageFromReference('sample:1.0'),
  state: 'running',
  provider: 'sample',
  ipAddresses: [],
  endpoints: [{ containerPort: 1, protocol: 'tcp', host: '127.0.0.1', port: 1, scope: 'host' }],
  labels: {},
};

const STRUCTURES: Readonly<Record<string, (context: SampleContext) => unknown>> = {
  RegistryClient: ({ address }) => new RegistryClient(address),
  Container: () => CONTAINER,
  ContainerDriver: ({ driver }) => driver,
  'AsyncIterable<Uint8Array<ArrayBufferLike>>': () => emptyArchive(),
  'Uint8Array<ArrayBufferLike>': () => Buffer.from('{"schemaVersion":2,"config":{},"layers":[]}'),
};

/** What samples are made of. */
export interface SampleContext {
  /** A host and port at which connections are counted. */
  readonly address: string;
  readonly driver: ContainerDriver;
}

/** Whether a type is what a call returned or what a program made, and not options. */
export function isStructure({ text }: Form): boolean {
  return text in STRUCTURES;
}

/** Makes a right value of a type. What cannot be made ends the test: add it to this file. */
export function sampleOf(form: Form, name: string, context: SampleContext): unknown {
  const structure = STRUCTURES[form.text];
  if (structure !== undefined) return structure(context);
  const word = form.words.find((each) => each === STRINGS[name]) ?? form.words[0];
  if (word !== undefined) return word;
  if (form.kinds.includes('string')) {
    if (name === 'registry') return context.address;
    const text = STRINGS[name];
    if (text !== undefined) return text;
  }
  if (form.kinds.includes('number')) return NUMBERS[name] ?? 1;
  if (form.kinds.includes('boolean')) return true;
  if (form.kinds.includes('function')) return () => undefined;
  if (form.items !== undefined) return [sampleOf(form.items(), name, context)];
  const [members] = form.objects;
  if (members !== undefined) return sampleObject(members(), context);
  if (form.values !== undefined) return {};
  throw new Error(`No sample of the type ${form.text} for "${name}". Add one to tests/contract/samples.ts.`);
}

/** An object with what must be given, and nothing else. */
export function sampleObject(members: readonly Member[], context: SampleContext): Record<string, unknown> {
  const given = members.filter(({ isOptional }) => !isOptional);
  return Object.fromEntries(given.map(({ name, form: member }) => [name, sampleOf(member, name, context)]));
}

// biome-ignore lint/correctness/useYield: it holds nothing
async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  throw new ContainerError('internal', 'The archive was read.');
}
