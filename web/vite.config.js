import { defineConfig } from 'vite';

export default defineConfig({
  // The gateway serves the page at /graphql and everything else below /graphiql.
  base: '/graphiql/',
  esbuild: { jsx: 'automatic' },
  // Monaco's workers are modules that import one another; the default format cannot hold them.
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    // Monaco is one indivisible chunk of 3 MB, loaded once and then kept by the browser.
    chunkSizeWarningLimit: 4096,
  },
});
