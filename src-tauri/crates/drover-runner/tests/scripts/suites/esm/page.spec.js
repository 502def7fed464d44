import { expect, test } from '@playwright/test';

const { title } = await import('./title.js');

test.beforeEach(async ({ page }) => {
  await page.goto('/');
});

test('has its title', async ({ page, context }) => {
  await expect(page).toHaveTitle(title);
  const second = await context.newPage();
  await second.goto('/who');
  expect(context.pages().includes(second)).toBe(true);
});
