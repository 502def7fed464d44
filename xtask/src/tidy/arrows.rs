//! Which member imports which.

use super::tables::Room;

/// A member of the workspace with the names of what it imports.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    pub(super) name: String,
    /// All normal dependencies, members and outside libraries.
    pub(super) normal: Vec<String>,
    /// All dependencies of the build script.
    pub(super) build: Vec<String>,
}

/// Arrows that are not drawn, and members that nobody has drawn.
pub(super) fn check(members: &[Member], rooms: &[Room]) -> Vec<String> {
    let is_member = |name: &String| members.iter().any(|member| &member.name == name);
    let mut wrong = Vec::new();
    for member in members {
        let Some(room) = rooms.iter().find(|room| room.name == member.name) else {
            wrong.push(format!(
                "`{}` is a member of the workspace but not in the table of `xtask/src/tidy/tables.rs`",
                member.name
            ));
            continue;
        };
        for (used, drawn, what) in [
            (&member.normal, room.imports, "imports"),
            (&member.build, room.builds_with, "builds with"),
        ] {
            let undrawn = used
                .iter()
                .filter(|name| is_member(name) && !drawn.contains(&name.as_str()));
            wrong.extend(undrawn.map(|name| {
                format!(
                    "`{}` {what} `{name}`: no such arrow in `xtask/src/tidy/tables.rs`",
                    member.name
                )
            }));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::super::tables::ROOMS;
    use super::*;

    fn member(name: &str, normal: &[&str], build: &[&str]) -> Member {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Member {
            name: name.to_owned(),
            normal: owned(normal),
            build: owned(build),
        }
    }

    fn with_all(changed: Member) -> Vec<Member> {
        let mut members: Vec<Member> = ROOMS
            .iter()
            .map(|room| member(room.name, room.imports, &[]))
            .collect();
        members.retain(|member| member.name != changed.name);
        members.push(changed);
        members
    }

    #[test]
    fn the_drawn_arrows_are_fine() {
        let members = with_all(member(
            "drover",
            &["drover-engine", "serde"],
            &["drover-model"],
        ));
        assert_eq!(check(&members, ROOMS), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_points_back_is_named() {
        let members = with_all(member(
            "drover-store",
            &["drover-model", "drover-engine"],
            &[],
        ));
        let wrong = check(&members, ROOMS);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(
            wrong[0].starts_with("`drover-store` imports `drover-engine`"),
            "{wrong:?}"
        );
    }

    #[test]
    fn a_build_script_has_arrows_of_its_own() {
        let members = with_all(member("drover", &[], &["drover-engine"]));
        assert!(check(&members, ROOMS)[0].contains("`drover` builds with `drover-engine`"));
    }

    #[test]
    fn a_member_that_is_not_in_the_table_fails() {
        let members = with_all(member("drover-new", &[], &[]));
        assert!(check(&members, ROOMS)[0].starts_with("`drover-new` is a member"));
    }

    #[test]
    fn the_table_itself_has_no_circle() {
        fn reaches(from: &str, to: &str) -> bool {
            let room = ROOMS.iter().find(|room| room.name == from);
            room.is_some_and(|room| {
                room.imports
                    .iter()
                    .any(|name| *name == to || reaches(name, to))
            })
        }
        for room in ROOMS {
            assert!(
                !reaches(room.name, room.name),
                "`{}` imports itself in the end",
                room.name
            );
        }
    }
}
