import { chromium, request } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext();
const page = await context.newPage();
await page.goto(`${process.env.SITE}/in`);
const known = await context.request.get(`${process.env.SITE}/who`);
console.log(known.status(), (await known.text()).includes('known'));
const alone = await request.newContext({ baseURL: process.env.SITE });
console.log(await (await alone.get('/api')).json());
await alone.dispose();
await browser.close();
