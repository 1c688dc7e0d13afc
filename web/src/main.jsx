import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { Logo } from './logo.jsx';
import { operations } from './operations.js';
import { storage } from './storage.js';
import { MonacoColors } from './theme.jsx';

const endpoint = new URL('/graphql', window.location.origin);

const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, 'ws'),
});

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={operations}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={false}
  >
    <GraphiQL.Logo>
      <Logo />
    </GraphiQL.Logo>
    <MonacoColors />
  </GraphiQL>,
);
