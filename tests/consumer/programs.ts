import { driverPackages, entryPoints, type WorkspacePackage } from '../support/public-packages.js';

/** A small use of each package, valid as JavaScript and as TypeScript; `loaded` is the package. A driver without one gets `ANY_DRIVER`. */
const uses: Readonly<Record<string, { readonly body: string; readonly prints: string }>> = {
  '@cloud/container-core': {
    body: `console.log(loaded.imageFromReference('nginx:1.27').reference);`,
    prints: 'docker.io/library/nginx:1.27',
  },
  '@cloud/docker-utils': {
    body: `
      const keychain = new loaded.Keychain({ credentials: { 'registry.example': { username: 'somebody', password: 'secret' } } });
      const found = await keychain.resolve('registry.example');
      console.log(found === undefined ? 'nobody' : found.username);`,
    prints: 'somebody',
  },
  '@cloud/driver-memory': {
    body: `
      const driver = await loaded.memoryDriver.connect({ images: { greet: ({ stdout }) => void stdout.write('hello') } });
      const container = await driver.deployContainer({ image: 'greet' });
      await driver.waitForContainer(container, { until: 'stopped' });
      for await (const { message } of driver.getContainerLogs(container)) console.log(message);
      await driver.close();`,
    prints: 'hello',
  },
  '@cloud/driver-docker': {
    body: `
      const driver = await loaded.dockerDriver.connect(loaded.dockerDriver.optionsFromUrl(new URL('docker:///nowhere/docker.sock')));
      await driver.ping().catch((error) => console.log(error.code));
      await driver.close();`,
    prints: 'unavailable',
  },
  '@cloud/driver-ecs': {
    body: `
      const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
      const driver = await loaded.ecsDriver.connect({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9', credentials, retry: { retries: 0 } });
      await driver.listContainers().catch((error) => console.log(error.code));
      await driver.close();`,
    // Nobody listens there, and the SDK was loaded to find that out.
    prints: 'unavailable',
  },
};

/** A use of any driver: it exports a factory, which a registry recognises by its version of the specification. */
const ANY_DRIVER = {
  body: `
      const found = Object.values(loaded).some((value) => typeof value === 'object' && value !== null && 'specificationVersion' in value);
      console.log(found ? 'a driver' : 'no driver');`,
  prints: 'a driver',
};

/** A program that uses a package, and what it has to print. */
export interface ConsumerProgram {
  readonly esm: string;
  readonly commonjs: string;
  readonly prints: string;
}

/** Writes the program of a package, in both module systems. Every entry point is loaded. */
export function consumerProgram(target: WorkspacePackage): ConsumerProgram {
  const use = uses[target.name] ?? (driverPackages.includes(target) ? ANY_DRIVER : undefined);
  if (use === undefined) throw new Error(`${target.name} has no program in the consumer test; write one.`);
  const entries = entryPoints(target).map((specifier, index) => [index === 0 ? 'loaded' : `further${index}`, specifier] as const);
  const main = `async function main() {${use.body}\n}\nvoid [${entries.map(([name]) => name).join(', ')}];\nvoid main();\n`;
  return {
    esm: `${entries.map(([name, specifier]) => `import * as ${name} from '${specifier}';`).join('\n')}\n${main}`,
    commonjs: `${entries.map(([name, specifier]) => `const ${name} = require('${specifier}');`).join('\n')}\n${main}`,
    prints: `${use.prints}\n`,
  };
}
