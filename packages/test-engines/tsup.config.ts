import { defineConfig } from 'tsup';
import { programBuild } from '../../tsup.config.base.js';

export default defineConfig(programBuild({ index: 'src/index.ts', 'build-engines': 'src/build-engines.ts' }));
