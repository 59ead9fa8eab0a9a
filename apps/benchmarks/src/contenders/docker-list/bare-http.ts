import { bareClient, type EngineSocket } from '../../clients/bare-http.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly calls: number }>((input) => {
  const client = bareClient(input);
  return { ...repeated(input.calls, () => client.call('GET', '/containers/json?all=1')), close: () => client.close() };
});
