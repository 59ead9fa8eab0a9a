/** What a machine-readable description of the API has against a request or a reply. */
export interface ModelProblem {
  /** `type`: an unknown member or a value of another type; `constraint`: missing, out of range, not in the list, against the pattern. */
  readonly kind: 'type' | 'constraint';
  readonly path: string;
  readonly text: string;
}

export interface ApiModel {
  readonly name: string;
  check(service: string, operation: string, direction: 'request' | 'reply', value: unknown): readonly ModelProblem[];
  /** Whether the operation may answer this error; undefined when the model does not say. */
  mayFailWith?(service: string, operation: string, code: string): boolean | undefined;
}

export const describeProblem = (problem: ModelProblem) => `${problem.path === '' ? 'the value' : problem.path} ${problem.text}`;
