import { type ApiModel, describeProblem } from '../model/api-model.js';
import type { OperationTable, Reply } from './operation.js';
import { ServiceError } from './service-error.js';

/** What every AWS service may answer besides the errors that its model lists for the operation. */
const COMMON_ERRORS = [
  'SerializationException',
  'ValidationException',
  'AccessDeniedException',
  'ThrottlingException',
  'UnknownOperationException',
];

export interface Dispatcher {
  carryOut(service: string, operation: string, request: unknown): Promise<Reply>;
  /** What the models had against the fake's own replies: a fault of the fake, never of its caller. */
  readonly ownFaults: readonly string[];
}

/** Carries out operations, with each request and each reply checked against the API models at hand. */
export function createDispatcher(services: Readonly<Record<string, OperationTable>>, models: readonly ApiModel[]): Dispatcher {
  const ownFaults: string[] = [];
  const fault = (text: string): ServiceError => {
    ownFaults.push(text);
    return new ServiceError('InternalFailure', `The fake broke its own API model: ${text}`, { httpStatus: 500 });
  };

  return {
    ownFaults,
    async carryOut(service, operation, request) {
      const table = services[service] ?? {};
      const handler = Object.hasOwn(table, operation) ? table[operation] : undefined;
      if (handler === undefined) {
        throw new ServiceError('UnknownOperationException', `${service}:${operation} is not modelled by this fake.`);
      }
      for (const model of models) {
        const [problem] = model.check(service, operation, 'request', request);
        if (problem === undefined) continue;
        const code = problem.kind === 'type' ? 'SerializationException' : 'InvalidParameterException';
        throw new ServiceError(code, `${describeProblem(problem)} (${model.name})`);
      }
      let reply: Reply;
      try {
        reply = await handler.carryOut(request);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw fault(`${service}:${operation} threw ${String(error)}`);
        const unlisted = models.find((model) => model.mayFailWith?.(service, operation, error.code) === false);
        if (unlisted !== undefined && !COMMON_ERRORS.includes(error.code)) {
          throw fault(`${service}:${operation} answered ${error.code}, which ${unlisted.name} does not list`);
        }
        throw error;
      }
      for (const model of models) {
        const [problem] = model.check(service, operation, 'reply', reply);
        if (problem !== undefined) throw fault(`${service}:${operation}: ${describeProblem(problem)} (${model.name})`);
      }
      return reply;
    },
  };
}
