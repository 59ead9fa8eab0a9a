import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { document } from './output-schema.js';
import { Home, terminalAvailable } from './playground.js';

const home = new Home();
const root = mkdtempSync(join(tmpdir(), 'playground-checkout-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const isPosix = process.platform !== 'win32';
if (!isPosix) console.warn('Tests of untrusted files are skipped: they need sh, links and modes of files.');

const FILE = 'cloud-container.json';
const USED = { defaultProfile: 'dev', profiles: { dev: { url: 'memory:?profile=tasks' } } };
let count = 0;

/** A checked-out folder with programs that leave a mark when they run. */
class Checkout {
  readonly path = join(root, `checkout-${count++}`);
  readonly #mark = join(root, `mark-${count}`);

  constructor(content?: unknown) {
    mkdirSync(this.path);
    for (const name of ['evil.sh', 'ssh', 'podman', 'docker-credential-evil']) {
      writeFileSync(join(this.path, name), `#!/bin/sh\nenv > '${this.#mark}'\nexit 1\n`);
      chmodSync(join(this.path, name), 0o755);
    }
    if (content !== undefined) this.write(content);
  }

  write(content: unknown): void {
    writeFileSync(join(this.path, FILE), JSON.stringify(content));
  }

  get marked(): boolean {
    return existsSync(this.#mark);
  }

  run(words: readonly string[], environment: Readonly<Record<string, string>> = {}, input = '') {
    return home.run(words, { directory: this.path, environment, input });
  }
}

const profile = (url: string, options?: unknown) => ({ defaultProfile: 'dev', profiles: { dev: { url, options } } });

describe.skipIf(!isPosix)('a profiles file that names a program', () => {
  it.each<[string, unknown]>([
    ['service.program', profile('podman:', { service: { program: './evil.sh' } })],
    ['service.arguments', profile('podman:', { service: { arguments: ['--runtime', './evil.sh'] } })],
    ['an absolute service.program', profile('podman:', { service: { program: '/bin/sh' } })],
    ['sshProgram', profile('docker+ssh://host', { sshProgram: './evil.sh' })],
    ['sshProgram of a bare name', profile('docker', { host: 'ssh://host', sshProgram: './evil.sh' })],
    ['environment', profile('podman:', { environment: { PATH: '.' } })],
    ['keychain', profile('docker:', { keychain: { program: './evil.sh' } })],
    [
      '__proto__',
      JSON.parse(
        '{"defaultProfile":"dev","profiles":{"dev":{"url":"podman:","options":{"__proto__":{"service":{"program":"./evil.sh"}}}}}}',
      ),
    ],
  ])('runs nothing when it has %s, trusted or not', async (_what, content) => {
    const checkout = new Checkout(content);
    for (const words of [['ps'], ['ps', '--profile', 'dev'], ['providers'], ['trust', '--yes'], ['ps']]) {
      expect({ words, ...(await checkout.run(words)) }).toMatchObject({ words, code: 2, stderr: expect.stringMatching(/option|must be/) });
    }
    await checkout.run(['--help']);
    await checkout.run(['shell'], {}, 'ps\n');
    expect(checkout.marked).toBe(false);
  });

  it('suggests the right name when an option is misspelled', async () => {
    const { stderr } = await new Checkout(profile('docker:', { timoutMs: 1 })).run(['ps']);
    expect(stderr).toContain('unknown option "timoutMs"; did you mean "timeoutMs"?');
  });
});

describe.skipIf(!isPosix)('a profiles file that is not trusted', () => {
  it('reaches no host when a command runs in its folder', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const environment = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'x' };
    try {
      for (const url of [`docker+tcp://127.0.0.1:${port}`, `ecs://us-east-1/c?endpoint=http://127.0.0.1:${port}&retries=0`]) {
        const checkout = new Checkout(profile(url));
        for (const words of [
          ['ps'],
          ['ps', '--profile', 'dev'],
          ['deploy', 'app', '-e', 'A=1'],
          ['providers'],
          ['pull', 'app'],
          ['mirror', 'app'],
        ]) {
          const { code, stderr } = await checkout.run(words, environment);
          expect({ words, code, stderr }).toEqual({ words, code: 2, stderr: expect.stringContaining('`trust`') });
        }
        expect((await checkout.run(['run', 'app'], environment)).code).toBe(125);
        expect(requests).toEqual([]);
        // The same commands do reach it once the file is trusted, so that the silence before means something.
        expect((await checkout.run(['trust', '--yes'])).code).toBe(0);
        await checkout.run(['ps'], environment);
        expect(requests.splice(0)).not.toEqual([]);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('does not prevent commands that name another place', async () => {
    const checkout = new Checkout(USED);
    expect((await checkout.run(['ps', '--url', 'memory:'])).code).toBe(0);
    expect((await checkout.run(['ps'], { CLOUD_CONTAINER_URL: 'memory:' })).code).toBe(0);
    expect((await checkout.run(['--help'])).code).toBe(0);
  });

  it('is not searched in a parent directory', async () => {
    const checkout = new Checkout(profile('docker:///nowhere.sock'));
    expect((await checkout.run(['trust', '--yes'])).code).toBe(0);
    const inner = join(checkout.path, 'inner');
    mkdirSync(inner);
    expect((await home.run(['ps', '--profile', 'dev'], { directory: inner })).stderr).toContain('not found in this directory');
    expect((await home.run(['ps'], { directory: inner })).code).toBe(0);
  });
});

describe.skipIf(!isPosix)('trust', () => {
  it('shows what each profile would reach when it is asked for', async () => {
    const checkout = new Checkout({
      defaultProfile: 'a',
      profiles: {
        a: { url: 'docker+tcp://build.example.com:2375' },
        b: { url: 'ecs://eu-west-1/prod?endpoint=http://attacker.example', options: { ec2Addresses: true } },
        c: { url: 'memory:' },
      },
    });
    const refused = await checkout.run(['trust']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(refused.stdout).toMatch(/^a \(default\) +docker +tcp:\/\/build\.example\.com:2375 /m);
    expect(refused.stdout).toMatch(/^b +ecs +http:\/\/attacker\.example .*ec2Addresses=true/m);
    expect((await checkout.run(['ps'])).code).toBe(2);
    const { stdout } = await checkout.run(['trust', '--yes', '--json']);
    expect(document('trust', stdout)).toMatchObject({
      trusted: true,
      defaultProfile: 'a',
      profiles: [{ profile: 'a', provider: 'docker' }, {}, {}],
    });
  });

  it('prints no credentials when a URL or an option holds them', async () => {
    const canary = 'canary-5ecret';
    for (const content of [
      profile(`ecs://us-east-1/c?endpoint=http://user:${canary}@host.example`),
      profile(`ecs://us-east-1/c?endpoint=http%3A%2F%2Fuser%3a${canary}%40host.example`),
      profile('ecs:', { endpoints: { ecs: `http://user:${canary}@host.example` } }),
    ]) {
      const checkout = new Checkout(content);
      for (const words of [['trust'], ['trust', '--yes'], ['trust', '--yes', '--json'], ['ps']]) {
        const { stdout, stderr } = await checkout.run(words);
        expect(stdout + stderr).not.toContain(canary);
        if (words[0] === 'trust') expect(stdout + stderr).toMatch(/host\.example|--yes/);
      }
    }
  });

  it.each(['apiPat', 'PASSPHRASE', 'dsn', 'signingKey'])(
    'refuses a file when it has the key %s, whose value may be a secret',
    async (key) => {
      const checkout = new Checkout(profile('docker:', { [key]: 'canary-5ecret' }));
      const { code, stderr } = await checkout.run(['trust', '--yes']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('credentials do not belong in this file') });
      expect(stderr).not.toContain('canary');
    },
  );

  it('writes a document of its schema when trust ends with --json', async () => {
    const checkout = new Checkout(USED);
    document('trust', (await checkout.run(['trust', '--yes', '--json'])).stdout);
    document('trust', (await checkout.run(['trust', '--revoke', '--json'])).stdout);
  });

  it('asks nothing when an answer is piped in', async () => {
    const checkout = new Checkout(USED);
    expect((await checkout.run(['trust'], {}, 'y\n')).code).toBe(2);
    expect((await checkout.run(['shell'], {}, 'trust\ny\n')).code).toBe(2);
    expect((await checkout.run(['ps'])).code).toBe(2);
  });

  it('ends when the file is edited, and begins again with another trust', async () => {
    const checkout = new Checkout(USED);
    expect((await checkout.run(['trust', '--yes'])).code).toBe(0);
    expect((await checkout.run(['ps'])).code).toBe(0);
    writeFileSync(join(checkout.path, FILE), `${JSON.stringify(USED)} `);
    expect(await checkout.run(['ps'])).toMatchObject({ code: 2, stderr: expect.stringContaining('has changed since') });
    expect((await checkout.run(['trust', '--yes'])).code).toBe(0);
    expect((await checkout.run(['ps'])).code).toBe(0);
    expect((await checkout.run(['trust', '--revoke'])).code).toBe(0);
    expect(await checkout.run(['ps'])).toMatchObject({ code: 2, stderr: expect.stringContaining('is not trusted') });
  });

  it('does not hold for a copy or a link in another folder', async () => {
    const trusted = new Checkout(USED);
    expect((await trusted.run(['trust', '--yes'])).code).toBe(0);
    const copy = new Checkout();
    cpSync(join(trusted.path, FILE), join(copy.path, FILE));
    expect((await copy.run(['ps'])).code).toBe(2);
    const link = new Checkout();
    symlinkSync(join(trusted.path, FILE), join(link.path, FILE));
    expect((await link.run(['ps'])).code).toBe(2);
    // The same folder under another name is the same place.
    const alias = join(root, 'alias');
    symlinkSync(trusted.path, alias);
    expect((await home.run(['ps'], { directory: alias })).code).toBe(0);
  });

  it('ends when a link in the place of the file leads to other content', async () => {
    const checkout = new Checkout();
    for (const [name, content] of Object.entries({ first: USED, second: profile('docker:') })) {
      writeFileSync(join(checkout.path, name), JSON.stringify(content));
    }
    symlinkSync('first', join(checkout.path, FILE));
    expect((await checkout.run(['trust', '--yes'])).code).toBe(0);
    expect((await checkout.run(['ps'])).code).toBe(0);
    rmSync(join(checkout.path, FILE));
    symlinkSync('second', join(checkout.path, FILE));
    expect((await checkout.run(['ps'])).code).toBe(2);
  });

  it('is kept in the configuration folder of the user, readable by its owner only', async () => {
    const own = join(root, 'xdg');
    const checkout = new Checkout(USED);
    expect((await checkout.run(['trust', '--yes'], { XDG_CONFIG_HOME: own })).code).toBe(0);
    const folder = join(own, 'cloud-container', 'trusted');
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((await checkout.run(['ps'], { XDG_CONFIG_HOME: own })).code).toBe(0);
    // A record that other users can write is not the user's decision.
    chmodSync(join(folder, name), 0o666);
    expect((await checkout.run(['ps'], { XDG_CONFIG_HOME: own })).code).toBe(2);
  });

  it('is not read from the working directory when a variable is relative or empty', async () => {
    const checkout = new Checkout(USED);
    const real = join(root, 'planted');
    expect((await checkout.run(['trust', '--yes'], { XDG_CONFIG_HOME: real })).code).toBe(0);
    cpSync(real, join(checkout.path, '.config'), { recursive: true });
    for (const environment of [{ XDG_CONFIG_HOME: '.config' }, { HOME: '.' }] as const) {
      expect((await checkout.run(['ps'], environment)).code).toBe(2);
    }
  });

  it('is given to what init writes, and to that only', async () => {
    const checkout = new Checkout();
    const victim = join(checkout.path, 'victim');
    writeFileSync(victim, 'unchanged');
    symlinkSync(victim, join(checkout.path, FILE));
    expect((await checkout.run(['init', '--force'])).code).toBe(0);
    expect(statSync(victim).size).toBe('unchanged'.length);
    expect(realpathSync(join(checkout.path, FILE))).toBe(join(realpathSync(checkout.path), FILE));
    expect((await checkout.run(['ps'])).code).toBe(0);
    checkout.write(USED);
    expect((await checkout.run(['ps'])).code).toBe(2);
  });
});

describe.skipIf(!isPosix || !terminalAvailable())('the question of trust in a terminal', () => {
  it.each([
    ['y', 0],
    ['yes', 0],
    ['n', 1],
    ['', 1],
  ])('ends with the right code when the answer is %j', async (answer, code) => {
    const checkout = new Checkout(USED);
    const command = home.startInTerminal(['trust'], { directory: checkout.path });
    await command.hasWritten(/dev \(default\)[\s\S]*Trust this file\? \[y\/N\] /);
    command.type(`${answer}\r`);
    expect((await command.ended).code).toBe(code);
    expect((await checkout.run(['ps'])).code).toBe(code === 0 ? 0 : 2);
  });

  it('trusts nothing when Ctrl-C is pressed', async () => {
    const checkout = new Checkout(USED);
    const command = home.startInTerminal(['trust'], { directory: checkout.path });
    await command.hasWritten(/Trust this file\?/);
    command.type('\u0003');
    expect((await command.ended).code).toBe(130);
    expect((await checkout.run(['ps'])).code).toBe(2);
  });
});

describe.skipIf(!isPosix)('a configuration of the working directory', () => {
  it('is not read when HOME is empty or relative, or another variable is relative', async () => {
    const checkout = new Checkout();
    for (const [folder, name, content] of [
      ['.docker', 'config.json', JSON.stringify({ credsStore: 'evil', currentContext: 'evil' })],
      ['.aws', 'config', `[default]\nregion = us-east-1\ncredential_process = ${join(checkout.path, 'evil.sh')}\n`],
    ] as const) {
      mkdirSync(join(checkout.path, folder));
      writeFileSync(join(checkout.path, folder, name), content);
    }
    const PATH = `${checkout.path}:${process.env['PATH'] ?? ''}`;
    const commands = [
      ['registry', 'tags', '127.0.0.1:1/app'],
      ['ps', '--url', 'docker:'],
      ['ps', '--url', 'ecs:?endpoint=http://127.0.0.1:1&maxAttempts=1'],
    ];
    for (const more of [
      { HOME: '' },
      { HOME: '.' },
      { HOME: '/nowhere', DOCKER_CONFIG: '.docker', AWS_CONFIG_FILE: '.aws/config', XDG_RUNTIME_DIR: '.' },
    ] as const) {
      for (const words of commands) {
        const { stderr } = await checkout.run(words, { PATH, ...more });
        expect(stderr).not.toContain('evil');
      }
    }
    expect(checkout.marked).toBe(false);
  });
});

describe.skipIf(!isPosix)('a program of the working directory', () => {
  const machinePath = process.env['PATH'] ?? '';

  it.each(['.:', ':', './:'])('does not run when PATH begins with %j', async (entry) => {
    const checkout = new Checkout();
    // Nothing but the working directory offers ssh and podman.
    const bare = { PATH: `${entry}/nowhere`, XDG_RUNTIME_DIR: '/nowhere' };
    for (const url of ['docker+ssh://host.invalid', 'podman:']) expect((await checkout.run(['ps', '--url', url], bare)).code).not.toBe(0);
    const configuration = join(checkout.path, 'docker-config');
    mkdirSync(configuration);
    writeFileSync(join(configuration, 'config.json'), JSON.stringify({ credsStore: 'evil' }));
    const helped = { PATH: `${entry}${machinePath}`, DOCKER_CONFIG: configuration };
    const { stderr } = await checkout.run(['registry', 'tags', '127.0.0.1:1/app'], helped);
    expect(stderr).toContain('error:');
    expect(checkout.marked).toBe(false);
  });
});
