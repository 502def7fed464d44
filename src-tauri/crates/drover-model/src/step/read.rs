//! From the written form to a step, with every problem named.

use super::{
    Action, Answer, Clear, CookieFile, CookieWork, Edge, ElementState, Expectation, Is,
    MouseButton, NewCookie, OptionPick, PictureOf, PixelsFile, Reading, SameSite, Scroll, Step,
    StepFile, TabPick, ValueType, reader::Reader,
};
use crate::{FieldErrors, Template};

impl StepFile {
    /// The step, or every problem with the key it belongs to, such as `steps[2].url`.
    pub fn checked(&self, index: usize) -> Result<Step, FieldErrors> {
        let mut reader = Reader {
            file: self,
            index,
            errors: FieldErrors::default(),
        };
        let action = reader.action();
        let timeout = self
            .timeout
            .as_deref()
            .and_then(|text| reader.take("timeout", text.parse()));
        reader.refuse_strangers();
        reader.errors.finish()?;
        Ok(Step {
            action: action.expect("BUG: a missing action has left an error"),
            timeout,
        })
    }
}

impl Reader<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each action")]
    fn action(&mut self) -> Option<Action> {
        let file = self.file;
        Some(match file.action.as_str() {
            "open" => Action::Open {
                url: self.text("url", file.url.as_deref(), "an address is needed")?,
            },
            "click" => {
                let at = self.at();
                let button = self.word("button", file.button.as_deref(), MouseButton::WORDS);
                Action::Click {
                    at: at?,
                    button: button.unwrap_or_default(),
                }
            }
            "double_click" => Action::DoubleClick { at: self.at()? },
            "hover" => Action::Hover { at: self.at()? },
            "fill" => {
                let (at, value) = (self.at(), self.value());
                Action::Fill {
                    at: at?,
                    value: value?,
                }
            }
            "type" => {
                let (at, value) = (self.at(), self.value());
                let delay = file.delay.as_deref().map(str::parse).transpose();
                let delay = self.take("delay", delay);
                Action::Type {
                    at: at?,
                    value: value?,
                    delay: delay?,
                }
            }
            "press" => {
                let at = self.at_if_any();
                let key = file.key.as_deref().unwrap_or_default().parse();
                let key = self.take("key", key);
                Action::Press { at, key: key? }
            }
            "select" => {
                let (at, option) = (self.at(), self.option());
                Action::Select {
                    at: at?,
                    option: option?,
                }
            }
            "check" => Action::Check { at: self.at()? },
            "uncheck" => Action::Uncheck { at: self.at()? },
            "upload" => {
                let (at, files) = (self.at(), self.files());
                Action::Upload {
                    at: at?,
                    files: files?,
                }
            }
            "wait" => {
                let state = self.word("state", file.state.as_deref(), ElementState::WORDS);
                let until = file
                    .until
                    .as_ref()
                    .ok_or_else(|| "say what to wait for: `for = { text = \"…\" }`".to_owned())
                    .and_then(|until| until.until(state));
                Action::Wait {
                    until: self.take("for", until)?,
                }
            }
            "scroll" => self.scroll()?,
            "extract" => self.extract()?,
            "assert" => Action::Assert {
                expect: self.expectation()?,
            },
            "screenshot" => self.screenshot()?,
            "pdf" => Action::Pdf {
                name: self.name("name", file.name.as_deref())?,
            },
            "download" => {
                let at = self.at();
                let into = self.name_if_any("as", file.into.as_deref());
                let name = self.name_if_any("name", file.name.as_deref());
                Action::Download {
                    at: at?,
                    into,
                    name,
                }
            }
            "evaluate" => self.evaluate()?,
            "cookies" => Action::Cookies {
                work: self.cookies()?,
            },
            "new_tab" => Action::NewTab {
                url: self.text_if_any("url", file.url.as_deref()),
            },
            "switch_tab" => Action::SwitchTab { to: self.tab()? },
            "close_tab" => Action::CloseTab,
            "dialog" => self.dialog()?,
            "pause" => Action::Pause {
                reason: self.text("reason", file.reason.as_deref(), "say what the person does")?,
            },
            other => {
                let known = StepFile::ACTIONS.join(", ");
                let problem = format!("`{other}` is not a step; use one of {known}");
                return self.wrong("do", problem);
            }
        })
    }

    fn option(&mut self) -> Option<OptionPick> {
        let file = self.file;
        match (&file.value, &file.label, file.index) {
            (Some(value), None, None) => self.template("value", value).map(OptionPick::Value),
            (None, Some(label), None) => self.template("label", label).map(OptionPick::Label),
            (None, None, Some(index)) => Some(OptionPick::Index(index)),
            (None, None, None) => {
                self.wrong("label", "say which entry: `label`, `value` or `index`")
            }
            _ => self.wrong("label", "give one of `label`, `value` and `index`"),
        }
    }

    fn files(&mut self) -> Option<Vec<Template>> {
        let files = self.file.files.as_deref().unwrap_or_default();
        if files.is_empty() || files.iter().any(|file| file.trim().is_empty()) {
            return self.wrong("files", "name at least one file: `files = [\"…\"]`");
        }
        let files: Vec<_> = files
            .iter()
            .map(|file| self.template("files", file))
            .collect();
        files.into_iter().collect()
    }

    fn scroll(&mut self) -> Option<Action> {
        let file = self.file;
        let at = self.at_if_any();
        let edge = self.word("to", file.to.as_deref(), Edge::WORDS);
        let to = match (file.by, edge) {
            (Some(_), Some(_)) => return self.wrong("by", "give `by` or `to`, not both"),
            (Some(PixelsFile { x: 0, y: 0 }), None) => {
                return self.wrong("by", "say how far: `by = { y = 600 }`");
            }
            (Some(PixelsFile { x, y }), None) => Scroll::By { x, y },
            (None, Some(edge)) => Scroll::Edge(edge),
            (None, None) if at.is_some() => Scroll::IntoView,
            (None, None) => {
                return self.wrong(
                    "at",
                    "say where to: `at = { … }`, `by = { y = 600 }` or `to = \"end\"`",
                );
            }
        };
        Some(Action::Scroll { at, to })
    }

    fn extract(&mut self) -> Option<Action> {
        let file = self.file;
        let at = self.at();
        let into = self.name("as", file.into.as_deref());
        let kind = self.word("type", file.kind.as_deref(), ValueType::WORDS);
        let reading = match (file.what.as_deref(), file.attribute.as_deref()) {
            (None | Some("text"), None) => Some(Reading::Text),
            (Some("value"), None) => Some(Reading::Value),
            (Some("table"), None) if file.kind.is_some() => {
                self.wrong("type", "a table is always a list of its rows")
            }
            (Some("table"), None) => Some(Reading::Table),
            (None, Some(name)) if !name.trim().is_empty() => {
                Some(Reading::Attribute(name.trim().to_owned()))
            }
            (None, Some(_)) => self.wrong("attribute", "a name is needed"),
            (Some(_), Some(_)) => self.wrong("what", "give `what` or `attribute`, not both"),
            (Some(other), None) => self.wrong(
                "what",
                format!("`{other}` is unknown; use `text`, `value` or `table`"),
            ),
        };
        Some(Action::Extract {
            at: at?,
            reading: reading?,
            all: file.all,
            into: into?,
            kind: kind.unwrap_or_default(),
        })
    }

    fn expectation(&mut self) -> Option<Expectation> {
        let file = self.file;
        let said: Vec<&str> = file
            .keys()
            .filter(|key| *key != "at" && StepFile::reads("assert").contains(key))
            .collect();
        let [said] = said.as_slice() else {
            let problem = "expect one thing: `state`, `equals`, `contains`, `value`, `count`, `url` or `title`";
            return self.wrong("state", problem);
        };
        match *said {
            "url" if file.at.is_none() => self
                .text("url", file.url.as_deref(), "an address is needed")
                .map(Expectation::Url),
            "title" if file.at.is_none() => self
                .text("title", file.title.as_deref(), "a title is needed")
                .map(Expectation::Title),
            "url" | "title" => {
                self.wrong("at", format!("`{said}` is of the page, so it has no `at`"))
            }
            other => {
                let at = self.at();
                let is = match other {
                    "state" => self
                        .word("state", file.state.as_deref(), ElementState::WORDS)
                        .map(Is::State),
                    "equals" => self
                        .template("equals", file.equals.as_deref()?)
                        .map(Is::Text),
                    "contains" => self
                        .text("contains", file.contains.as_deref(), "a text is needed")
                        .map(Is::Contains),
                    "value" => self
                        .template("value", file.value.as_deref()?)
                        .map(Is::Value),
                    _ => file.count.map(Is::Count),
                };
                Some(Expectation::Element { at: at?, is: is? })
            }
        }
    }

    fn screenshot(&mut self) -> Option<Action> {
        let file = self.file;
        let name = self.name("name", file.name.as_deref());
        let at = self.at_if_any();
        let of = match (file.of.as_deref(), at) {
            (None | Some("page"), None) => Some(PictureOf::Page),
            (Some("full"), None) => Some(PictureOf::Full),
            (None, Some(at)) => Some(PictureOf::Element(at)),
            (Some(_), Some(_)) => self.wrong("of", "give `of` or `at`, not both"),
            (Some(other), None) => {
                self.wrong("of", format!("`{other}` is unknown; use `page` or `full`"))
            }
        };
        Some(Action::Screenshot {
            name: name?,
            of: of?,
        })
    }

    fn evaluate(&mut self) -> Option<Action> {
        let file = self.file;
        let into = self.name_if_any("as", file.into.as_deref());
        let kind = self.word("type", file.kind.as_deref(), ValueType::WORDS);
        let script = file.script.as_deref().unwrap_or_default().trim();
        if script.is_empty() {
            return self.wrong("script", "a script is needed");
        }
        Some(Action::Evaluate {
            script: script.to_owned(),
            into,
            kind: kind.unwrap_or(ValueType::Json),
        })
    }

    fn cookies(&mut self) -> Option<CookieWork> {
        let file = self.file;
        let url = self.text_if_any("url", file.url.as_deref());
        let name = self.name_if_any("name", file.name.as_deref());
        match (&file.set, file.clear.as_deref(), &file.into) {
            (Some(cookie), None, None) if url.is_none() && name.is_none() => {
                self.cookie(cookie).map(Box::new).map(CookieWork::Set)
            }
            (None, Some(which), None) if name.is_none() => match (which, url) {
                ("all", None) => Some(CookieWork::Clear(Clear::All)),
                ("page", None) => Some(CookieWork::Clear(Clear::Page)),
                ("page", Some(url)) => Some(CookieWork::Clear(Clear::Url(url))),
                ("all", Some(_)) => self.wrong("url", "`all` clears every site's cookies"),
                (other, _) => self.wrong(
                    "clear",
                    format!("`{other}` is unknown; use `page` or `all`"),
                ),
            },
            (None, None, Some(into)) => {
                let into = self.name("as", Some(into))?;
                Some(CookieWork::Read { url, name, into })
            }
            (None, None, None) => self.wrong(
                "set",
                "say what to do: `set = { … }`, `clear = \"page\"` or `as = \"…\"`",
            ),
            _ => self.wrong(
                "set",
                "give one of `set`, `clear` and `as`; `url` and `name` choose what is read, `url` what is cleared",
            ),
        }
    }

    fn cookie(&mut self, cookie: &CookieFile) -> Option<NewCookie> {
        let name = self.name("set", Some(&cookie.name));
        let value = self.template("set", &cookie.value);
        let domain = self.text_if_any("set", cookie.domain.as_deref());
        let expires = cookie.expires.as_deref().map(str::parse).transpose();
        let expires = self.take("set", expires);
        let same_site = self.word("set", cookie.same_site.as_deref(), SameSite::WORDS);
        Some(NewCookie {
            name: name?,
            value: value?,
            domain,
            path: cookie.path.clone(),
            expires: expires?,
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site,
        })
    }

    fn tab(&mut self) -> Option<TabPick> {
        let file = self.file;
        match (file.index, &file.url, &file.title) {
            (Some(index), None, None) => Some(TabPick::Index(index)),
            (None, Some(url), None) => self
                .text("url", Some(url), "an address is needed")
                .map(TabPick::Url),
            (None, None, Some(title)) => self
                .text("title", Some(title), "a title is needed")
                .map(TabPick::Title),
            _ => self.wrong("index", "say which tab: `index`, `url` or `title`"),
        }
    }

    fn dialog(&mut self) -> Option<Action> {
        let file = self.file;
        let text = file.value.as_deref();
        let text = text.map(|text| self.template("value", text));
        let answer = match (file.answer.as_deref(), text) {
            (Some("accept"), None) => Answer::Accept(None),
            (Some("accept"), Some(text)) => Answer::Accept(Some(text?)),
            (Some("dismiss"), None) => Answer::Dismiss,
            (Some("dismiss"), Some(_)) => {
                return self.wrong("value", "a dialog that is dismissed takes no text");
            }
            _ => return self.wrong("answer", "say `accept` or `dismiss`"),
        };
        match file.count.unwrap_or(1) {
            0 => self.wrong("count", "at least one dialog is needed"),
            count => Some(Action::Dialog { answer, count }),
        }
    }

    /// A key that the action does not read is a mistake of its writer.
    fn refuse_strangers(&mut self) {
        let action = self.file.action.as_str();
        if !StepFile::ACTIONS.contains(&action) {
            return;
        }
        let reads = StepFile::reads(action);
        for key in self.file.keys().filter(|key| !reads.contains(key)) {
            let field = self.key(key);
            self.errors
                .add(field, format!("`{action}` does not use `{key}`"));
        }
    }
}
