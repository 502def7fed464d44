//! Twelve zones: with summer time and without, of both halves of the earth, of half and quarter hours, and some whose rules
//! have changed.

pub(crate) const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Cairo",
    "UTC",
];
