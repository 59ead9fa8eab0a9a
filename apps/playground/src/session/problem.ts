import { ContainerError, type ErrorCode } from '@cloud/container-core';

/** What to say about a failure. */
export interface Problem {
  readonly sentence: string;
  readonly hint?: string;
  /** The errors behind it, outermost first. */
  readonly causes: readonly string[];
  /** For programs. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Whether it is a matter of how the command was called. */
  readonly usage: boolean;
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  unsupported: '`providers` shows what each provider can do.',
  unavailable: '`providers` shows who answers. Is the engine running, is the address right?',
  unauthenticated: 'Log in first (`docker login`, AWS profile); credentials come from there, never from a URL.',
  'permission-denied': 'You are known but not allowed to do this.',
  'rate-limited': 'Wait a little. For Docker Hub, `hub quota` shows what is left.',
  timeout: 'Give it more time with --timeout.',
  'image-pull': 'Check the name and tag; `hub tags NAME` lists those on Docker Hub.',
  'connection-lost': 'Whether it was done is not known; `ps` shows.',
};

/** Where to look for what was not found, by the call that looked for it. */
const LISTED_BY: Readonly<Record<string, string>> = {
  findContainer: '`ps --all` lists what there is.',
  getImage: '`images` lists what there is.',
  getCluster: '`clusters list` lists what there is.',
  services: '`services list` lists what there is.',
};

/** Neither runs containers, so `providers` knows nothing of them. */
const NOT_PROVIDERS = new Set(['registry', 'docker-hub']);

/** The commands that keep a container that failed. */
const KEEP_FAILED = new Set(['deploy', 'wait']);

function hintFor({ code, operation, provider }: ContainerError): string | undefined {
  if (code === 'not-found') return LISTED_BY[operation ?? ''];
  if (code === 'deployment-failed' && KEEP_FAILED.has(operation ?? '')) return '`logs NAME` shows what it wrote.';
  if (code === 'unavailable' && NOT_PROVIDERS.has(provider ?? '')) return 'Is the address right, is there a way there (network, proxy)?';
  return HINTS[code];
}

/** Describes whatever was thrown. */
export function describeProblem(error: unknown): Problem {
  if (ContainerError.isInstance(error)) {
    const hint = hintFor(error);
    return {
      sentence: error.message,
      ...(hint === undefined ? {} : { hint }),
      causes: causesOf(error),
      value: error.toJSON(),
      usage: error.code === 'invalid-argument',
    };
  }
  const sentence = error instanceof Error ? error.message : String(error);
  return {
    sentence,
    hint: 'This is a defect of the playground or of a driver; --verbose shows where.',
    causes: [...stackOf(error), ...causesOf(error)],
    value: { name: error instanceof Error ? error.name : 'Error', code: 'internal', message: sentence },
    usage: false,
  };
}

/** One line a frame; the message, which precedes them in the stack, is shown already. */
function stackOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
}

function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && causes.length < 10) {
    const code = (cause as NodeJS.ErrnoException).code;
    causes.push(`caused by ${cause.name}${code === undefined ? '' : ` (${code})`}: ${cause.message}`);
    cause = cause.cause;
  }
  return causes;
}
