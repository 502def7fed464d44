//! From the page to the frame in which an element lies, and from a point of that frame back to the page.

use super::{
    Found, FrameStep, FrameWay, StepProblem,
    probe::{Ask, Details, Need, broken},
    question::{Answer, ask, ask_owner, found_object},
};
use crate::{
    Page,
    cdp::{
        CdpError, Session,
        protocol::{DescribeNode, Frame, FrameTree, GetFrameTree},
    },
};

/// How many frames of one document are looked at. A page with more has one of them named by its element.
const MOST_FRAMES: usize = 50;

/// One frame, and how to get out of it.
pub(super) struct Place {
    pub session: Session,
    pub frame: String,
    /// The place and the element that holds the frame, as an object; none for the page itself.
    owner: Option<(Box<Place>, String)>,
}

/// A place, or what is not there yet: the frame's words and what was found instead.
pub(super) enum Resolved {
    Place(Place),
    NotYet(Option<(String, Found)>),
}

impl Place {
    /// Where a point of this frame lies in the window; what lies over it when it has to be reached. None while the page
    /// changes.
    pub(super) async fn outside(
        &self,
        x: f64,
        y: f64,
        reach: bool,
    ) -> Result<Option<Result<(f64, f64), Found>>, CdpError> {
        let (mut x, mut y, mut place) = (x, y, self);
        while let Some((outer, element)) = &place.owner {
            let Some(told) = ask_owner(outer, element, x, y, reach).await? else {
                return Ok(None);
            };
            if let Some(found) = told.problem {
                return Ok(Some(Err(found)));
            }
            (x, y, place) = (told.x, told.y, outer);
        }
        Ok(Some(Ok((x, y))))
    }
}

/// Goes through the frames, the outermost first.
pub(super) async fn resolve(page: &Page, frames: &[FrameStep]) -> Result<Resolved, StepProblem> {
    let tree = match page.session().call(&GetFrameTree {}).await {
        Ok(reply) => reply.frame_tree,
        Err(CdpError::Refused { .. }) => return Ok(Resolved::NotYet(None)),
        Err(error) => return Err(broken(error)),
    };
    let mut place = Place {
        session: page.session().clone(),
        frame: tree.frame.id,
        owner: None,
    };
    for step in frames {
        let entered = match &step.way {
            FrameWay::Element(way, nth) => {
                let question = Ask {
                    way: Some(way),
                    nth: *nth,
                    need: Need::Frame,
                    details: Details::default(),
                };
                match ask(&place, &question).await.map_err(broken)? {
                    Some(Answer::Ready(_)) => {}
                    Some(Answer::NotReady { found }) => {
                        return Ok(Resolved::NotYet(Some((step.shown.clone(), found))));
                    }
                    Some(Answer::Ambiguous { count, elements }) => {
                        return Err(StepProblem::Ambiguous {
                            target: step.shown.clone(),
                            count,
                            elements,
                        });
                    }
                    Some(Answer::BadSelector) => {
                        return Err(StepProblem::BadSelector {
                            target: step.shown.clone(),
                        });
                    }
                    _ => return Ok(Resolved::NotYet(None)),
                }
                match frame_in(page, &place, "globalThis.droverFound").await? {
                    Held::Frame(inner) => Some(inner),
                    Held::Gone => return Ok(Resolved::NotYet(None)),
                    Held::NoFrame => {
                        return Err(StepProblem::Wrong {
                            target: step.shown.clone(),
                            problem: "it is no frame".to_owned(),
                        });
                    }
                }
            }
            FrameWay::Name(name) => {
                let fits = |frame: &Frame| frame.name == *name;
                search(page, &place, &step.shown, fits).await?
            }
            FrameWay::Url(part) => {
                let fits = |frame: &Frame| frame.url.contains(part);
                search(page, &place, &step.shown, fits).await?
            }
        };
        let Some((session, frame, element)) = entered else {
            let found = Found::NoFrame;
            return Ok(Resolved::NotYet(Some((step.shown.clone(), found))));
        };
        place = Place {
            session,
            frame,
            owner: Some((Box::new(place), element)),
        };
    }
    Ok(Resolved::Place(place))
}

/// A frame's session, its id and its element as an object of the frame around it.
type Inner = (Session, String, String);

enum Held {
    Frame(Inner),
    NoFrame,
    Gone,
}

async fn frame_in(page: &Page, place: &Place, expression: &str) -> Result<Held, StepProblem> {
    let found = found_object(place, expression).await.map_err(broken)?;
    let Some(element) = found else {
        return Ok(Held::Gone);
    };
    let node = DescribeNode {
        object_id: &element,
    };
    let node = match place.session.call(&node).await {
        Ok(described) => described.node,
        Err(CdpError::Refused { .. }) => return Ok(Held::Gone),
        Err(error) => return Err(broken(error)),
    };
    Ok(match node.frame_id {
        Some(frame) => {
            let session = page.session_of(&frame);
            Held::Frame((
                session.unwrap_or_else(|| place.session.clone()),
                frame,
                element,
            ))
        }
        None => Held::NoFrame,
    })
}

/// The only frame directly below a place that fits.
async fn search(
    page: &Page,
    place: &Place,
    shown: &str,
    fits: impl Fn(&Frame) -> bool,
) -> Result<Option<Inner>, StepProblem> {
    let mut fitting = Vec::new();
    for index in 0..MOST_FRAMES {
        // Frames in open shadow trees are found by their element.
        let expression = format!("document.querySelectorAll('iframe, frame')[{index}]");
        let inner = match frame_in(page, place, &expression).await? {
            Held::Frame(inner) => inner,
            Held::NoFrame => continue,
            Held::Gone => break,
        };
        let tree = match inner.0.call(&GetFrameTree {}).await {
            Ok(reply) => reply.frame_tree,
            Err(CdpError::Refused { .. } | CdpError::Detached) => continue,
            Err(error) => return Err(broken(error)),
        };
        if let Some(frame) = within(&tree, &inner.1)
            && fits(frame)
        {
            let words = format!("frame `{}` at {}", frame.name, address(&frame.url));
            fitting.push((inner, words));
        }
    }
    if fitting.len() > 1 {
        return Err(StepProblem::Ambiguous {
            target: shown.to_owned(),
            count: fitting.len(),
            elements: fitting.into_iter().map(|(_, words)| words).collect(),
        });
    }
    Ok(fitting.pop().map(|(inner, _)| inner))
}

fn within<'a>(tree: &'a FrameTree, id: &str) -> Option<&'a Frame> {
    if tree.frame.id == id {
        return Some(&tree.frame);
    }
    tree.child_frames.iter().find_map(|child| within(child, id))
}

/// An address without query and fragment, which may hold secrets.
pub(super) fn address(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}
