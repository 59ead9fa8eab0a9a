import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { entryPoints, publicPackages, root, type WorkspacePackage } from '../support/public-packages.js';

/** The declarations of the public packages, made from their sources, without comments. */
export interface Declarations {
  /** What an entry point exports: one text per name, in alphabetical order. */
  surface(specifier: string): string;
  /** Where declarations that an entry point leads to say `any`. */
  anys(specifier: string): string[];
}

/** Makes the declarations of all packages at once. */
export function emitDeclarations(): Declarations {
  const configPath = join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(configPath, (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const sources = new Map(
    publicPackages.flatMap((target) => entryPoints(target).map((specifier) => [specifier, sourceOf(target, specifier)])),
  );
  const program = ts.createProgram([...sources.values()], {
    ...options,
    noEmit: false,
    incremental: false,
    declaration: true,
    emitDeclarationOnly: true,
    removeComments: true,
  });
  const emitted = new Map<string, ts.SourceFile>();
  program.emit(
    undefined,
    (path, text) => {
      emitted.set(path.replace(/\.d\.ts$/, '.ts'), ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
    },
    undefined,
    true,
  );
  const checker = program.getTypeChecker();

  function exported(specifier: string): ts.Symbol[] {
    const file = program.getSourceFile(sources.get(specifier) ?? '');
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${specifier} has no source.`);
    return checker.getExportsOfModule(module).sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  function statements(symbol: ts.Symbol): string[] {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const texts = (target.declarations ?? []).map((declaration) => {
      const file = declaration.getSourceFile().fileName;
      const declared = emitted.get(file);
      if (declared === undefined) return `export { ${symbol.name} } from a dependency;`;
      return declared.statements.filter((statement) => names(statement).includes(target.name)).map((statement) => statement.getText());
    });
    const unique = [...new Set(texts.flat())];
    return symbol.name === target.name ? unique : [`// ${symbol.name} is ${target.name}`, ...unique];
  }

  return {
    surface: (specifier) => exported(specifier).flatMap(statements).join('\n\n'),
    anys: (specifier) => exported(specifier).flatMap((symbol) => statements(symbol).flatMap((text) => anysOf(symbol.name, text))),
  };
}

function sourceOf({ name, folder }: WorkspacePackage, specifier: string): string {
  return join(root, folder, 'src', specifier.slice(name.length), 'index.ts');
}

/** The names that a top-level statement declares. */
function names(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}

function anysOf(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${name}: ${node.parent.getText()}`);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(`${name}.d.ts`, text, ts.ScriptTarget.ES2022, true));
  return found;
}
