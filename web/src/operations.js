// The operations of docs/operations, in file-name order, as GraphiQL tabs. `NN-name.variables.json` beside
// `NN-name.graphql` holds its variables.
const FOLDER = '../../docs/operations/';
const DAYS = 7;

const documents = import.meta.glob('../../docs/operations/*.graphql', { query: '?raw', import: 'default', eager: true });
const variables = import.meta.glob('../../docs/operations/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const stem = (path) => path.slice(FOLDER.length, -'.graphql'.length);

// A file has the day on which it was written; what begins a week ago is to begin a week ago.
const weekAgo = new Date(Date.now() - DAYS * 24 * 60 * 60 * 1000).toISOString().slice(0, 'YYYY-MM-DD'.length);
const ofThisWeek = (json) => json.replace(/("(?:since|from)": ")\d{4}-\d{2}-\d{2}/g, `$1${weekAgo}`);

export const operations = Object.keys(documents)
  .sort()
  .map((path) => ({
    query: documents[path].trimEnd(),
    variables: ofThisWeek(variables[`${FOLDER}${stem(path)}.variables.json`]?.trimEnd() ?? '') || undefined,
  }));
