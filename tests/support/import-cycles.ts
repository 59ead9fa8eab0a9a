import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One import of a file by another one, both as paths inside their package's `src`. */
export interface FileImport {
  readonly importer: string;
  readonly imported: string;
}

/** An import as the deepest folder that has both files sees it: one of its entries, a file or a folder, imports another. */
interface EntryImport extends FileImport {
  readonly from: string;
  readonly to: string;
}

/**
 * Returns the imports that form cycles between files or between folders; none when every folder is layered.
 *
 * In each folder the files and subfolders that lie directly in it must not import each other in a circle; a subfolder stands for all that is in it.
 * That covers a cycle of files wherever they lie, since it is one between the entries of the deepest folder that has them all. A folder and its own
 * subfolder cannot form a cycle as such, because the one contains the other: `driver.ts` may be above `tasks/` and `labels.ts` below it.
 *
 * Type-only imports count. They are erased, so they never break a program, but a reader cannot understand either side without the other one.
 */
export function importCycles(imports: readonly FileImport[]): string[] {
  const byFolder = new Map<string, EntryImport[]>();
  for (const each of imports) {
    const { folder, from, to } = entriesOf(each);
    if (from === to) continue;
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), { ...each, from, to }]);
  }
  return [...byFolder.values()].flatMap(circular).map(({ importer, imported }) => `${importer} imports ${imported}`);
}

/** Drops imports until the rest start where another one ends and end where another one starts. */
function circular(imports: readonly EntryImport[]): readonly EntryImport[] {
  const starts = new Set(imports.map(({ from }) => from));
  const ends = new Set(imports.map(({ to }) => to));
  const left = imports.filter(({ from, to }) => ends.has(from) && starts.has(to));
  return left.length === imports.length ? left : circular(left);
}

function entriesOf({ importer, imported }: FileImport): { readonly folder: string; readonly from: string; readonly to: string } {
  const [left, right] = [importer.split('/'), imported.split('/')];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return { folder: left.slice(0, differs).join('/'), from: left[differs] ?? '', to: right[differs] ?? '' };
}

/** Reads the relative imports of the TypeScript files of a folder, type-only and dynamic ones too. */
export function readImports(folder: string, isIncluded: (file: string) => boolean): FileImport[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && isIncluded(file))
    .flatMap((importer) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, importer), 'utf8'));
      return importedFiles
        .filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => ({
          importer,
          imported: new URL(fileName, `file:///${importer}`).pathname.slice(1).replace(/\.js$/, '.ts'),
        }));
    });
}
