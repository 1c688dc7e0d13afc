// The example operations of docs/operations, in file-name order, as GraphiQL tabs. `NN-name.variables.json` beside
// `NN-name.graphql` holds its variables.
const FOLDER = '../../docs/operations/';

const documents = import.meta.glob('../../docs/operations/*.graphql', { query: '?raw', import: 'default', eager: true });
const variables = import.meta.glob('../../docs/operations/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const stem = (path) => path.slice(FOLDER.length, -'.graphql'.length);

export const operations = Object.keys(documents)
  .sort()
  .map((path) => ({
    query: documents[path].trimEnd(),
    variables: variables[`${FOLDER}${stem(path)}.variables.json`]?.trimEnd(),
  }));
