//! The content security policy of the shipped window, as Tauri completes it.

use anyhow::{Context, Result};

use crate::digest;
use crate::layout;

/// The policy of tauri.conf.json with the hashes of the inline scripts of `page`, which Tauri adds
/// when it embeds a page.
pub(super) fn policy_for(page: &str) -> Result<String> {
    let path = layout::root().join("tauri.conf.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("failed to read `{}`", path.display()))?;
    let config: serde_json::Value = serde_json::from_str(&text)
        .with_context(|| format!("failed to parse `{}`", path.display()))?;
    let policy = config
        .pointer("/app/security/csp")
        .and_then(serde_json::Value::as_str)
        .context("`app.security.csp` in tauri.conf.json is no text")?;
    Ok(with_hashes(policy, page))
}

fn with_hashes(policy: &str, page: &str) -> String {
    let mut hashes = String::new();
    for script in inline_scripts(page) {
        hashes.extend([" 'sha256-", &digest::base64(script.as_bytes()), "'"]);
    }
    let directives: Vec<String> = policy
        .split(';')
        .map(|directive| match directive.trim() {
            scripts if scripts.starts_with("script-src ") => format!("{scripts}{hashes}"),
            other => other.to_owned(),
        })
        .collect();
    directives.join("; ")
}

/// The bodies of all scripts without a `src`.
fn inline_scripts(page: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, body)) = after.split_once('>') else {
            break;
        };
        let Some((body, after)) = body.split_once("</script>") else {
            break;
        };
        if !attributes.contains("src=") {
            scripts.push(body);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inline_scripts_are_hashed() {
        let page = "<script type=\"module\">start()</script><script src=\"a.js\"></script>";
        assert_eq!(inline_scripts(page), ["start()"]);
        let policy = with_hashes("default-src 'none'; script-src 'self'; img-src data:", page);
        let hash = digest::base64(b"start()");
        assert_eq!(
            policy,
            format!("default-src 'none'; script-src 'self' 'sha256-{hash}'; img-src data:")
        );
    }

    #[test]
    fn a_page_without_scripts_keeps_the_policy() {
        assert_eq!(with_hashes("script-src 'self'", "<p>"), "script-src 'self'");
    }
}
