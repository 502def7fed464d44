const { test, expect } = require('@playwright/test');

test('signs in', async ({ page }) => {
  await page.goto('/');
  await page.getByLabel('Password').fill('open sesame');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/in/);
  await expect(page.getByRole('heading')).toHaveText('Welcome');
  await page.goto('/who');
});

test('fits', async ({ page }) => {
  await page.goto('/who');
  console.log('width', await page.evaluate(() => innerWidth));
});

test('has a browser', async ({ browser, browserName, request }) => {
  expect(browserName).toBe('chromium');
  expect(browser.isConnected()).toBe(true);
  expect(await (await request.get('/api')).json()).toEqual({ price: 12.5 });
});
