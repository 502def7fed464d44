import asyncio
import os

from playwright.async_api import async_playwright


async def visit(context, path):
    page = await context.new_page()
    await page.goto(path)
    return await page.title()


async def main():
    async with async_playwright() as p:
        browser = await p.chromium.launch()
        context = await browser.new_context(base_url=os.environ["SITE"])
        await visit(context, "/in")
        print(await asyncio.gather(visit(context, "/"), visit(context, "/who"), visit(context, "/popup")))
        await context.close()
        await browser.close()
        print(browser.is_connected())


asyncio.run(main())
