import { defineConfig } from 'vite';

/** `hearth-probe.mjs`: one file that runs with a Node of 20 or newer alone. */
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    outDir: 'dist',
    // It is built into the dashboard’s folder, among other files.
    emptyOutDir: false,
    target: 'node20',
    ssr: 'src/cli/hearth-probe.ts',
    rolldownOptions: {
      output: { entryFileNames: 'hearth-probe.mjs', codeSplitting: false },
      // Of the packages that we share it needs a few functions, and none that do something when they are read.
      treeshake: { moduleSideEffects: false },
    },
  },
});
