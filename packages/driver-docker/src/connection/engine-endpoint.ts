import { connect as connectNet, type OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { TlsOptions } from '@cloud/container-core';
import { findProgram, watchPeer } from '@cloud/container-core/driver-kit';
import { SshConnection } from './ssh-connection.js';

/** Where an engine is and how to open connections to it. */
export interface EngineEndpoint {
  /** For people, such as `unix:///var/run/docker.sock`; without credentials. */
  readonly address: string;
  /** The host at which ports that the engine publishes on all its addresses are reached. */
  readonly host: string;
  /** Opens a connection. With `onread`, a plain socket hands its bytes over there and emits no `data`. */
  open(onread?: OnReadOpts): Duplex;
  /** What must be done before the first connection, such as starting a service. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** A Unix socket, or a named pipe of Windows, which Node opens in the same way. */
export function socketEndpoint(path: string): EngineEndpoint {
  return {
    address: path.startsWith('\\\\') ? `npipe://${path.replaceAll('\\', '/')}` : `unix://${path}`,
    host: '127.0.0.1',
    open: (onread) => connectNet(onread === undefined ? { path } : { path, onread }),
  };
}

export function tcpEndpoint(host: string, port: number, tls?: TlsOptions): EngineEndpoint {
  const address = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (tls === undefined) {
    const open = (onread?: OnReadOpts) => watchPeer(connectNet({ host, port, noDelay: true, ...(onread === undefined ? {} : { onread }) }));
    return { address, host, open };
  }
  const options: ConnectionOptions = {
    host,
    port,
    rejectUnauthorized: tls.verify !== false,
    ...(tls.ca === undefined ? {} : { ca: typeof tls.ca === 'string' || Buffer.isBuffer(tls.ca) ? tls.ca : [...tls.ca] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  };
  return { address, host, open: () => watchPeer(connectTls(options).setNoDelay(true)) };
}

/** Through the ssh program, as the docker CLI does: `ssh host docker system dial-stdio`. */
export function sshEndpoint(
  target: { readonly user?: string; readonly host: string; readonly port?: number },
  program = 'ssh',
): EngineEndpoint {
  const { user, host, port } = target;
  const address = `ssh://${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
  const commandLine = [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '-o',
    'ConnectTimeout=20',
    // ssh ends a connection whose host is silent for so long: 30 s after the last packet.
    '-o',
    'ServerAliveInterval=10',
    '-o',
    'ServerAliveCountMax=2',
    '-T',
    // Whatever follows is a host, even if it begins with a dash.
    '--',
    host,
    'docker',
    'system',
    'dial-stdio',
  ];
  let path: string | undefined;
  const locate = () => {
    path ??= findProgram(program);
    return path;
  };
  return {
    address,
    host,
    prepare: async () => {
      locate();
    },
    open: () => new SshConnection(locate(), commandLine),
  };
}
