//! What a copy is called.

use drover_model::Name;

/// The name with " copy", shortened so far that it stays a name.
pub fn copy_name(name: &str) -> String {
    const END: &str = " copy";
    let room = Name::MAX - END.len();
    format!(
        "{}{END}",
        name.chars().take(room).collect::<String>().trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_a_name_that_fits() {
        assert_eq!(copy_name("Price check"), "Price check copy");
        assert!(copy_name(&"x".repeat(80)).parse::<Name>().is_ok());
    }
}
