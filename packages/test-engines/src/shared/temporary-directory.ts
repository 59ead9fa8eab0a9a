import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Every temporary file of this package lies under a directory of this prefix, so that a leak is easy to find. */
const temporaryPrefix = 'cloud-engine-';

/** A fresh private directory; short, because unix socket paths end at 107 bytes. */
export function temporaryDirectory(kind: string): string {
  return mkdtempSync(join(tmpdir(), `${temporaryPrefix}${kind}-`));
}
