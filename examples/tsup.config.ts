import { defineConfig } from 'tsup';
import { programBuild } from '../tsup.config.base.js';

export default defineConfig({
  ...programBuild({
    hello: 'hello/hello.ts',
    'web-service': 'web-service/web-service.ts',
    'hub-worker': 'hub-worker/hub-worker.ts',
    'hub-to-ecr': 'hub-to-ecr/hub-to-ecr.ts',
    'from-dockerode': 'migration/from-dockerode.ts',
    'from-libcloud': 'migration/from-libcloud.ts',
  }),
  tsconfig: '../tsconfig.build.json',
});
