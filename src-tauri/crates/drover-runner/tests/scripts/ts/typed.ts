import { chromium, type Page } from 'playwright';

enum Path {
  Shop = '/',
  Who = '/who',
}

async function titles(page: Page, paths: readonly Path[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.goto(`${process.env.SITE}${path}`);
    found.push(await page.title());
  }
  return found;
}

async function main(): Promise<void> {
  const browser = await chromium.launch();
  const page = await browser.newPage();
  console.log((await titles(page, [Path.Shop, Path.Who])).join());
  await browser.close();
}

void main();
