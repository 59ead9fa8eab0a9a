import type { ImageProgress } from '@cloud/container-core';

/** One line of what the engine tells during a pull, a push or a load. */
export interface ProgressLine {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly stream?: string;
  readonly aux?: unknown;
}

/** The engine's words (moby: distribution/pull_v2.go, push_v2.go). */
const STATUSES: Readonly<Record<string, ImageProgress['status']>> = {
  'Pulling fs layer': 'waiting',
  Preparing: 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'verifying',
  'Download complete': 'verifying',
  Extracting: 'extracting',
  'Pull complete': 'done',
  'Already exists': 'exists',
  'Layer already exists': 'exists',
  Pushing: 'uploading',
  Pushed: 'done',
};

/** The neutral form of a line; `undefined` for what is no progress. */
export function mapProgress({ status, id, progressDetail }: ProgressLine): ImageProgress | undefined {
  if (status === undefined) return undefined;
  const neutral = STATUSES[status] ?? (status.startsWith('Mounted from') ? 'exists' : undefined);
  if (neutral === undefined || id === undefined) return undefined;
  const { current, total } = progressDetail ?? {};
  return {
    layer: id,
    status: neutral,
    ...(current === undefined ? {} : { currentBytes: current }),
    ...(total === undefined || total <= 0 ? {} : { totalBytes: total }),
  };
}

/** The engine's reason when a line says that it failed: the status was 200 long before. */
export function failureIn({ error, errorDetail }: ProgressLine): string | undefined {
  return errorDetail?.message ?? error;
}
