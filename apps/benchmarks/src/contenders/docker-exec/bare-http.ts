import { request } from 'node:http';
import { bareClient, type EngineSocket } from '../../clients/bare-http.js';
import { contend, repeated } from '../../harness/contend.js';

/** The output of an exec, read to its end over a connection of its own. */
function readOutput({ socketPath }: EngineSocket, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ Detach: false, Tty: false });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const outgoing = request({ socketPath, method: 'POST', path: `/v1.41/exec/${id}/start`, headers, agent: false }, (incoming) => {
      incoming.on('data', () => {});
      incoming.on('end', resolve);
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

await contend<EngineSocket & { readonly id: string; readonly calls: number }>((input) => {
  const client = bareClient(input);
  const exec = async () => {
    const wish = { Cmd: ['echo', 'hello'], AttachStdout: true, AttachStderr: true };
    const { Id: id } = (await client.call('POST', `/containers/${input.id}/exec`, wish)) as { readonly Id: string };
    await readOutput(input, id);
    const { ExitCode: code } = (await client.call('GET', `/exec/${id}/json`)) as { readonly ExitCode: number | null };
    if (code !== 0) throw new Error(`exit code ${code}`);
  };
  return { ...repeated(input.calls, exec), close: () => client.close() };
});
