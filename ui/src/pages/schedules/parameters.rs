//! The values that a schedule gives its task.

use drover_model::TaskSpec;
use drover_model::plan::text_of;
use yew::prelude::*;

use super::editor::FormProps;
use crate::components::Input;

pub(super) fn parameters(props: &FormProps, task: Option<&TaskSpec>) -> Html {
    let Some(task) = task.filter(|task| !task.parameters.is_empty()) else {
        return Html::default();
    };
    html! {
        <div class="stack stack--tight">
            <span class="field__label">{ "Parameters of the task" }</span>
            <div class="pair">
                for (name, parameter) in &task.parameters { {
                    {
                        let key = name.clone();
                        let oninput = props.change.reform(move |text: String| {
                            let key = key.clone();
                            Box::new(move |draft: &mut crate::state::schedules::ScheduleDraft| {
                                draft.parameters.insert(key, text);
                            }) as super::editor::Change
                        });
                        let usual = parameter.default.as_ref().map(text_of);
                        let value = props.draft.parameters.get(name).cloned().unwrap_or_default();
                        html! {
                            <Input key={name.clone()} id={format!("s-param-{name}")} label={name.clone()} mono={true} optional={usual.is_some()} {value} {oninput}
                                error={props.error(&format!("parameters.{name}"))} placeholder={usual} hint={(!parameter.help.is_empty()).then(|| parameter.help.clone())}
                                testid={format!("schedule-param-{name}")} />
                        }
                    }
                } }
            </div>
        </div>
    }
}
