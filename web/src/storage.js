import { createLocalStorage } from '@graphiql/toolkit';

// Other servers' GraphiQL may have lived on this origin (localhost:8000): ours keeps its tabs apart from theirs.
export const storage = createLocalStorage({ namespace: 'tributary' });

// Headers hold credentials, which do not belong on disk. `shouldPersistHeaders={false}` keeps them out of the tabs;
// the history writes them all the same (graphiql 5.4), so they are taken out here.
const HISTORY = new Set(['graphiql:queries', 'graphiql:favorites']);
const { setItem } = storage;
storage.setItem = (key, value) => setItem(key, HISTORY.has(key) ? withoutHeaders(value) : value);

function withoutHeaders(history) {
  return JSON.stringify(JSON.parse(history), (name, value) => (name === 'headers' ? undefined : value));
}
