//! What can be done with profiles, from the list and from the page of one.

use std::rc::Rc;

use drover_model::request::{DuplicateProfile, OpenBrowser, RemoveProfiles, RestoreProfiles};
use drover_model::{Profile, ProfileId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::hooks::{BrowserDesk, ToastHandle, use_link, use_toasts};
use crate::pages::keeping::Bring;
use crate::state::browsers;
use crate::state::profiles::ProfileForm;
use crate::{api, format};

/// Windows that are opened by one press; each takes a few hundred MB.
const AT_ONCE: usize = 10;

/// What lies over the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ProfileDialog {
    Edit(Box<ProfileForm>),
    /// Runs a task in these, by name.
    Run(Vec<String>),
    Import,
    /// Brings in a profile with its browser data.
    Bring(Bring),
    Export(Vec<ProfileId>),
    /// Saves these as a set, by name.
    SaveSet(Vec<String>),
}

/// Callbacks that stay the same from one drawing to the next.
#[derive(Clone, PartialEq)]
pub(crate) struct ProfileActions {
    pub remove: Callback<Vec<ProfileId>>,
    pub restore: Callback<Vec<ProfileId>>,
    pub duplicate: Callback<Profile>,
}

#[hook]
pub fn use_profile_actions() -> ProfileActions {
    let (link, toasts) = (use_link(), use_toasts());
    let restore = use_callback(
        (link.clone(), toasts.clone()),
        |profiles: Vec<ProfileId>, (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                match api::restore_profiles(&link, RestoreProfiles { profiles }).await {
                    Ok(count) => toasts.done(format!(
                        "{} restored",
                        format::plural(u64::from(count), "profile")
                    )),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let remove = use_callback(
        (link.clone(), toasts.clone(), restore.clone()),
        |profiles: Vec<ProfileId>, (link, toasts, restore)| {
            let (link, toasts, restore) = (link.clone(), toasts.clone(), restore.clone());
            spawn_local(async move {
                match api::remove_profiles(
                    &link,
                    RemoveProfiles {
                        profiles: profiles.clone(),
                    },
                )
                .await
                {
                    Ok(count) => {
                        let undo = restore.reform(move |()| profiles.clone());
                        toasts.undoable(
                            format!(
                                "{} moved to the trash",
                                format::plural(u64::from(count), "profile")
                            ),
                            undo,
                        );
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let duplicate = use_callback((link, toasts), |profile: Profile, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            match api::duplicate_profile(
                &link,
                DuplicateProfile {
                    profile: profile.id,
                    name: None,
                },
            )
            .await
            {
                Ok(copy) => toasts.done(format!(
                    "`{}` made from `{}`, with an empty browser folder",
                    copy.name, profile.name
                )),
                Err(error) => toasts.failed(&error),
            }
        });
    });
    ProfileActions {
        remove,
        restore,
        duplicate,
    }
}

/// Opens each of these in its window.
pub(super) fn opening(desk: &BrowserDesk, toasts: &ToastHandle) -> Callback<Vec<Profile>> {
    let (desk, toasts) = (desk.clone(), toasts.clone());
    Callback::from(move |profiles: Vec<Profile>| {
        if profiles.len() > AT_ONCE {
            return toasts.info(format!(
                "At most {AT_ONCE} profiles are opened at once; select fewer"
            ));
        }
        for profile in profiles {
            desk.open(profile.id, &profile.name);
        }
    })
}

/// Closes those of these that nobody else has.
pub(super) fn closing(
    desk: &BrowserDesk,
    running: Option<Rc<Vec<OpenBrowser>>>,
) -> Callback<Vec<Profile>> {
    let desk = desk.clone();
    Callback::from(move |profiles: Vec<Profile>| {
        let running = running.as_ref().map_or(&[][..], |list| list.as_slice());
        let closable = |profile: &&Profile| {
            browsers::of(running, profile.id)
                .is_some_and(|browser| browsers::can_close(browser.state))
        };
        for profile in profiles.iter().filter(closable) {
            desk.close(profile.id, &profile.name, false);
        }
    })
}
