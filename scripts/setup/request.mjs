import http from 'node:http';
import https from 'node:https';

const MAX_REDIRECTS = 8;

/**
 * One HTTP(S) request, redirects followed, the body left unread. Proxies named by HTTPS_PROXY, HTTP_PROXY and NO_PROXY
 * are honoured by Node 24.5 and later; an older Node connects directly.
 *
 * @param {string} url
 * @param {{ method?: string, headers?: Record<string, string>, stallMs: number }} options stallMs: the longest silence
 *   allowed, before the answer and within its body
 * @returns {Promise<http.IncomingMessage>} whatever its status; the caller reads or destroys it
 */
export async function request(url, options) {
  let at = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await requestOnce(at, options);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400 || !headers.location) return response;
    response.resume();
    at = new URL(headers.location, at);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects from ${url}`);
}

function requestOnce(url, { method = 'GET', headers = {}, stallMs }) {
  const client = url.protocol === 'http:' ? http : https;
  // A fresh agent: nothing keeps the process alive afterwards.
  const agent = new client.Agent({ keepAlive: false, proxyEnv: process.env });
  return new Promise((resolve, reject) => {
    const sent = client.request(url, {
      method,
      agent,
      headers: { 'user-agent': 'coldaisle-setup', 'accept-encoding': 'identity', ...headers },
    });
    let response = null;
    sent.setTimeout(stallMs, () => (response ?? sent).destroy(new Error(`no answer from ${url.host} for ${Math.ceil(stallMs / 1000)} s`)));
    sent.once('response', (arrived) => {
      response = arrived;
      resolve(arrived);
    });
    sent.once('error', reject);
    sent.end();
  });
}

/**
 * Whether an address can be fetched from here, asked with one HEAD request.
 *
 * @param {string} url
 * @param {number} [withinMs] the whole answer's time limit
 * @returns {Promise<{ reachable: true } | { reachable: false, reason: string }>}
 */
export async function probe(url, withinMs = 5_000) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ reachable: false, reason: `no answer within ${withinMs / 1000} s` }), withinMs);
  });
  const ask = request(url, { method: 'HEAD', stallMs: withinMs }).then(
    (response) => {
      response.destroy();
      const { statusCode = 0 } = response;
      return statusCode >= 200 && statusCode < 300 ? { reachable: true } : { reachable: false, reason: `HTTP ${statusCode}` };
    },
    (error) => ({ reachable: false, reason: error.message }),
  );
  try {
    return await Promise.race([ask, limit]);
  } finally {
    clearTimeout(timer);
  }
}
