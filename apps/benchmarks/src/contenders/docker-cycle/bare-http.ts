import { bareClient, type EngineSocket } from '../../clients/bare-http.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<EngineSocket & { readonly image: string; readonly calls: number }>((input) => {
  const client = bareClient(input);
  const cycle = async () => {
    const { Id: id } = (await client.call('POST', '/containers/create', { Image: input.image, Cmd: ['true'] })) as { readonly Id: string };
    await client.call('POST', `/containers/${id}/start`);
    await client.call('POST', `/containers/${id}/wait`);
    await client.call('DELETE', `/containers/${id}?v=1`);
  };
  return { ...repeated(input.calls, cycle), close: () => client.close() };
});
