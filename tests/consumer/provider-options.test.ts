import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { publicPackages, root } from '../support/public-packages.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrorsOf } from './type-check.js';

/** Correct options, and each kind of mistake; an unused `@ts-expect-error` is an error as well. */
const checks = `
  void driver.deployContainer({ image: 'app', providerOptions: { docker: { network: 'backend' }, podman: {}, ecs: { mirror: true } } });
  // @ts-expect-error a misspelled option
  void driver.deployContainer({ image: 'app', providerOptions: { docker: { netwrok: 'backend' } } });
  // @ts-expect-error a misspelled option
  void driver.deployContainer({ image: 'app', providerOptions: { ecs: { mirrored: true } } });
  // @ts-expect-error a misspelled provider
  void driver.deployContainer({ image: 'app', providerOptions: { dokcer: { network: 'backend' } } });
`;
const loadWithImport = `
const registry = createDriverRegistry({
  docker: () => import('@cloud/driver-docker').then((module) => module.dockerDriver),
  ecs: () => import('@cloud/driver-ecs').then((module) => module.ecsDriver),
});`;
const loadStatically = `
import { dockerDriver } from '@cloud/driver-docker';
import { ecsDriver } from '@cloud/driver-ecs';
const registry = createDriverRegistry({ docker: dockerDriver, ecs: ecsDriver });`;

const program = (load: string) => `
import { createDriverRegistry } from '@cloud/container-core';
${load}
async function main() {
  const driver = await registry.connect(process.env['CLOUD_CONTAINER_URL'] ?? 'docker:');
  ${checks}
}
void main();
`;

const alone = `
import type { ContainerDriver } from '@cloud/container-core';
export function main(driver: ContainerDriver) {
  void driver.deployContainer({ image: 'app', providerOptions: {} });
  // @ts-expect-error no driver package is imported
  void driver.deployContainer({ image: 'app', providerOptions: { docker: { network: 'backend' } } });
}
`;

const ownDriver = `
import type { ContainerDriver } from '@cloud/container-core';
declare global {
  namespace CloudContainer {
    interface ProviderOptions {
      readonly tiny?: { readonly size?: number } | undefined;
    }
  }
}
export function main(driver: ContainerDriver) {
  void driver.deployContainer({ image: 'app', providerOptions: { tiny: { size: 1 } } });
  // @ts-expect-error a misspelled option
  void driver.deployContainer({ image: 'app', providerOptions: { tiny: { sizes: 1 } } });
}
`;

it.each([
  ['ESM imports the drivers', 'program.mts', program(loadStatically)],
  ['ESM loads the drivers with import()', 'program.mts', program(loadWithImport)],
  ['CommonJS imports the drivers', 'program.cts', program(loadStatically)],
  ['CommonJS loads the drivers with import()', 'program.cts', program(loadWithImport)],
  ['core is used alone', 'program.mts', alone],
  ['a program declares the options of its own driver', 'program.cts', ownDriver],
])('checks providerOptions when %s', async (_, file, text) => {
  const folder = await projectFolder();
  await writeFile(join(folder, file), text);
  expect(await typeErrorsOf({ folder, write: (files) => write(folder, files) }, 'nodenext', [file])).toBe('');
});

/** A project in which the built packages are installed as links. */
async function projectFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules/@cloud'), { recursive: true });
  for (const { name, folder: source } of publicPackages) await symlink(join(root, source), join(folder, 'node_modules', name), 'junction');
  await mkdir(join(folder, 'node_modules/@types'));
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), 'junction');
  return folder;
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
