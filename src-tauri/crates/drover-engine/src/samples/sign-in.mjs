// Signs in to the sample shop and reads a price. It runs in the profile's own browser.
import { chromium } from 'playwright-core';
import { output, progress, secret } from 'drover';

const { url } = JSON.parse(process.env.DROVER_PARAMS);

const browser = await chromium.launch();
const page = await browser.newPage();
progress(1, 3, 'opening the shop');
await page.goto(url);
await page.getByLabel('User').fill('anna');
await page.getByLabel('Password').fill(await secret('sample-password'));
progress(2, 3, 'signing in');
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByText('Welcome').waitFor();
const price = await page.getByTestId('price').innerText();
console.log(`the lamp costs ${price}`);
output('price', price);
progress(3, 3, 'done');
await browser.close();
