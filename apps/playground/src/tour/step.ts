/** Measures named pieces of work and writes down how they went. */
export interface Step {
  /** Does the work; what it gives goes into the report if it is text. Not begun once the tour was interrupted. */
  <T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Does what must be done whatever happened. */
  cleanUp<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What a piece of work gives that the provider does not do. */
  readonly unsupported: string;
}

export interface StepResult {
  readonly name: string;
  readonly outcome: 'done' | 'unsupported' | 'failed';
  readonly milliseconds: number;
  /** What came of it. */
  readonly detail: string;
}

/** No step takes this long where all is well; the tour ends by itself also where it is not. */
const STEP_LIMIT_MS = 60_000;

const UNSUPPORTED = 'not supported';

/** Makes a `step` that hands each result on as soon as there is one. */
export function recordSteps(signal: AbortSignal, onResult: (result: StepResult) => void): Step {
  const measure = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const finish = (outcome: StepResult['outcome'], detail: string) =>
      onResult({ name, outcome, milliseconds: performance.now() - began, detail });
    try {
      const value = await withinLimit(name, work());
      finish(value === UNSUPPORTED ? 'unsupported' : 'done', typeof value === 'string' ? value : '');
      return value;
    } catch (error) {
      finish('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return measure(name, work);
  };
  return Object.assign(step, { cleanUp: measure, unsupported: UNSUPPORTED });
}

async function withinLimit<T>(name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not end within ${STEP_LIMIT_MS / 1000} s`)), STEP_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
