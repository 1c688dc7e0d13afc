// GraphQL Yoga with DataLoader, on Node's own server: https://the-guild.dev/graphql/yoga-server
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { posts, typeDefs, users } from './upstream.mjs'

const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: { posts, greet: () => 'Hello' },
      Post: { user: (post, _, context) => context.users.load(post.userId) },
    },
  }),
  context: () => ({ users: new DataLoader(users) }),
  logging: false,
  graphiql: false,
})
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1')
