/** Measures named pieces of work and writes down how they went. */
export interface Step {
  /** Does the work; what it gives goes into the report if it is text. */
  <T>(name: string, work: () => Promise<T>): Promise<T>;
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
export function recordSteps(onResult: (result: StepResult) => void): Step {
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
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
  return Object.assign(step, { unsupported: UNSUPPORTED });
}
