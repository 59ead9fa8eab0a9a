import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/public-packages.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Checks a repository with commits of these subjects, of which the first is outside of the range. */
async function check(...subjects: readonly string[]): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const folder = await temporaryFolder();
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-C', folder, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message', 'Anything before the range');
  const first = git('rev-parse', 'HEAD').trim();
  for (const subject of subjects) git('commit', '--quiet', '--allow-empty', '--message', subject);
  const script = join(root, 'scripts/check-commits.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, `${first}..HEAD`], { cwd: folder, encoding: 'utf8' });
  return { status, stderr };
}

it('accepts a subject when it names a package and what the commit does', async () => {
  expect(await check('driver-ecs: wait for the roll-out', 'docs, ci: build the reference first', 'Revert "driver-ecs: wait"')).toEqual({
    status: 0,
    stderr: '',
  });
});

it.each(['Fix things', 'driver-ecs: Wait for the roll-out', 'driver-ecs: wait for the roll-out.', `driver-ecs: ${'a'.repeat(61)}`])(
  'names the commit when its subject is %j',
  async (subject) => {
    const { status, stderr } = await check('docs: describe it', subject);
    expect(status).toBe(1);
    expect(stderr).toContain(subject);
    expect(stderr).not.toContain('describe it');
  },
);
