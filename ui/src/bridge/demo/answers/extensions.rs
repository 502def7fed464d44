//! Answers about extensions.

use drover_model::request::{AddExtension, ListExtensions, RemoveExtension};
use drover_model::{Code, CommandError, Extension};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn list_extensions(&mut self, request: ListExtensions) -> Outcome<ListExtensions> {
        let id = self.profile(&request.profile)?.id;
        fine(self.kept.extensions.get(&id).cloned().unwrap_or_default())
    }

    pub(super) fn add_extension(&mut self, request: AddExtension) -> Outcome<AddExtension> {
        let id = self.profile(&request.profile)?.id;
        let last = request.path.rsplit(['/', '\\']).next().unwrap_or_default();
        if last.contains("old") {
            let message = "the extension cannot be used: `manifest_version` is 2";
            return Err(CommandError::new(Code::UnsafeImport, message)
                .hint("give an unpacked folder, a .zip or a .crx of a Manifest V3 extension"));
        }
        let name = last.split('.').next().unwrap_or(last).to_owned();
        let extension = Extension {
            digest: format!("{:032x}", self.fresh()),
            name,
            version: "1.0".to_owned(),
            manifest_version: 3,
            description: None,
            permissions: vec!["storage".to_owned()],
            store_id: None,
            files: 12,
            bytes: 84_000,
        };
        let list = self.kept.extensions.entry(id).or_default();
        list.extensions.push(extension.clone());
        fine(extension)
    }

    pub(super) fn remove_extension(
        &mut self,
        request: RemoveExtension,
    ) -> Outcome<RemoveExtension> {
        let profile = self.profile(&request.profile)?;
        let (id, name) = (profile.id, profile.name.clone());
        let wanted = &request.extension;
        let list = self.kept.extensions.entry(id).or_default();
        let before = list.extensions.len() + list.damaged.len();
        list.extensions
            .retain(|one| one.digest != *wanted && one.name != *wanted);
        list.damaged
            .retain(|one| one.digest != *wanted && one.name != *wanted);
        if list.extensions.len() + list.damaged.len() == before {
            let message = format!("profile `{name}` has no extension `{wanted}`");
            return Err(CommandError::new(Code::Invalid, message).field("extension"));
        }
        fine(())
    }
}
