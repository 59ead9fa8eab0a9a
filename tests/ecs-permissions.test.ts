import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'packages/driver-ecs/src');

/** `aws.ecs('runTask', …)` is the action `ecs:RunTask`. */
function actionsInCode(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const text = files.map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
  const calls = [...text.matchAll(/\baws\.(ecs|ecr|logs|ec2)\(\s*'(\w+)'/g)];
  return [...new Set(calls.map(([, service = '', name = '']) => `${service}:${name.charAt(0).toUpperCase()}${name.slice(1)}`))];
}

it('the documented policies allow every operation that the driver uses', () => {
  const documented = readFileSync(join(root, 'docs/ecs.md'), 'utf8');
  const policies = documented.slice(documented.indexOf('### Read-only'));
  const actions = actionsInCode();
  expect(actions.length).toBeGreaterThan(25);
  expect(actions.filter((action) => !policies.includes(`"${action}"`))).toEqual([]);
});
