//! How well typed letters fit a title, for the command palette.

/// Points of a title, or nothing when the letters do not all occur in it in this order.
/// Word starts, capitals inside a word and letters after each other count more.
pub fn score(query: &str, title: &str) -> Option<i32> {
    let wanted: Vec<char> = query
        .chars()
        .filter(|char| !char.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    if wanted.is_empty() {
        return Some(0);
    }
    let letters: Vec<char> = title.chars().collect();
    // A greedy match from each possible start; titles are short, so trying all is cheap.
    (0..letters.len())
        .filter_map(|start| from(&wanted, &letters, start))
        .max()
}

fn from(wanted: &[char], letters: &[char], start: usize) -> Option<i32> {
    let mut points = 0;
    let mut last = None;
    let mut rest = wanted.iter().peekable();
    for (index, letter) in letters.iter().enumerate().skip(start) {
        let Some(next) = rest.peek() else { break };
        if !letter.to_lowercase().eq(std::iter::once(**next)) {
            last?; // without a first letter this start does not fit; another one is tried
            continue;
        }
        rest.next();
        points += 1
            + bonus(letters, index)
            + if last.is_some_and(|last| last + 1 == index) {
                6
            } else {
                0
            };
        last = Some(index);
    }
    if rest.peek().is_some() {
        return None;
    }
    let spread = i32::try_from(last.unwrap_or(start) - start).unwrap_or(i32::MAX);
    Some(points * 4 - spread - i32::try_from(letters.len()).unwrap_or(i32::MAX) / 8)
}

fn bonus(letters: &[char], index: usize) -> i32 {
    let Some(before) = index.checked_sub(1).and_then(|before| letters.get(before)) else {
        return 10;
    };
    if !before.is_alphanumeric() {
        8
    } else if before.is_lowercase()
        && letters
            .get(index)
            .is_some_and(|letter| letter.is_uppercase())
    {
        6
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(query: &str, titles: &[&'a str]) -> Option<&'a str> {
        let scored = titles
            .iter()
            .filter_map(|title| Some((score(query, title)?, *title)));
        scored
            .max_by_key(|(points, _)| *points)
            .map(|(_, title)| title)
    }

    #[test]
    fn letters_must_occur_in_order() {
        assert_eq!(score("xyz", "Proxies"), None);
        assert_eq!(score("sp", "ps"), None);
        assert!(score("prx", "Proxies").is_some());
        assert_eq!(score("", "Anything"), Some(0));
    }

    #[test]
    fn word_starts_and_runs_of_letters_win() {
        assert_eq!(
            best("pr", &["Open runs", "Proxies", "Stop run"]),
            Some("Proxies")
        );
        assert_eq!(best("nt", &["Vault entry", "New task"]), Some("New task"));
        assert_eq!(best("run", &["Resume until noon", "Runs"]), Some("Runs"));
    }
}
