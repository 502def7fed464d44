import asyncio
import os

from playwright.async_api import async_playwright, expect


async def main():
    async with async_playwright() as p:
        context = await p.chromium.launch_persistent_context("./user-data", headless=True)
        page = context.pages[0] if context.pages else await context.new_page()
        await page.goto(os.environ["SITE"] + "/in")
        await page.goto(os.environ["SITE"] + "/who")
        await expect(page.locator("h1")).to_have_text("known")
        print(await page.locator("h1").text_content())
        await context.close()


asyncio.run(main())
