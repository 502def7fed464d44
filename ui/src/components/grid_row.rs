//! One row of a [`super::DataGrid`]. A struct component, because hundreds of them are diffed while scrolling.

use std::rc::Rc;

use yew::prelude::*;

use super::{Checkbox, Column, Row};

/// What all rows of a grid share.
pub(super) struct RowPlace {
    /// Pixels.
    pub height: i32,
    pub tracks: AttrValue,
    pub columns: &'static [Column],
    pub testid: AttrValue,
    pub onopen: Callback<usize>,
    pub onselect: Option<Callback<(usize, bool)>>,
    pub onactivate: Callback<usize>,
}

impl PartialEq for RowPlace {
    fn eq(&self, other: &Self) -> bool {
        (self.height, &self.tracks, self.columns, &self.testid)
            == (other.height, &other.tracks, other.columns, &other.testid)
            && (&self.onopen, &self.onselect, &self.onactivate)
                == (&other.onopen, &other.onselect, &other.onactivate)
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct GridRowProps {
    pub index: usize,
    pub row: Row,
    pub active: bool,
    pub place: Rc<RowPlace>,
}

pub(super) struct GridRow;

pub(super) enum GridRowMsg {
    Click(MouseEvent),
    Select,
    Focus,
}

impl Component for GridRow {
    type Message = GridRowMsg;
    type Properties = GridRowProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn update(&mut self, ctx: &Context<Self>, msg: GridRowMsg) -> bool {
        let GridRowProps { index, place, .. } = ctx.props();
        match msg {
            GridRowMsg::Focus => place.onactivate.emit(*index),
            GridRowMsg::Select => {
                if let Some(select) = &place.onselect {
                    select.emit((*index, false));
                }
            }
            GridRowMsg::Click(event) => match &place.onselect {
                Some(select) if event.shift_key() || event.ctrl_key() || event.meta_key() => {
                    select.emit((*index, event.shift_key()));
                }
                _ => place.onopen.emit(*index),
            },
        }
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let GridRowProps {
            index,
            row,
            active,
            place,
        } = ctx.props();
        let link = ctx.link();
        let shift = i64::from(place.height) * i64::try_from(*index).unwrap_or(0);
        let testid = format!("row-{}-{}", place.testid, row.key);
        html! {
            <div
                class={classes!("vlist__row", active.then_some("vlist__row--active"))}
                role="row"
                aria-rowindex={(index + 2).to_string()}
                aria-selected={place.onselect.is_some().then_some(if row.selected { "true" } else { "false" })}
                tabindex={if *active { "0" } else { "-1" }}
                style={format!("--cols: {}; transform: translateY({shift}px)", place.tracks)}
                data-testid={testid}
                onclick={link.callback(GridRowMsg::Click)}
                onfocus={link.callback(|_: FocusEvent| GridRowMsg::Focus)}
            >
                if place.onselect.is_some() {
                    <span role="gridcell" onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                        <Checkbox label={format!("Select {}", row.name)} hidden_label={true} checked={row.selected}
                            onchange={link.callback(|_: bool| GridRowMsg::Select)} />
                    </span>
                }
                for (column, cell) in place.columns.iter().zip(&row.cells) {
                    <span role="gridcell" class={column.number.then_some("vlist__num")}>{ cell.clone() }</span>
                }
            </div>
        }
    }
}
