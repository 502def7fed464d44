import os

from playwright.sync_api import Route, sync_playwright


def answer(route: Route) -> None:
    route.fulfill(json={"price": 99})


with sync_playwright() as p:
    browser = p.chromium.launch()
    page = browser.new_page()
    page.route("**/api", answer)
    page.goto(os.environ["SITE"] + "/who")
    print(page.evaluate("fetch('/api').then((answer) => answer.json())"))
    page.unroute("**/api")
    print(page.evaluate("fetch('/api').then((answer) => answer.json())"))
    browser.close()
