// Speaks to the sockets at the address given, and prints what it saw as one JSON object. It ends by itself.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
const closes = [];
const pongs = [];
const open = (options = {}) =>
  createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: (event) => closes.push(event.code), pong: (received) => received && pongs.push(true) },
    ...options,
  });

async function all(client, payload, most = Infinity) {
  const seen = [];
  for await (const result of client.iterate(payload)) {
    seen.push(result);
    if (seen.length >= most) break; // the client says `complete`
  }
  return seen;
}

const failure = (promise) =>
  promise.then(
    () => null,
    (errors) => errors.map((error) => error.extensions?.code ?? error.message),
  );

const client = open({ keepAlive: 20, lazy: false });
const found = {
  query: await all(client, { query: 'query ($n: String!) { greeting(name: $n) }', variables: { n: 'Ada' } }),
  mutation: await all(client, { query: 'mutation { request }' }),
  subscription: await all(client, { query: 'subscription { count(to: 5) }' }),
  side: await Promise.all([3, 4].map((to) => all(client, { query: `subscription { count(to: ${to}) }` }))),
  syntax: await failure(all(client, { query: '{ greeting' })),
  failing: await failure(all(client, { query: 'subscription { failing }' })),
  stopped: await all(client, { query: 'subscription { stuck }' }, 1),
  afterwards: await all(client, { query: '{ greeting }' }),
};
await new Promise((resolve) => setTimeout(resolve, 100));
await client.dispose();
console.log(JSON.stringify({ ...found, closes, pongs: pongs.length > 0 }));
process.exit(0);
