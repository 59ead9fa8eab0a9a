import { execFile } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../shared/programs.js';

export interface SelfSignedCertificate {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
}

/**
 * Makes an RSA key and a certificate that signs itself, both as files in `directory`; for `address` (an IP address), `localhost`, and
 * `registry.test`, a name that a proxy can be asked for.
 */
export async function selfSignedCertificate(directory: string, name: string, address: string): Promise<SelfSignedCertificate> {
  const openssl = requireProgram('openssl', 'openssl');
  const certificatePath = join(directory, `${name}.crt`);
  const keyPath = join(directory, `${name}.key`);
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${address},DNS:localhost,DNS:registry.test`, '-days', '2'];
  await promisify(execFile)(openssl, [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyPath, '-out', certificatePath],
    ...subject,
  ]);
  return {
    certificatePath,
    keyPath,
    certificate: await readFile(certificatePath, 'utf8'),
    key: createPrivateKey(await readFile(keyPath)),
  };
}
