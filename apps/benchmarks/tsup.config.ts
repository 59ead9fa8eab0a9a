import { readdirSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { programBuild } from '../../tsup.config.base.js';

/** Contenders and servers run in processes of their own, hence each is a program. */
const programs = ['contenders', 'servers'].flatMap((folder) =>
  readdirSync(`src/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replace(/\.ts$/, '')}`),
);

export default defineConfig(programBuild({ main: 'src/main.ts', ...Object.fromEntries(programs.map((name) => [name, `src/${name}.ts`])) }));
