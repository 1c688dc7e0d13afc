// Runs one operation with a client from npm, and prints each result that it gives as a line of JSON: {data, errors, more}.
// Usage: node client.mjs <apollo-newer|apollo-older|urql|sse> <url> <operation> [accept]
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental'
import { Client, fetchExchange } from '@urql/core'
import { createClient } from 'graphql-sse'

const [name, url, query, accept] = process.argv.slice(2)

function tell(data, errors, more, extensions) {
  const told = (errors ?? []).map(({ message, path, extensions }) => ({ message, path, extensions }))
  process.stdout.write(JSON.stringify({ data, errors: told, more, extensions }) + '\n')
}

function apollo(incrementalHandler) {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url }), incrementalHandler })
  return new Promise((resolve) => {
    const results = client.watchQuery({ query: gql(query), errorPolicy: 'all' })
    results.subscribe(({ data, dataState, error, loading }) => {
      if (dataState === 'empty' && loading) return
      tell(data, error?.errors, loading) // `dataState` is "complete" all the while that items come
      if (!loading) resolve()
    })
  })
}

function urql() {
  const fetchOptions = accept ? { headers: { accept } } : {}
  const client = new Client({ url, exchanges: [fetchExchange], fetchOptions, preferGetMethod: false })
  return new Promise((resolve) => {
    client.query(query, {}).subscribe(({ data, error, hasNext, extensions }) => {
      tell(data, error?.graphQLErrors, hasNext, extensions)
      if (!hasNext) resolve()
    })
  })
}

async function sse() {
  const headers = accept ? { accept } : undefined
  const client = createClient({ url, retryAttempts: 0, headers })
  for await (const { data, errors, hasNext, extensions } of client.iterate({ query })) {
    tell(data, errors, hasNext, extensions)
  }
}

const clients = {
  'apollo-newer': () => apollo(new GraphQL17Alpha9Handler()),
  'apollo-older': () => apollo(new Defer20220824Handler()),
  urql,
  sse,
}
await clients[name]()
process.exit(0)
