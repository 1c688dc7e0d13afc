// Audits the endpoint at the URL that is given, and prints the results as a JSON array of {id, name, status, reason}.
import { serverAudits } from 'graphql-http'

const [url] = process.argv.slice(2)
const results = await Promise.all(serverAudits({ url }).map((audit) => audit.fn()))
const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))
process.stdout.write(JSON.stringify(told))
