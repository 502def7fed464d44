//! The overrides of one target.

use drover_model::overrides::Overrides;

use super::client_hints::{client_hints, platform};
use crate::cdp::{
    CdpError, Session,
    protocol::{
        Command, EnableNetwork, MediaFeature, Nothing, SetDeviceMetricsOverride, SetEmulatedMedia,
        SetExtraHttpHeaders, SetGeolocationOverride, SetLocaleOverride, SetTimezoneOverride,
        SetTouchEmulationEnabled, SetUserAgentOverride,
    },
};

/// What a target can be told, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Everything: a page.
    Page,
    /// Everything but the size, which is the page's: a frame in a process of its own.
    Frame,
    /// Who asks and with which headers.
    Worker,
    /// Nothing of ours: an extension's page, the browser's own pages, and what is not known.
    Nothing,
}

impl Reach {
    /// By `Target.TargetInfo.type`.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "page" => Self::Page,
            "iframe" => Self::Frame,
            "worker" | "shared_worker" | "service_worker" => Self::Worker,
            _ => Self::Nothing,
        }
    }
}

/// Sends all that is set. The first refusal ends it, and names what was refused.
pub(super) async fn apply(
    session: &Session,
    overrides: &Overrides,
    own_agent: &str,
    reach: Reach,
) -> Result<(), CdpError> {
    if reach == Reach::Nothing {
        return Ok(());
    }
    agent(session, overrides, own_agent).await?;
    if !overrides.headers.is_empty() {
        let network = EnableNetwork {
            max_total_buffer_size: 0,
            max_resource_buffer_size: 0,
        };
        tell(session, &network).await?;
        let headers = &overrides.headers;
        tell(session, &SetExtraHttpHeaders { headers }).await?;
    }
    if reach == Reach::Worker {
        return Ok(());
    }
    locale(session, overrides).await?;
    if let Some(scheme) = overrides.colour_scheme {
        let features = [MediaFeature {
            name: "prefers-color-scheme",
            value: scheme.css(),
        }];
        tell(session, &SetEmulatedMedia { features }).await?;
    }
    if reach == Reach::Page {
        page(session, overrides).await?;
    }
    Ok(())
}

async fn agent(session: &Session, overrides: &Overrides, own_agent: &str) -> Result<(), CdpError> {
    if overrides.user_agent.is_none() && overrides.language.is_none() {
        return Ok(());
    }
    let set = overrides.user_agent.as_deref();
    let hints = set.and_then(client_hints);
    let command = SetUserAgentOverride {
        user_agent: set.unwrap_or(own_agent),
        accept_language: overrides.language.as_deref(),
        platform: set.map(platform),
        user_agent_metadata: hints.as_ref(),
    };
    tell(session, &command).await
}

async fn locale(session: &Session, overrides: &Overrides) -> Result<(), CdpError> {
    if let Some(timezone_id) = &overrides.time_zone {
        tell(session, &SetTimezoneOverride { timezone_id }).await?;
    }
    if let Some(language) = &overrides.language {
        let locale = language.replace('-', "_");
        tell(session, &SetLocaleOverride { locale: &locale }).await?;
    }
    Ok(())
}

async fn page(session: &Session, overrides: &Overrides) -> Result<(), CdpError> {
    if let Some(place) = overrides.geolocation {
        let command = SetGeolocationOverride {
            latitude: place.latitude.get(),
            longitude: place.longitude.get(),
            accuracy: place.accuracy,
        };
        tell(session, &command).await?;
    }
    if let Some(view) = overrides.viewport {
        let command = SetDeviceMetricsOverride {
            width: view.width,
            height: view.height,
            device_scale_factor: f64::from(view.scale_percent) / 100.0,
            mobile: view.mobile,
        };
        tell(session, &command).await?;
        if view.mobile {
            tell(session, &SetTouchEmulationEnabled { enabled: true }).await?;
        }
    }
    Ok(())
}

/// Pages of one process share some overrides: "already in effect" says that it is as it should be.
async fn tell<C: Command<Reply = Nothing>>(session: &Session, command: &C) -> Result<(), CdpError> {
    match session.call(command).await {
        Err(CdpError::Refused { message, .. }) if message.contains("already in effect") => Ok(()),
        other => other.map(drop),
    }
}
