import { describe, expect, it } from 'vitest';
import { imageFromReference, referenceOf } from './image-from-reference.js';
import { parseReference } from './parse-reference.js';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('parseReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['grafana/grafana:11', 'docker.io/grafana/grafana:11', 'grafana/grafana:11'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`, `nginx@${digest}`],
    [`nginx:1.27@${digest}`, `docker.io/library/nginx:1.27@${digest}`, `nginx:1.27@${digest}`],
    ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
    ['localhost:5000/a/b/c:v1', 'localhost:5000/a/b/c:v1', 'localhost:5000/a/b/c:v1'],
    ['[::1]:5000/app:v1', '[::1]:5000/app:v1', '[::1]:5000/app:v1'],
    ['ghcr.io/owner/app_name', 'ghcr.io/owner/app_name:latest', 'ghcr.io/owner/app_name:latest'],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest',
    ],
    ['localhost:5000', 'docker.io/library/localhost:5000', 'localhost:5000'],
  ])('%s is %s', (text, canonical, familiar) => {
    expect(parseReference(text)).toMatchObject({ canonical, familiar });
    expect(parseReference(canonical).canonical).toBe(canonical);
    expect(parseReference(familiar).canonical).toBe(canonical);
  });

  it.each([
    '',
    ' nginx',
    'Nginx',
    'nginx:',
    'nginx:-a',
    'a//b',
    '/nginx',
    'nginx/',
    '../x',
    'a/../b',
    '%2e%2e/x',
    'nginx?x',
    'nginx\n',
    'nginx@sha256:abc',
    'nginx@md5:aa',
    `nginx@sha256:${'A1'.repeat(32)}`,
    'host:99999/app',
    'http://nginx',
    'a'.repeat(300),
    'a1'.repeat(32),
    `n:${'t'.repeat(129)}`,
    'a___b',
    'UPPER.example.com/App',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('imageFromReference', () => {
  it('makes an image that is deployable', () => {
    const image = imageFromReference('ghcr.io/owner/app:v2', { provider: 'docker' });
    expect(image).toEqual({ name: 'app', reference: 'ghcr.io/owner/app:v2', tag: 'v2', registry: 'ghcr.io', provider: 'docker' });
    expect(referenceOf(image).canonical).toBe('ghcr.io/owner/app:v2');
  });
});
