import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from '../support/public-packages.js';
import type { Snippet } from './snippets.js';

/** Compiles snippets as strictly as the sources, all at once; gives the complaints, each with the place in the page. */
export function compileSnippets(snippets: readonly Snippet[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // What is not there on disk lies in a folder of the workspace, so that it sees the packages.
  const virtual = new Map(snippets.map((snippet, index) => [pathOf(snippet, index), snippet]));
  const folders = new Set([...virtual.keys()].map(dirname));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, directoryExists, getSourceFile } = host;
  const text = (path: string) => virtual.get(path) && `${virtual.get(path)?.code}\nexport {};\n`;
  host.readFile = (path) => text(path) ?? readFile(path);
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true);
  host.getSourceFile = (path, version, ...more) => {
    const code = text(path);
    return code === undefined ? getSourceFile(path, version, ...more) : ts.createSourceFile(path, code, version, true);
  };
  const program = ts.createProgram([...virtual.keys()], { ...options, noEmit: true, incremental: false, composite: false }, host);
  return [...virtual].flatMap(([path, snippet]) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${snippet.at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

function pathOf({ page, file }: Snippet, index: number): string {
  const folder = page.replaceAll(/[^A-Za-z]/g, '-');
  return join(root, 'tests/snippets-of', folder, file ?? `snippet-${index}.ts`);
}
