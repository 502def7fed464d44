const { test, expect } = require('@playwright/test');

test('works at the second try', async ({ page }, info) => {
  await page.goto('/who');
  expect(info.retry).toBe(1);
});
test('works at once', async ({ page }) => {
  await page.goto('/');
});
test.fixme('is not written', async () => {});
test('is known to fail', async ({ page }) => {
  test.fail();
  await page.goto('/');
  expect(await page.title()).toBe('Nothing');
});
