import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { selfSignedCertificate } from '../registry/self-signed-certificate.js';
import { createSandbox } from '../sandbox/sandbox.js';
import { startSandboxedDaemon } from '../sandbox/sandboxed-daemon.js';
import { type EngineControls, type Stoppable, stoppable, withControls } from '../shared/controls.js';
import { probeTcp } from '../shared/probe-tcp.js';
import { enginePath } from '../shared/programs.js';
import { relay } from './relay.js';

const FIRST_PORT = 4000;

/** A service that a remote host offers: a Unix socket of this machine, over TCP or TLS. */
export interface RemoteService {
  readonly socketPath: string;
  readonly tls?: boolean;
}

/** Another host, with a network between it and this process. `freeze()` stops its processes; its kernel goes on acknowledging. */
export interface RemoteHost<Name extends string> extends EngineControls, Stoppable {
  /** `ADDRESS:PORT` of each service. */
  readonly hosts: Readonly<Record<Name, string>>;
  readonly address: string;
  /** PEM of the authority that signed the certificate of its TLS services. */
  readonly certificate: string;
  /** Drops every packet to and from it, without a word to either side. */
  vanish(): Promise<void>;
  /** Lets packets through again. */
  reappear(): Promise<void>;
}

/** Starts a host in a network namespace of its own. Throws {@link EngineUnavailable} with the reason when it cannot. */
export async function startRemoteHost<Name extends string>(services: Readonly<Record<Name, RemoteService>>): Promise<RemoteHost<Name>> {
  const sandbox = await createSandbox('remote');
  try {
    const { directory, initPid, sandboxAddress } = sandbox;
    const { certificate, key } = await selfSignedCertificate(directory, 'remote', sandboxAddress);
    const identity = { cert: certificate, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
    const entries = Object.entries<RemoteService>(services).map(([name, { socketPath, tls }], index) => ({
      name,
      port: FIRST_PORT + index,
      socketPath,
      identity: tls === true ? identity : undefined,
    }));
    const program = `const __name = (value) => value; (${relay})(require, ${JSON.stringify(entries)});`;
    const controls = await startSandboxedDaemon(sandbox, {
      what: 'the relay of a remote host',
      command: [process.execPath, '-e', program],
      probe: async () => {
        for (const { port } of entries) await probeTcp(sandboxAddress, port);
      },
    });
    const filter = (action: '-I' | '-D') =>
      promisify(execFile)(
        'nsenter',
        [
          '-t',
          String(initPid),
          '-n',
          '--',
          'sh',
          '-e',
          '-c',
          `iptables ${action} INPUT -i eth0 -j DROP; iptables ${action} OUTPUT -o eth0 -j DROP`,
        ],
        { env: { PATH: enginePath() } },
      );
    const hosts = Object.fromEntries(entries.map(({ name, port }) => [name, `${sandboxAddress}:${port}`])) as Record<Name, string>;
    const members = {
      hosts,
      address: sandboxAddress,
      certificate,
      vanish: async () => {
        await filter('-I');
      },
      reappear: async () => {
        await filter('-D');
      },
      ...stoppable(sandbox.stop),
    };
    return withControls(members, controls);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
