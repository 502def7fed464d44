//! Cookies of the page that steps work in.

use drover_model::step::SameSite;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{CookieAction, PreparedCookie, StepProblem, actions::Scene};
use crate::{
    Page,
    cdp::protocol::{
        ClearBrowserCookies, DeletePageCookie, GetPageCookies, PageCookie, SetPageCookie,
    },
    page::failed,
};

pub(super) async fn work(scene: &mut Scene<'_>, work: &CookieAction) -> Result<(), StepProblem> {
    let page = scene.page.clone();
    match work {
        CookieAction::Set(cookie) => set(&page, cookie).await,
        CookieAction::ClearAll => {
            let cleared = page.session().call(&ClearBrowserCookies {}).await;
            cleared.map_err(failed("clear the cookies"))?;
            Ok(())
        }
        CookieAction::Clear(url) => {
            let url = url.as_ref().map(ExposeSecret::expose_secret);
            for cookie in read(&page, url).await? {
                let delete = DeletePageCookie {
                    name: &cookie.name,
                    domain: &cookie.domain,
                    path: &cookie.path,
                };
                let deleted = page.session().call(&delete).await;
                deleted.map_err(failed("clear the cookies"))?;
            }
            Ok(())
        }
        CookieAction::Read { url, name, into } => {
            let url = url.as_ref().map(ExposeSecret::expose_secret);
            let cookies = read(&page, url).await?;
            let value = match name {
                None => cookies.iter().map(shown).collect(),
                Some(name) => cookies
                    .into_iter()
                    .find(|cookie| cookie.name == *name)
                    .map_or(Value::Null, |cookie| Value::String(cookie.value)),
            };
            scene.output(into, value);
            Ok(())
        }
    }
}

async fn set(page: &Page, cookie: &PreparedCookie) -> Result<(), StepProblem> {
    let url = page.url().await?;
    let set = SetPageCookie {
        name: &cookie.name,
        value: cookie.value.expose_secret(),
        url: cookie.domain.is_none().then_some(url.as_str()),
        domain: cookie.domain.as_deref(),
        path: cookie.path.as_deref(),
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: cookie.same_site.map(|same_site| match same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }),
        expires: cookie.expires,
    };
    let taken = page.session().call(&set).await;
    let taken = taken.map_err(failed("set the cookie"))?.success;
    if taken {
        return Ok(());
    }
    Err(StepProblem::Wrong {
        target: format!("cookie `{}`", cookie.name),
        problem:
            "Chrome did not take it; see that its site fits and that `none` comes with `secure`"
                .to_owned(),
    })
}

async fn read(page: &Page, url: Option<&str>) -> Result<Vec<PageCookie>, StepProblem> {
    let urls = url.map(|url| [url]);
    let get = GetPageCookies {
        urls: urls.as_ref().map(<[&str; 1]>::as_slice),
    };
    let cookies = page.session().call(&get).await;
    Ok(cookies.map_err(failed("read the cookies"))?.cookies)
}

fn shown(cookie: &PageCookie) -> Value {
    json!({
        "name": cookie.name,
        "value": cookie.value,
        "domain": cookie.domain,
        "path": cookie.path,
        "expires": (cookie.expires >= 0.0).then_some(cookie.expires),
        "http_only": cookie.http_only,
        "secure": cookie.secure,
        "same_site": cookie.same_site.as_ref().map(|word| word.to_lowercase()),
    })
}
