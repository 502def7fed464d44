//! A profile with a past: a full cache, stored files, visits and entries, all made by Chrome itself.

use std::time::Duration;

use drover_browser::{Browser, Page, cdp::protocol::Evaluate};

use crate::Done;
use crate::place::Place;
use crate::series::{Series, count};

/// Chrome bounds its HTTP cache by the free disk; below this it keeps everything.
const CACHE_MB: u64 = 150;
/// Pages in the history.
const VISITS: u32 = 200;
/// A gigabyte takes its time.
const LIMIT: Duration = Duration::from_mins(10);

/// Makes `aged-<megabytes>` where things are kept, unless it is there.
pub(crate) async fn age(place: &Place, megabytes: u64) -> Done<Vec<Series>> {
    let base = &place.setup.keep;
    let folder = base.join(format!("aged-{megabytes}"));
    let mark = base.join(format!("aged-{megabytes}.done"));
    if !mark.is_file() {
        std::fs::remove_dir_all(&folder).ok(); // of a run that was broken off
        let browser = Browser::launch(&place.door, place.options(folder.clone())).await?;
        let page = browser.new_page().await?;
        page.navigate(&place.setup.page("tiny"), LIMIT).await?;
        let cached = megabytes.min(CACHE_MB);
        evaluate(
            &page,
            &format!(
                "(async () => {{
                    for (let i = 0; i < {cached}; i++) await (await fetch('/blob/' + i)).arrayBuffer();
                    const store = await caches.open('past');
                    for (let i = {cached}; i < {megabytes}; i++) await store.put('/bulk/' + i, await fetch('/bulk/' + i));
                    for (let i = 0; i < 1000; i++) localStorage.setItem('key' + i, 'value'.repeat(100));
                    for (let i = 0; i < 100; i++) document.cookie = `c${{i}}=v; max-age=86400`;
                }})()"
            ),
        )
        .await?;
        for visit in 0..VISITS {
            page.navigate(&place.setup.page(&format!("visit/{visit}")), LIMIT)
                .await?;
        }
        browser.close().await?;
        std::fs::write(&mark, "")?;
    }
    let size = size(&folder)?;
    if size < megabytes * 9 / 10 {
        return Err(format!(
            "the aged profile has {size} MB instead of {megabytes}; remove `{}` and try again",
            folder.display()
        )
        .into());
    }
    let megabytes = usize::try_from(size)?;
    Ok(vec![Series::new("size", "MB", vec![count(megabytes)])])
}

async fn evaluate(page: &Page, expression: &str) -> Done<()> {
    let order = Evaluate {
        expression,
        context_id: None,
        await_promise: true,
        return_by_value: true,
    };
    let result = page.session().call_within(&order, LIMIT).await?;
    match result.exception_details {
        None => Ok(()),
        Some(_) => Err("the page could not fill the profile".into()),
    }
}

/// In MB.
fn size(folder: &std::path::Path) -> Done<u64> {
    let (mut bytes, mut open) = (0, vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                bytes += entry.metadata()?.len();
            }
        }
    }
    Ok(bytes / 1_000_000)
}
