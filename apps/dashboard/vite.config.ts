import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the api listens while the dashboard is being worked on. */
const api = process.env['HEARTH_API_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    target: 'es2023',
    // Fonts stay files: inlined they would be paid for by everybody before the first paint.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': api, '/problems': api } },
});
