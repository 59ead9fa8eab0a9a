import type { DeployRequest } from '../deploy-request.js';
import { reportIgnoredOptions } from '../ignored-options.js';
import type { DriverImplementation, GroupImplementations } from '../implementation.js';
import type { OperationContext } from '../operation-context.js';
import { matchesFilter } from '../validate/filters.js';
import type { FunctionsOf } from './call-row.js';
import { CALL_ROWS, type CALLS, type ContractCalls } from './calls.js';

type ContractFunctions = FunctionsOf<(typeof CALLS)['rows'], ContractCalls>;

/** The functions behind the calls of the contract: those of an implementation, which lacks those of the groups that it does not declare. */
export function contractFunctions(implementation: DriverImplementation): ContractFunctions {
  // The interfaces of implementations are written by hand; this line does not compile when one does not take what its row gives.
  const complete: Omit<ContractFunctions, 'getContainerLogs'> = implementation as DriverImplementation & GroupImplementations;
  const { provider } = implementation;
  const functions = bound(complete);
  return {
    ...functions,
    deployContainer: reporting(provider, functions.deployContainer),
    deployService: functions.deployService && reporting(provider, functions.deployService),
    // The filters are applied again: asking the provider to filter is only a matter of speed.
    listContainers: async function* (filter, context) {
      for await (const page of implementation.listContainers(filter, context)) {
        yield page.filter((container) => matchesFilter(filter, container));
      }
    },
    getContainerLogs: {
      entries: (id, options, context) => implementation.logEntries(id, options, context),
      bytes: (id, options, context) => implementation.logBytes(id, options, context),
    },
  };
}

/** Makes a deploy report the `providerOptions` that it ignores. */
function reporting<Request extends Pick<DeployRequest, 'ignoredNamespaces'>, Result>(
  provider: string,
  deploy: (request: Request, context: OperationContext) => Promise<Result>,
): (request: Request, context: OperationContext) => Promise<Result> {
  return (request, context) => {
    reportIgnoredOptions(provider, request, context);
    return deploy(request, context);
  };
}

/** With their `this`: an implementation may be an object of a class. */
function bound<Functions extends object>(functions: Functions): Functions {
  const all = functions as Readonly<Record<string, ((...given: unknown[]) => unknown) | undefined>>;
  return Object.fromEntries(CALL_ROWS.map(([name]) => [name, all[name]?.bind(functions)])) as Functions;
}
