import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { publicPackages, root } from '../support/public-packages.js';
import { type Form, FormReader } from './forms.js';

/** A function, constructor or method that a program can call. */
export interface PublicCall {
  /** The package that exports it, or the type that it is a method of. */
  readonly package: string;
  /** The exported name: of the function, the class, the factory, or the type. */
  readonly owner: string;
  readonly kind: 'function' | 'constructor' | 'method of an export' | 'method of a type';
  /** Of a method. */
  readonly method?: string;
  readonly parameters: readonly Parameter[];
}

export interface Parameter {
  readonly name: string;
  readonly isOptional: boolean;
  readonly form: Form;
}

/** Reads what the packages export from their sources with the type checker: a new export or method needs no entry anywhere. */
export function publicCalls(): PublicCall[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // The other entry points, the driver kit and the suite, are for authors of drivers: they take implementations.
  const sources = publicPackages.map(({ name, folder }) => ({ name, path: join(root, folder, 'src/index.ts') }));
  const program = ts.createProgram(
    sources.map(({ path }) => path),
    { ...options, incremental: false },
  );
  const checker = program.getTypeChecker();
  const forms = new FormReader(checker);
  const calls: PublicCall[] = [];

  for (const { name, path } of sources) {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    if (file === undefined || module === undefined) throw new Error(`${name} has no source.`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      // Exported again by another package.
      if (symbol.declarations?.some((declaration) => !declaration.getSourceFile().fileName.includes(path.slice(0, -'index.ts'.length))))
        continue;
      const add = (kind: PublicCall['kind'], signature: ts.Signature, method?: string) =>
        calls.push({
          package: name,
          owner: exported.name,
          kind,
          ...(method === undefined ? {} : { method }),
          parameters: forms.parameters(signature, file),
        });
      if (symbol.flags & ts.SymbolFlags.Value) {
        const type = checker.getTypeOfSymbolAtLocation(symbol, file);
        for (const signature of type.getCallSignatures()) add('function', signature);
        for (const signature of type.getConstructSignatures()) add('constructor', signature);
        for (const [method, signature] of methodsOf(type)) add('method of an export', signature, method);
      }
      if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
        for (const [method, signature] of methodsOf(checker.getDeclaredTypeOfSymbol(symbol))) add('method of a type', signature, method);
      }
    }
  }
  return calls;

  function methodsOf(type: ts.Type): [string, ts.Signature][] {
    if (type.getCallSignatures().length > 0 || checker.isArrayType(type) || checker.isTupleType(type)) return [];
    return type.getProperties().flatMap((property) => {
      const isMethod = property.flags & ts.SymbolFlags.Method || property.declarations?.some((each) => ts.isMethodSignature(each));
      const isOurs = property.declarations?.some((declaration) => !declaration.getSourceFile().fileName.includes('node_modules'));
      if (!isMethod || !isOurs || property.name.includes('#') || property.name.startsWith('__')) return [];
      const signatures = checker.getTypeOfSymbol(property).getCallSignatures();
      return signatures.map((signature): [string, ts.Signature] => [property.name, signature]);
    });
  }
}
