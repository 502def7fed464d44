//! What can be done to a draft.

use drover_model::task::{
    Backoff, Keep, KeepScreenshot, Kind, OnLost, ParameterType, Placement, RetryOn,
};
use drover_model::{FieldError, ProxyPolicy, Task};

use super::rows::EnvRow;
use super::{Draft, Pick, Recording, Target};

/// A change of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepEdit {
    Action(String),
    Url(String),
    Value(String),
    /// The name of an output.
    Into(String),
    /// The name of a picture.
    Name(String),
    Timeout(String),
    /// Any key that is one line of text.
    Line(&'static str, String),
    /// How the element is found.
    Way(String),
    Text(String),
    /// The name that belongs to a role.
    RoleName(String),
}

/// A change of one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterEdit {
    Name(String),
    Kind(ParameterType),
    Default(String),
    Help(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    Run,
    Start,
    Idle,
    Memory,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DraftAction {
    Name(String),
    Kind(Kind),
    Target(Target),
    Script(String),
    Inline(String),
    Project(String),
    Grep(String),
    Placement(Placement),
    Program(String),
    /// The Node or Python that runs a script.
    Interpreter(String),
    /// The configuration of a project's runner.
    Config(String),
    /// The chosen tests of a project; none means all.
    Tests(Vec<String>),
    Shell(bool),
    Folder(String),
    AddArgument,
    Argument(usize, String),
    RemoveArgument(usize),
    MoveArgument(usize, usize),
    AddStep(String),
    Step(usize, StepEdit),
    RemoveStep(usize),
    MoveStep(usize, usize),
    Pick(Pick),
    Profile(String, bool),
    Tag(String),
    /// The name of a saved set.
    ProfileSet(String),
    PickCount(String),
    Proxy(ProxyPolicy),
    Token(String, bool),
    /// The variable in which a token is handed over; `None` means the pipe.
    TokenVariable(String, Option<String>),
    AddParameter,
    Parameter(usize, ParameterEdit),
    RemoveParameter(usize),
    AddEnv,
    Env(usize, EnvRow),
    RemoveEnv(usize),
    Limit(LimitKind, String),
    Retries(String),
    Backoff(Backoff),
    RetryOn(Vec<RetryOn>),
    OnLost(OnLost),
    /// The site whose sign-in it checks.
    ChecksLogin(String),
    /// The sites on which it has to be signed in, with commas between.
    NeedsLogin(String),
    Screenshot(KeepScreenshot),
    Record(Recording, Keep),
    Visible(Option<bool>),
    /// A field was left; from now on its problem is shown.
    Left(String),
    /// Saving was tried.
    Submit,
    /// The engine refused it.
    Refused(Vec<FieldError>),
    /// It is stored now.
    Stored(Box<Task>),
    /// Starts over with this.
    Replace(Box<Draft>),
}
