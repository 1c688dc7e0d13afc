"""As much of GitHub's schema as its imitation knows; names, arguments and nullability are GitHub's.

https://docs.github.com/en/graphql/reference.
"""

_PAGED = "after: String, before: String, first: Int, last: Int"


def _connection(kind: str, edge: str | None = None, count: str = "totalCount: Int!") -> str:
    edge = edge or f"{kind}Edge"
    return f"""
    type {kind}Connection {{ edges: [{edge}] nodes: [{kind}] pageInfo: PageInfo! {count} }}
    type {edge} {{ cursor: String! node: {kind} }}
    """


SDL = f"""
scalar DateTime
scalar URI
enum OrderDirection {{ ASC DESC }}
enum IssueState {{ CLOSED OPEN }}
enum PullRequestState {{ CLOSED MERGED OPEN }}
enum IssueOrderField {{ COMMENTS CREATED_AT UPDATED_AT }}
enum ReleaseOrderField {{ CREATED_AT NAME }}
enum RepositoryAffiliation {{ COLLABORATOR ORGANIZATION_MEMBER OWNER }}
enum RepositoryOrderField {{ CREATED_AT NAME PUSHED_AT STARGAZERS UPDATED_AT }}
enum SearchType {{ DISCUSSION ISSUE REPOSITORY USER }}
input IssueOrder {{ direction: OrderDirection! field: IssueOrderField! }}
input ReleaseOrder {{ direction: OrderDirection! field: ReleaseOrderField! }}
input RepositoryOrder {{ direction: OrderDirection! field: RepositoryOrderField! }}
input CreateIssueInput {{
  assigneeIds: [ID!] body: String clientMutationId: String labelIds: [ID!] repositoryId: ID! title: String!
}}

interface Node {{ id: ID! }}
interface Actor {{ avatarUrl(size: Int): URI! login: String! url: URI! }}
interface RepositoryOwner {{
  avatarUrl(size: Int): URI!
  id: ID!
  login: String!
  repositories(
    {_PAGED}, orderBy: RepositoryOrder, ownerAffiliations: [RepositoryAffiliation] = [OWNER, COLLABORATOR]
  ): RepositoryConnection!
  url: URI!
}}
type User implements Actor & Node & RepositoryOwner {{
  avatarUrl(size: Int): URI!
  followers({_PAGED}): FollowerConnection!
  id: ID!
  login: String!
  name: String
  repositories(
    {_PAGED}, orderBy: RepositoryOrder, ownerAffiliations: [RepositoryAffiliation] = [OWNER, COLLABORATOR]
  ): RepositoryConnection!
  url: URI!
}}
type Language implements Node {{ id: ID! name: String! }}
type Label implements Node {{ color: String! id: ID! name: String! }}
type Repository implements Node {{
  createdAt: DateTime!
  description: String
  forkCount: Int!
  id: ID!
  issues({_PAGED}, orderBy: IssueOrder, states: [IssueState!]): IssueConnection!
  name: String!
  nameWithOwner: String!
  owner: RepositoryOwner!
  primaryLanguage: Language
  pullRequests({_PAGED}, orderBy: IssueOrder, states: [PullRequestState!]): PullRequestConnection!
  pushedAt: DateTime
  releases({_PAGED}, orderBy: ReleaseOrder): ReleaseConnection!
  stargazerCount: Int!
  updatedAt: DateTime!
  url: URI!
}}
type Issue implements Node {{
  assignees({_PAGED}): UserConnection!
  author: Actor
  body: String!
  createdAt: DateTime!
  id: ID!
  labels({_PAGED}): LabelConnection
  number: Int!
  repository: Repository!
  state: IssueState!
  title: String!
  updatedAt: DateTime!
  url: URI!
}}
type PullRequest implements Node {{
  author: Actor
  createdAt: DateTime!
  id: ID!
  merged: Boolean!
  number: Int!
  repository: Repository!
  state: PullRequestState!
  title: String!
  updatedAt: DateTime!
  url: URI!
}}
type Release implements Node {{
  createdAt: DateTime!
  id: ID!
  isDraft: Boolean!
  isPrerelease: Boolean!
  name: String
  publishedAt: DateTime
  tagName: String!
  url: URI!
}}
union SearchResultItem = Issue | PullRequest | Repository | User
type PageInfo {{ endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }}
type FollowerConnection {{ totalCount: Int! }}
type RateLimit {{
  cost: Int! limit: Int! nodeCount: Int! remaining: Int! resetAt: DateTime! used: Int!
}}
type CreateIssuePayload {{ clientMutationId: String issue: Issue }}
type Query {{
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  rateLimit: RateLimit
  repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
  repositoryOwner(login: String!): RepositoryOwner
  search({_PAGED}, query: String!, type: SearchType!): SearchResultItemConnection!
  user(login: String!): User
  viewer: User!
}}
type Mutation {{ createIssue(input: CreateIssueInput!): CreateIssuePayload }}
{_connection("Issue")}
{_connection("PullRequest")}
{_connection("Release")}
{_connection("Repository")}
{_connection("User")}
{_connection("Label")}
{_connection("SearchResultItem", count="issueCount: Int! repositoryCount: Int! userCount: Int!")}
"""
