import { defineConfig } from 'tsup';
import { programBuild } from '../../tsup.config.base.js';

export default defineConfig(programBuild({ index: 'src/index.ts' }));
