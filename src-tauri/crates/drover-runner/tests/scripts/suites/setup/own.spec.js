const { test, expect } = require('@playwright/test');

test.use({ storageState: 'state.json' });

test('the own server answers', async ({ page }) => {
  await page.goto(`http://127.0.0.1:${process.env.OWN_PORT}/`);
  await expect(page).toHaveTitle('Own');
  expect(process.env.FROM_SETUP).toBe('yes');
});

test('the setup signed in', async ({ page }) => {
  await page.goto(`${process.env.SITE}/who`);
  await expect(page.locator('h1')).toHaveText('known');
});
