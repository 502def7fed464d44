//! Answers about bundles and about profiles of other browsers.

use drover_model::request::{
    ExportBundle, ImportBundle, ImportForeign, ImportedBundle, ImportedForeign,
    ListForeignProfiles, SaveProfile,
};
use drover_model::{
    BundleInfo, Code, CommandError, Fact, ForeignProfile, ImportItem, ImportOutcome, ImportReport,
    KeptThing, LeftOut, Origin, Profile, ProfileDraft,
};

use super::keeping::copy;
use super::{Outcome, fine};
use crate::bridge::demo::scene::Scene;
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn export_bundle(&mut self, request: ExportBundle) -> Outcome<ExportBundle> {
        self.stopped(&request.profile)?;
        let mut report = copy();
        if !request.logins {
            report.files -= 4;
            report.bytes -= 3_400_000;
        }
        fine(report)
    }

    pub(super) fn import_bundle(&mut self, request: ImportBundle) -> Outcome<ImportBundle> {
        if !request.path.contains("drover") {
            let message = format!("`{}` is not a bundle of Drover", request.path);
            return Err(CommandError::new(Code::UnsafeImport, message)
                .hint("choose a file that `Export bundle` wrote"));
        }
        let name = request
            .name
            .unwrap_or_else(|| "anna from office".to_owned());
        let (profile, facts) = self.bring(name)?;
        let copy = copy();
        let info = BundleInfo {
            profile: "anna".to_owned(),
            at: self.ago(86_400 * 2),
            origin: origin(),
            logins: false,
            files: copy.files,
            bytes: copy.bytes,
        };
        let imported = ImportedBundle {
            profile,
            info,
            copy,
        };
        Ok((imported, facts))
    }

    pub(super) fn list_foreign_profiles(
        &mut self,
        _: ListForeignProfiles,
    ) -> Outcome<ListForeignProfiles> {
        if self.scene == Scene::Empty {
            return fine(Vec::new());
        }
        let all = [
            ("google-chrome", "Default", "Anna", "chrome"),
            ("google-chrome", "Profile 1", "Shop office", "chrome"),
            ("chromium", "Default", "Person 1", "chromium"),
            ("microsoft-edge", "Default", "Profile 1", "edge"),
        ];
        let found = all.map(|(root, folder, name, brand)| ForeignProfile {
            root: format!("/home/anna/.config/{root}"),
            folder: folder.to_owned(),
            name: name.to_owned(),
            brand: Some(brand.to_owned()),
        });
        fine(found.to_vec())
    }

    pub(super) fn import_foreign(&mut self, request: ImportForeign) -> Outcome<ImportForeign> {
        if request.source.root.ends_with("microsoft-edge") {
            let message = format!("`{}` is open in Edge", request.source.root);
            return Err(CommandError::new(Code::InUse, message)
                .hint("close that browser first, then try again"));
        }
        let name = request.name.unwrap_or_else(|| request.source.name.clone());
        let (profile, facts) = self.bring(name)?;
        let mut copy = copy();
        copy.left.push(LeftOut {
            what: "Default/Local Storage/leveldb/LOCK".to_owned(),
            why: "a lock of the browser".to_owned(),
        });
        let imported = ImportedForeign {
            profile,
            report: ImportReport {
                items: items(),
                copy,
                major: Some(155),
            },
        };
        Ok((imported, facts))
    }

    fn bring(&mut self, name: String) -> Result<(Profile, Vec<Fact>), CommandError> {
        self.save_profile(SaveProfile {
            id: None,
            draft: ProfileDraft {
                name,
                browser: "auto".to_owned(),
                ..ProfileDraft::default()
            },
        })
    }
}

fn origin() -> Origin {
    Origin {
        brand: "chromium".to_owned(),
        crypt: "os".to_owned(),
        major: Some(156),
    }
}

fn items() -> Vec<ImportItem> {
    let came = |bytes: u64, note: Option<&str>| ImportOutcome::Copied {
        bytes,
        note: note.map(str::to_owned),
    };
    let left = |why: &str| ImportOutcome::Left {
        why: why.to_owned(),
    };
    let locked = "encrypted for `chrome`, which this profile is not opened with";
    let all = [
        (KeptThing::Bookmarks, came(48_200, None)),
        (KeptThing::History, came(9_400_000, None)),
        (
            KeptThing::Preferences,
            came(
                212_000,
                Some("without the start page, which the browser protects"),
            ),
        ),
        (
            KeptThing::Extensions,
            left("the browser takes only those that are added to the profile"),
        ),
        (KeptThing::Cookies, left(locked)),
        (KeptThing::Passwords, left(locked)),
        (KeptThing::FormData, came(184_000, None)),
        (KeptThing::SiteData, came(61_200_000, None)),
        (KeptThing::OpenTabs, ImportOutcome::Absent),
        (
            KeptThing::Account,
            left("a copy must not sync as if it were the original"),
        ),
        (KeptThing::Caches, left("they are fetched again")),
    ];
    all.into_iter()
        .map(|(thing, outcome)| ImportItem { thing, outcome })
        .collect()
}
