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

const UNSUPPORTED = 'not supported';

/** Makes a `step` that hands each result on as soon as there is one. */
export function recordSteps(signal: AbortSignal, onResult: (result: StepResult) => void): Step {
  const measure = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const finish = (outcome: StepResult['outcome'], detail: string) =>
      onResult({ name, outcome, milliseconds: performance.now() - began, detail });
    try {
      const value = await work();
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
