//! The domains, each with its cookies when it stands open. Values are not there to be shown.

use drover_model::CookieRow;
use yew::prelude::*;

use crate::bridge::clock;
use crate::components::{EmptyState, Icon, Tag};
use crate::format;
use crate::state::keeping::{CookieBook, DomainRows, cookie_traits};

pub(super) fn domains(book: &CookieBook, ontoggle: &Callback<String>) -> Html {
    let (rows, left_out) = book.shown();
    if rows.is_empty() {
        return if book.filter.trim().is_empty() {
            html! { <EmptyState icon="cookie" title="No cookies" text="This profile has none yet. Sites set them when their pages are visited." testid="cookies-none" /> }
        } else {
            html! { <EmptyState icon="search" title="No cookie matches" text={format!("Nothing fits {}.", book.filter)} testid="cookies-unmatched" /> }
        };
    }
    html! {
        <>
            <div class="table-wrap">
                <table class="table" data-testid="cookie-domains">
                    <thead><tr><th>{ "Domain" }</th><th class="num">{ "Cookies" }</th><th class="num">{ "End with the browser" }</th><th class="num">{ "Partitioned" }</th></tr></thead>
                    <tbody>for row in &rows { { domain(row, ontoggle) } }</tbody>
                </table>
            </div>
            if left_out > 0 {
                <p class="mute">{ format!("{} more; narrow the filter to see them.", format::plural(left_out as u64, "domain")) }</p>
            }
        </>
    }
}

fn domain(row: &DomainRows<'_>, ontoggle: &Callback<String>) -> Html {
    let count = row.count;
    let is_open = row.cookies.is_some();
    let onclick = {
        let domain = count.domain.clone();
        ontoggle.reform(move |_: MouseEvent| domain.clone())
    };
    let number = |number: u64| {
        let class = classes!("num", (number == 0).then_some("mute"));
        html! { <td {class}>{ format::count(number) }</td> }
    };
    html! {
        <>
            <tr key={count.domain.clone()}>
                <td>
                    <button type="button" class="fold-button" aria-expanded={if is_open { "true" } else { "false" }} {onclick} data-testid={format!("cookie-domain-{}", count.domain)}>
                        <Icon name={if is_open { "chevron-down" } else { "chevron-right" }} /><span class="mono">{ &count.domain }</span>
                    </button>
                </td>
                { number(count.cookies) }
                { number(count.session) }
                { number(count.partitioned) }
            </tr>
            for cookie in row.cookies.iter().flatten() { { line(cookie) } }
        </>
    }
}

fn line(cookie: &CookieRow) -> Html {
    let key = &cookie.key;
    let expires = cookie.expires.map_or_else(
        || "ends with the browser".to_owned(),
        |at| format!("until {}", format::date(at)),
    );
    let title = cookie.expires.map(clock::local);
    let words = cookie_traits(cookie);
    let place = if key.path == "/" {
        key.domain.clone()
    } else {
        format!("{}{}", key.domain, key.path)
    };
    html! {
        <tr class="fold-row" key={format!("{} {} {} {:?}", key.domain, key.path, key.name, key.partition)}>
            <td colspan="4">
                <div class="cookie-line">
                    <span class="mono truncate cookie-line__name" title={key.name.clone()}>{ &key.name }</span>
                    <span class="second truncate" title={place.clone()}>{ &place }</span>
                    <span class="second" {title}>{ expires }</span>
                    <span class="second tabular">{ format::size(cookie.size) }</span>
                    <span class="cell-tags" title={words.join(", ")}>for word in &words { <Tag key={word.clone()} label={word.clone()} /> }</span>
                </div>
            </td>
        </tr>
    }
}
