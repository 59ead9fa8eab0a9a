import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../shared/programs.js';

/** A certificate to sign, beside the authority. */
interface CertificateRequest {
  readonly name: string;
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth';
  readonly alternativeNames?: readonly string[];
}

/** Makes the authority, the service account key and the signed certificates of a cluster in `folder`. */
export async function makeCertificates(folder: string, requests: readonly CertificateRequest[]): Promise<void> {
  const run = promisify(execFile);
  const openssl = (...parameters: readonly string[]) => run(requireProgram('openssl', 'openssl'), [...parameters], { cwd: folder });
  const makeKey = (name: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);

  await Promise.all(['ca', 'service-account', ...requests.map(({ name }) => name)].map(makeKey));
  const authority = ['-subj', '/CN=test-authority', '-days', '2', '-out', 'ca.crt', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await openssl('req', '-x509', '-new', '-key', 'ca.key', ...authority);
  await openssl('ec', '-in', 'service-account.key', '-pubout', '-out', 'service-account.pub');
  await Promise.all(
    requests.map(async ({ name, subject, usage, alternativeNames = [] }, index) => {
      await openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
      const names = alternativeNames.length === 0 ? '' : `subjectAltName=${alternativeNames.join(',')}\n`;
      writeFileSync(join(folder, `${name}.ext`), `extendedKeyUsage=${usage}\n${names}`);
      const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', String(index + 1), '-days', '2'];
      await openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.crt`);
      rmSync(join(folder, `${name}.csr`));
      rmSync(join(folder, `${name}.ext`));
    }),
  );
}

/** A kubeconfig, as the JSON that YAML includes, with the certificate of that name. */
export function kubeconfigWith(folder: string, name: string, server: string): string {
  const data = (file: string) => readFileSync(join(folder, file)).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': data('ca.crt') } }],
    users: [{ name, user: { 'client-certificate-data': data(`${name}.crt`), 'client-key-data': data(`${name}.key`) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: name, namespace: 'default' } }],
  });
}
