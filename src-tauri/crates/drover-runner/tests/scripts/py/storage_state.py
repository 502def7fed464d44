import os
from urllib.parse import urlparse

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context()
    page = context.new_page()
    page.goto(os.environ["SITE"] + "/in")
    page.evaluate("localStorage.setItem('basket', '3 pears')")
    state = context.storage_state(path="state.json")
    context.close()
    here = [cookie for cookie in state["cookies"] if cookie["domain"] == urlparse(os.environ["SITE"]).hostname]
    print([cookie["name"] + "=" + cookie["value"] for cookie in here])
    print([origin["localStorage"] for origin in state["origins"] if origin["origin"] == os.environ["SITE"]])
    again = browser.new_context(storage_state="state.json")
    page = again.new_page()
    page.goto(os.environ["SITE"] + "/who")
    print(page.inner_text("h1"), page.evaluate("localStorage.getItem('basket')"))
    browser.close()
