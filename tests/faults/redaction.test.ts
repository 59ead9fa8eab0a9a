import { createRedactor, isSecretName } from '@cloud/container-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What docker, containerd, AWS, Kubernetes, Node and this product say that holds no secret. */
const INNOCENT: readonly string[] = [
  'ssh://user@host',
  'cannot connect to docker+ssh://deploy@build.example.com:22/run/docker.sock',
  'CannotPullContainerError: pull access denied for x, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  "pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  'Error response from daemon: Head "https://registry.example.com/v2/team/app/manifests/1.27": no basic auth credentials',
  'failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Alibrary%2Fnginx%3Apull&service=registry.docker.io": dial tcp: lookup auth.docker.io: no such host',
  'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
  'unauthorized: incorrect username or password',
  'invalid username or password: access denied',
  'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
  'Basic authentication is required; bearer authentication is not supported.',
  'www-authenticate: Basic realm="Registry Realm"',
  'manifest for nginx:1.99@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef not found: manifest unknown',
  'localhost:5000/team/app:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'http://localhost:5000/v2/team/app/manifests/sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'The image my-secret:latest could not be pulled: not found.',
  'The image registry.example.com/vault-token:1.27.3-alpine could not be pulled.',
  'The security token included in the request is invalid.',
  'The security token included in the request is expired',
  'AccessDeniedException: User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf because no identity-based policy allows the action',
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed',
  "Secrets Manager can't find the specified secret.",
  'The AWS Access Key Id you provided does not exist in our records.',
  'Check the credentials (option `credentials`, or what the AWS SDK finds: environment, profile, SSO, instance role).',
  'secrets "db-credentials" is forbidden: User "system:serviceaccount:default:web" cannot get resource "secrets" in API group "" in the namespace "default"',
  'MountVolume.SetUp failed for volume "kube-api-access-x7k2p": failed to fetch token: pod "web-1" not found',
  "Error: couldn't find key password in Secret default/db",
  'unknown option "token"; did you mean "tokens"?',
  'credentials must have a username and a password, an identityToken, or a registryToken.',
  'credentials.password must be a string of one line.',
  '--password PASSWORD  the password; --token TOKEN; -e KEY=VALUE; API_KEY=$API_KEY',
  'Usage: login --username NAME --password-stdin',
  'The credential helper docker-credential-pass failed for ghcr.io with exit code 1: error getting credentials: exit status 2.',
  'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: ``',
  'deployContainer: env.API_TOKEN must be a string without NUL.',
  'key: value pairs are separated by commas; keyboard: none; monkey: banana123',
  'at Object.<anonymous> (/app/node_modules/.pnpm/vitest@4.1.12_@types+node@22.0.0/node_modules/vitest/dist/index.js:10:5)',
  'at file:///app/node_modules/@cloud/container-core/dist/index.js:12:34',
  'at node:internal/process/task_queues:95:5',
  'at C:\\Users\\me\\node_modules\\vitest@4.1.12\\index.js:1:1',
  'mailto:admin@example.com, admin@example.com, git@github.com:org/repo.git',
  'PATH=/usr/bin:/bin AUTHOR=Jane COMPASS=north TOKEN_FILE=/run/secrets/token',
  'x509: certificate signed by unknown authority',
  'tokens expire after 12 h (secret manager: none).',
  'the container exited with code 137 (OOM) at 12:30:05Z; retry after 15 s',
];

/** Texts with a credential in them that the redactor was not told of. */
const LEAKS: readonly (readonly [text: string, secret: string])[] = [
  ['Authorization: token ghp_abcdef', 'ghp_abcdef'],
  ['authorization: token hunterhunter', 'hunterhunter'],
  ['you sent Authorization: Custom hunterhunter today', 'hunterhunter'],
  ['you sent authorization: custom hunter-22x today', 'hunter-22x'],
  ['Authorization: Digest username="me", realm="a b", nonce="1", response="0a1b2c3d4e5f", opaque="xyz"', '0a1b2c3d4e5f'],
  ['{"Authorization":"Negotiate YIIabcdef=="}', 'YIIabcdef'],
  ['{\\"Authorization\\":\\"ApiKey YIIabcdef==\\"}', 'YIIabcdef'],
  ["[ 'Authorization', 'Vapid t=abcdef, k=ghijkl' ]", 'ghijkl'],
  ["headers: { authorization: 'GNAP os9M2PMHKUR64TB8N6BW7OZB8CDFONP219RP1LT0' }", 'os9M2PMHKUR64TB8N6BW7OZB8CDFONP219RP1LT0'],
  ['Proxy-Authorization: Basic dXNlcjpodW50ZXIyMg==', 'dXNlcjpodW50ZXIyMg'],
  ['Authorization=AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=fe5f80f77d', 'fe5f80f77d'],
  ['sent Bearer abc.def.ghi1', 'abc.def.ghi1'],
  ['X-Registry-Auth: eyJ1c2VybmFtZSI6IngifQ==', 'eyJ1c2VybmFtZSI6IngifQ'],
  ['the header was eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJodW50ZXIyMiJ9', 'wicGFzc3dvcmQiOiJodW50ZXIyMiJ9'],
  ['"user:secret@registry/app" is not an image reference', 'secret'],
  ['user:s3cr3t@registry.example.com/app:1', 's3cr3t'],
  ['https://user:pa/ss#word@host/x', 'ss#word'],
  ['https://user:pa@ssword@host/x', 'ssword'],
  ['https://ghp_0123456789abcdefghij@github.com/x', 'ghp_0123456789abcdefghij'],
  ['http://user:1234@proxy:3128', '1234'],
  ['dial https%3A%2F%2Fuser%3Ahunter22%40host', 'hunter22'],
  ['GET /?X-Amz-Security-Token=FwoGZXIvYXdzEBY&x=1', 'FwoGZXIvYXdzEBY'],
  ['GITHUB_PAT=hunter22', 'hunter22'],
  ['STRIPE_PRIVATE_KEY="hunter 22 x"', 'hunter 22 x'],
  ['DB_CONNECTION_STRING=hunter22', 'hunter22'],
  ['Server=db;User=me;Password=hunter22;', 'hunter22'],
  ['Cookie: session=abc123; other=def456', 'def456'],
  ["{ password: 'hunter22' }", 'hunter22'],
  ['{"password":12345678}', '12345678'],
  ['{"password":"a\\"hunter22"}', 'hunter22'],
  ['{&quot;password&quot;:&quot;hunter22&quot;}', 'hunter22'],
  ['--password hunter22', 'hunter22'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----', 'MIIEpAIB'],
  ['first ghp_abcdefghij then glpat-abcdefghijkl', 'glpat-abcdefghijkl'],
];

const SECRET = 'C4n4ry/s3cret+value==';

/** Every spelling in which a known secret was seen in the words of an engine, a registry or a proxy. */
const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  url: encodeURIComponent,
  'url in lower case': (secret) => encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  'url twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'every character in a url': (secret) => Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  form: (secret) => new URLSearchParams([['', secret]]).toString().slice(1),
  json: (secret) => JSON.stringify(secret).slice(1, -1),
  'json in json': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'json of \\u escapes': (secret) => secret.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'json of \\U escapes in capitals': (secret) =>
    secret.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`),
  html: (secret) => secret.replace(/[^A-Za-z0-9]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  'html in hexadecimal': (secret) => secret.replace(/[^A-Za-z0-9]/g, (unit) => `&#x${unit.charCodeAt(0).toString(16)};`),
  'html names': (secret) =>
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64 of user:secret': (secret) => Buffer.from(`me:${secret}`).toString('base64'),
  'base64 behind one byte': (secret) => Buffer.from(`m${secret}x`).toString('base64'),
  'X-Registry-Auth': (secret) => Buffer.from(JSON.stringify({ username: 'me', password: secret })).toString('base64url'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
};

const wellFormed = (text: string) => Buffer.from(text).toString() === text;
const secrets = fc
  .oneof(
    fc.string({ minLength: 8, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 }),
    fc.stringMatching(/^[A-Za-z0-9+/=_-]{8,40}$/),
    fc
      .array(fc.constantFrom('%', '\\', '&', ';', '"', 'u', '2', 'f', '+', ' ', 'a', '#', '3'), { minLength: 8, maxLength: 30 })
      .map((parts) => parts.join('')),
  )
  .filter((text) => wellFormed(text) && new Set(text).size > 4 && !'before  and after [redacted]'.includes(text));

describe('Redaction: whatever is redacted, however long, no secret of any spelling is left', () => {
  it.each(INNOCENT)('keeps %s', (text) => {
    expect(createRedactor(['hunter22'])(text)).toBe(text);
  });

  it.each(LEAKS)('hides the credential when a text is %s', (text, secret) => {
    const redacted = createRedactor()(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[redacted]');
    expect(createRedactor()(redacted), 'again').toBe(redacted);
  });

  it.each(Object.entries(SPELLINGS))('hides a known secret when it is spelled as %s', (_, spell) => {
    expect(createRedactor([SECRET])(`before ${spell(SECRET)} after`)).toBe('before [redacted] after');
  });

  it('hides every known secret when one text has several, in any spelling', () => {
    const spelled = fc.constantFrom(...Object.values(SPELLINGS));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(secrets, spelled), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(' and ', '\n', '","', '<b>', ')('),
        (given, between) => {
          const redact = createRedactor(given.map(([secret]) => secret));
          const redacted = redact(`before ${given.map(([secret, spell]) => spell(secret)).join(between)} after`);
          for (const [secret, spell] of given) {
            for (const text of [secret, spell(secret)]) {
              for (let at = 0; at + 8 <= text.length; at += 1) {
                const part = text.slice(at, at + 8);
                if (!`before ${between} after [redacted]${between}[redacted]`.includes(part)) expect(redacted).not.toContain(part);
              }
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('hides the beginning of a known secret when the text was cut inside it', () => {
    const secret = '0123456789abcdef0123456789ABCDEF';
    for (let length = 8; length < secret.length; length += 1) {
      for (const end of ['', '…', '...', '…".', ' …']) {
        expect(createRedactor([secret])(`it said ${secret.slice(0, length)}${end}`)).not.toContain('01234567');
      }
    }
  });

  it('leaves no part of a secret when a long text is shortened', () => {
    const secret = 'S3cr3t-0123456789-abcdefghij';
    for (const spell of Object.values(SPELLINGS)) {
      for (let shift = 0; shift < 300; shift += 19) {
        const redacted = createRedactor([secret])(`${'x '.repeat(8100)}${'y'.repeat(shift)}${spell(secret)}${' z'.repeat(50_000)}`);
        expect(redacted.length).toBeLessThanOrEqual(16 * 1024);
        for (const text of [secret, spell(secret)]) {
          for (let at = 0; at + 8 <= text.length; at += 1) expect(redacted).not.toContain(text.slice(at, at + 8));
        }
      }
    }
  });

  it('reads a bounded part when a text is enormous', () => {
    let read = 0;
    const enormous = {
      length: 4_000_000,
      slice(start: number, end: number) {
        read += end - start;
        return 'ab '.repeat(end - start).slice(0, end - start);
      },
    };
    expect(createRedactor([SECRET])(enormous as unknown as string).length).toBeLessThanOrEqual(16 * 1024);
    expect(read).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('Redaction: whatever is redacted, however long, no secret of any spelling is left', () => {
  it.each(
    'GITHUB_PAT STRIPE_PRIVATE_KEY RSA_PRIVATE DB_CONNECTION_STRING SENTRY_DSN API_KEY AWS_CREDENTIALS SSH_PASSPHRASE SLACK_WEBHOOK_URL SESSION_COOKIE PGPASSWORD MYSQL_PWD DBPASS secretAccessKey x-registry-auth X-Amz-Security-Token identitytoken access_token client_secret AUTH Authorization AccountKey SIGNING_KEY JWT MY_AUTH_TOKEN GPG_KEY'.split(
      ' ',
    ),
  )('finds a credential when a variable is %s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(
    'PATH AUTHOR COMPASS BYPASS TOKEN_FILE PASSWORD_FILE MONKEY KEYBOARD HOME LANG NODE_ENV region cluster endpoint profile PATTERN username DATABASE_URL host'.split(
      ' ',
    ),
  )('finds no credential when a variable is %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
