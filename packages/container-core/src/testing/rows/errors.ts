import { ContainerError } from '../../errors/container-error.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { rejection } from '../row-context.js';

/** Put into every field of credentials, and never to be seen again. */
const CANARY = 'c4n4ry+/=secret-of-the;conformance,suite';

/** Rows about what errors are made of. */
export function errorRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'errors.shape',
      promise: 'an error has its code, provider and operation, and tells as JSON what it tells otherwise',
      run: async (row) => {
        const container = await row.driver.deployContainer(row.deployOptions(idleProgram()));
        await row.driver.destroyContainer(container);
        const error = await row.failure(row.driver.stopContainer(container), 'not-found');
        row.expect(error instanceof Error).toBe(true);
        row.expect(ContainerError.isInstance(error)).toBe(true);
        row.expect(error.operation).toBe('stopContainer');
        const plain = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
        row.expect([plain['code'], plain['message'], plain['provider']]).toEqual(['not-found', error.message, row.driver.provider]);
        row.expect(error.message).toMatch(/\S\.$/);
      },
    },
    ...(capabilities.deploy.credentials.support === 'unsupported'
      ? []
      : [
          {
            id: 'errors.credentials-of-deploy',
            promise: 'no credential given to deploy is in any error',
            run: async (row) => {
              for (const credentials of everyCredential()) {
                const { name, cluster } = row.deployOptions([]);
                const options = { name, image: row.missingImage, credentials, ...(cluster === undefined ? {} : { cluster }) };
                const deploying = row.driver.deployContainer(options).then(async (container) => {
                  row.track(container);
                  await row.driver.waitForContainer(container, { until: 'running' });
                });
                row.assertNoSecret(await row.failure(deploying), [CANARY]);
              }
            },
          } satisfies Row,
        ]),
    ...(capabilities.groups.includes('images')
      ? [
          {
            id: 'errors.credentials-of-install',
            promise: 'no credential given to installImage is in any error',
            run: async (row) => {
              for (const credentials of everyCredential()) {
                const error = await row.failure(row.driver.installImage(row.missingImage, { credentials }));
                row.assertNoSecret(error, [CANARY]);
              }
            },
          } satisfies Row,
        ]
      : []),
    {
      id: 'errors.secret-of-environment',
      promise: 'no value of an environment variable is in an error',
      run: async (row) => {
        if (capabilities.deploy.env.support === 'unsupported') return;
        const env = { PASSWORD: CANARY, DB_PASS: CANARY };
        const refused = await rejection(
          row.driver.deployContainer(row.deployOptions(idleProgram(), { env: { ...env, 'BAD=KEY': CANARY } })),
        );
        row.assertNoSecret(await row.failure(Promise.reject(refused), 'invalid-argument'), [CANARY]);
        const nul = await rejection(row.driver.deployContainer(row.deployOptions(idleProgram(), { env: { PASSWORD: `${CANARY}\0` } })));
        row.assertNoSecret(await row.failure(Promise.reject(nul), 'invalid-argument'), [CANARY]);
        const { name } = row.deployOptions([]);
        const deploying = row.driver.deployContainer({ name, image: row.missingImage, env }).then(async (container) => {
          row.track(container);
          await row.driver.waitForContainer(container, { until: 'running' });
        });
        row.assertNoSecret(await row.failure(deploying), [CANARY]);
      },
    },
  ];
}

function everyCredential() {
  return [{ username: CANARY, password: CANARY }, { identityToken: CANARY }, { registryToken: CANARY }];
}
