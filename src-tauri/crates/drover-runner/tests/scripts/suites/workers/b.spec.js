const { test, expect } = require('@playwright/test');

for (const path of ['/', '/who', '/popup']) {
  test(`opens ${path}`, async ({ page }) => {
    const answer = await page.goto(path);
    expect(answer.status()).toBe(200);
  });
}
