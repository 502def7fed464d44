//! The words of the domain: ids, profiles, proxies, tokens, tasks, plans, runs and
//! their transitions, events, errors, and the requests that every face of Drover sends.
//!
//! What it is not: it has no IO, no clock and no random source, and it imports no other
//! member. It compiles to wasm, so the window uses these very types.

pub mod batch;
pub mod command_error;
pub mod cookie;
pub mod encryption;
pub mod event;
pub mod extension;
pub mod field_error;
pub mod id;
pub mod keeping;
pub mod log;
pub mod login;
pub mod machine;
pub mod memory;
pub mod name;
pub mod network;
pub mod overrides;
pub mod plan;
pub mod profile;
pub mod profile_set;
pub mod proxy;
pub mod queue;
pub mod request;
pub mod retention;
pub mod run;
pub mod run_state;
pub mod schedule;
pub mod selection;
pub mod settings;
pub mod span;
pub mod step;
pub mod task;
pub mod task_file;
pub mod template;
pub mod test_pick;
pub mod token;

pub use batch::{Batch, BatchCounts};
pub use command_error::{Code, CommandError};
pub use cookie::{
    CookieCount, CookieFormat, CookieKey, CookieOutcome, CookieReport, CookieResult, CookieRow,
    CookieSkip, SameSite,
};
pub use encryption::{Encryption, PasswordStore};
pub use event::{Caller, Event, Fact, RunBatch, Seq};
pub use extension::{Extension, ExtensionState, ExtensionStatus};
pub use field_error::{FieldError, FieldErrors};
pub use id::{BatchId, PoolId, ProfileId, ProxyId, RunId, ScheduleId, TaskId, TokenId};
pub use keeping::{
    BundleInfo, CacheFolder, CacheKind, CopyReport, ForeignProfile, ImportItem, ImportOutcome,
    ImportReport, KeepProgress, KeptThing, LeftOut, Origin, Rollback, Snapshot, SnapshotId,
    SnapshotKind, SweepPlan, SweepReport, Usage,
};
pub use log::{LogLine, LogPage, Stream};
pub use login::{Login, LoginSite, LoginState};
pub use machine::{Check, CheckState};
pub use memory::MemoryLimit;
pub use name::{Name, TokenName};
pub use network::{HostUse, NetworkUse};
pub use plan::{Plan, PlanError, Surroundings};
pub use profile::{Profile, ProfileDraft};
pub use profile_set::ProfileSet;
pub use proxy::{
    ChangeLink, Notation, Paste, Pool, PoolMember, PoolState, PoolView, Proxy, ProxyAddress,
    ProxyEntry, ProxyHealth, ProxyScheme, ProxyState, ProxyUrl, Rotation, Rule, Rules,
};
pub use queue::{
    Capacity, Limit, LimitKey, LimitKind, Pause, PauseKey, PauseScope, Priority, Rate,
    ResourceNeed, WaitCode, WaitReason,
};
pub use request::{Request, command};
pub use retention::Retention;
pub use run::{Run, RunOrigin, RunRow};
pub use run_state::{Ended, IllegalMove, Move, RunState, StopIntent};
pub use schedule::{Schedule, ScheduleFile, ScheduleSpec};
pub use selection::{ProfilePick, ProxyPolicy};
pub use settings::Settings;
pub use span::Span;
pub use step::{Action, Locator, Step};
pub use task::{HandOver, Script, Task, TaskSpec, TokenUse, Work};
pub use task_file::TaskFile;
pub use template::Template;
pub use test_pick::TestPick;
pub use token::{TokenKind, TokenRef};
