import type { IncomingMessage } from 'node:http';
import { lazyModule } from '@cloud/container-core';
import type { Axios } from 'axios';
import { connectionError, stalled } from './connection-error.js';
import type { Call, HttpReply, HttpRequest } from './exchange.js';
import { ProgressWatch } from './progress-watch.js';

const axiosModule = lazyModule(() => import('axios'));
let instance: Axios | undefined;

/**
 * One of our own: `axios` itself, and what `axios.create()` makes, have the defaults and interceptors of the program around us, and so
 * perhaps an `Authorization` that is meant for somebody else.
 */
async function ownAxios(): Promise<Axios> {
  const { Axios } = await axiosModule();
  instance ??= new Axios({ adapter: 'http' });
  return instance;
}

/**
 * A `Send` over axios: what token servers and the Hub's API go through.
 *
 * axios is loaded with the first request. It neither follows redirects, nor decompresses, nor parses, nor picks a proxy: all that
 * is done once, for both ways of sending. None of its errors gets out; they carry the request's headers.
 */
export async function sendWithAxios(request: HttpRequest, call: Call): Promise<HttpReply> {
  const axios = await ownAxios();
  const { url, method, headers, body, agent } = request;
  const { signal, stallTimeoutMs } = call;
  signal.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  const watch = new ProgressWatch(stallTimeoutMs, () => controller.abort(stalled(url, stallTimeoutMs)));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const reply = await axios.request<IncomingMessage>({
      url: url.href,
      method,
      // Set in any case: for a POST without one axios makes up a form's.
      headers: { 'content-type': null, ...headers },
      data: body,
      ...(url.protocol === 'https:' ? { httpsAgent: agent } : { httpAgent: agent }),
      responseType: 'stream',
      maxRedirects: 0,
      decompress: false,
      proxy: false,
      transformRequest: (data: unknown) => data,
      validateStatus: () => true,
      signal: controller.signal,
    });
    return {
      status: reply.status,
      headers: reply.data.headers,
      body: reply.data,
      url,
      peerAddress: reply.data.socket?.remoteAddress,
    };
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : connectionError(error, url);
  } finally {
    watch.stop();
    signal.removeEventListener('abort', onAbort);
  }
}
