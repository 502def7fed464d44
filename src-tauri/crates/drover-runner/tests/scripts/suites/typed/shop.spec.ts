import { expect, test } from './fixtures';

enum Price {
  Pear = '12.50',
}

test('knows the price', async ({ shop, password }) => {
  const price: string = await shop.signIn(password);
  expect(price).toBe(Price.Pear);
  await shop.page.goto('/who');
});

test.describe('another password', () => {
  test.use({ password: 'other' });
  test('is as good', async ({ shop, password }, info) => {
    await test.step('signs in', () => shop.signIn(password));
    expect(info.title).toBe('is as good');
  });
});
