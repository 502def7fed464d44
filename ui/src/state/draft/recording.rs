//! What Drover can record of a script's pages.

use drover_model::task::Keep;
use drover_model::task_file::ArtifactsFile;

/// One kind of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    Trace,
    Video,
    Har,
}

impl Recording {
    pub const ALL: [Self; 3] = [Self::Trace, Self::Video, Self::Har];

    /// The word in task files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Video => "video",
            Self::Har => "har",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Trace => "Trace",
            Self::Video => "Video",
            Self::Har => "Requests (HAR)",
        }
    }

    pub const fn of(self, artifacts: &ArtifactsFile) -> Keep {
        match self {
            Self::Trace => artifacts.trace,
            Self::Video => artifacts.video,
            Self::Har => artifacts.har,
        }
    }

    pub(super) const fn in_file(self, artifacts: &mut ArtifactsFile) -> &mut Keep {
        match self {
            Self::Trace => &mut artifacts.trace,
            Self::Video => &mut artifacts.video,
            Self::Har => &mut artifacts.har,
        }
    }
}
