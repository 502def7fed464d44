const { test, expect } = require('@playwright/test');

test('fails', async ({ page }) => {
  await page.goto('/who');
  await expect(page.locator('h1')).toHaveText('nobody', { timeout: 200 });
});
test('is too slow', async ({ page }) => {
  test.setTimeout(1500);
  await page.goto('/');
  await page.getByText('Sold out').click();
});
test('still runs', async ({ page }) => {
  await page.goto('/');
});
test.describe('with a broken hook', () => {
  test.beforeAll(() => {
    throw new Error('the hook is broken');
  });
  test('does not run', () => {});
});
