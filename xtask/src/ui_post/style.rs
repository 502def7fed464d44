//! Style sheets without what only people read.

/// Drops indentation, line ends and comments that have a line of their own. What stands inside a line stays as it is,
/// but for the spaces around braces, so nothing that a browser reads changes.
pub(super) fn squeezed(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    for line in sheet.lines().map(str::trim) {
        let comment = line.starts_with("/*") && line.find("*/") == line.len().checked_sub(2);
        if line.is_empty() || comment {
            continue;
        }
        if !out.is_empty() && !out.ends_with(['{', '}', ';', ',']) {
            out.push(' ');
        }
        out.push_str(&line.replace(" { ", "{").replace("; }", "}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::squeezed;

    #[test]
    fn rules_stay_and_what_is_around_them_goes() {
        let sheet = "/* One block. */\n@layer a {\n  .b > .c { width: calc(100% - 4px); color: red; }\n\n  \
            .d,\n  .e:hover { top: 0; }\n}\n";
        assert_eq!(
            squeezed(sheet),
            "@layer a {.b > .c{width: calc(100% - 4px); color: red}.d,.e:hover{top: 0}}"
        );
    }

    #[test]
    fn a_comment_over_several_lines_and_one_before_a_rule_stay_whole() {
        let sheet = "/* one\n two */\n/* x */ .a { top: 0; } /* y */";
        assert_eq!(squeezed(sheet), "/* one two */ /* x */ .a{top: 0} /* y */");
    }
}
