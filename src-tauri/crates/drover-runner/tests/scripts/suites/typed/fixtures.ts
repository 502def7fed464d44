import { test as base, type Page } from '@playwright/test';

class Shop {
  constructor(readonly page: Page) {}

  async signIn(password: string): Promise<string> {
    await this.page.goto('/');
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button').click();
    return (await this.page.locator('.price').textContent()) ?? '';
  }
}

export const test = base.extend<{ shop: Shop; password: string }>({
  password: ['open sesame', { option: true }],
  shop: async ({ page }, use) => {
    await use(new Shop(page));
    console.log('shop closed');
  },
});
export { expect } from '@playwright/test';
