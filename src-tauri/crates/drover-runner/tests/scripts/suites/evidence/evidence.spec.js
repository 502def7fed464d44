const fs = require('node:fs');
const { test, expect } = require('@playwright/test');

test('attaches', async ({ page }, info) => {
  await page.goto('/');
  await info.attach('note', { body: 'a note', contentType: 'text/plain' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.goto('/download').then(() => page.getByText('Get it').click()),
  ]);
  expect(fs.readFileSync(await download.path(), 'utf8')).toBe('three pears');
});
