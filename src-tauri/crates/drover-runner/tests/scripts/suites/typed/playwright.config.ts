import { defineConfig } from '@playwright/test';

export default defineConfig({
  reporter: [['../../reporter.cjs'], ['json', { outputFile: 'report.json' }]],
  use: { baseURL: process.env.SITE },
});
