// Mercurius with its loaders and graphql-jit, on Fastify: https://mercurius.dev/#/docs/api/options
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { posts, typeDefs, users } from './upstream.mjs'

const app = Fastify()
app.register(mercurius, {
  schema: typeDefs,
  resolvers: { Query: { posts, greet: () => 'Hello' } },
  loaders: {
    Post: {
      user: {
        loader: (queries) => users(queries.map(({ obj }) => obj.userId)),
        // Its cache would write every post as JSON to tell one from another: `users` tells its users apart.
        opts: { cache: false },
      },
    },
  },
  jit: 1,
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
